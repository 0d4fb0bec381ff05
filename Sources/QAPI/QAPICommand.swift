public import QEMUJSON

/// A QMP command as a type: its members are the arguments, ``Response`` is what QEMU answers.
public protocol QAPICommand: QAPIObject {
  /// What QEMU's reply to the command decodes to.
  associatedtype Response: QAPIDecodable & Sendable
  /// The command's wire name, `query-status`.
  static var name: String { get }
  /// Which QEMU has the command.
  static var availability: QAPIAvailability { get }
}

extension QAPICommand {
  /// The arguments as they go over the wire.
  public func arguments() -> JSONObject {
    var object = JSONObject()
    write(to: &object)
    return object
  }

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
