public import QEMUJSON

/// A QMP event: its members are the event's data.
public protocol QAPIEvent: QAPIObject {
  /// The event's wire name, `SHUTDOWN`.
  static var name: String { get }
  /// The releases and builds of QEMU that have the event.
  static var availability: QAPIAvailability { get }
}

extension QAPIEvent {
  /// Decodes the event's `data`.
  /// - Throws: ``QAPIError`` with a path that begins at `data`.
  public init(data: JSON) throws(QAPIError) {
    do {
      try self.init(json: data)
    } catch {
      throw error.inside(.member("data"))
    }
  }
}
