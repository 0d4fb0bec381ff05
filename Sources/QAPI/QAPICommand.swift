public import QEMUJSON

/// A QMP command as a type: its members are the arguments, ``Response`` is what QEMU answers.
public protocol QAPICommand: Sendable, Hashable {
  /// What QEMU's reply to the command decodes to.
  associatedtype Response: QAPIDecodable & Sendable
  /// The command's wire name, `query-status`.
  static var name: String { get }
  /// Which QEMU has the command.
  static var availability: QAPIAvailability { get }
  /// The command's arguments as they go over the wire.
  func arguments() -> JSONObject
}

extension QAPICommand {
  /// Whether both send the same.
  public static func == (left: Self, right: Self) -> Bool { left.arguments() == right.arguments() }

  /// Hashes what the command sends.
  public func hash(into hasher: inout Hasher) { hasher.combine(arguments()) }

  /// No arguments: what a command without members sends.
  public func arguments() -> JSONObject { JSONObject() }

  /// Decodes the `return` value of QEMU's reply.
  /// - Throws: ``QAPIError`` with a path that begins at `return`.
  public static func response(from value: JSON) throws(QAPIError) -> Response {
    do {
      return try Response(json: value)
    } catch {
      throw error.inside(.member("return"))
    }
  }
}

/// The response of a command that returns nothing: an empty object.
public struct EmptyResponse: QAPIDecodable, Sendable, Hashable {
  /// Makes the response.
  public init() {}

  /// Accepts any object, because a newer QEMU may return something where this one returns nothing.
  /// - Throws: ``QAPIError`` `wrongType` for what is not an object.
  public init(json: JSON) throws(QAPIError) {
    guard case .object = json else { throw QAPIError(expected: "an object", found: json) }
  }
}

extension QAPICommand where Self: QAPIObject {
  /// Whether both send the same.
  public static func == (left: Self, right: Self) -> Bool { left.json == right.json }

  /// Hashes what the command sends.
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }

  /// The members of a type that is its own command.
  public func arguments() -> JSONObject {
    var object = JSONObject()
    write(to: &object)
    return object
  }
}
