public import QEMUJSON

/// A QMP command: its members are the arguments, ``Response`` is the type of the reply.
public protocol QAPICommand: QAPIObject {
  /// The type of the `return` value of QEMU's reply.
  associatedtype Response: QAPIValue
  /// The command's wire name, `query-status`.
  static var name: String { get }
  /// The releases and builds of QEMU that have the command.
  static var availability: QAPIAvailability { get }
}

extension QAPICommand {
  /// Returns the arguments as JSON.
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
public struct EmptyResponse: QAPIValue, Hashable {
  /// Creates a response.
  public init() {}

  /// Creates a response from any object, because a newer QEMU may return members.
  /// - Throws: ``QAPIError`` `wrongType` if the value is not an object.
  public init(json: JSON) throws(QAPIError) {
    guard case .object = json else { throw QAPIError(expected: "an object", found: json) }
  }

  /// An empty object.
  public var json: JSON { [:] }
}
