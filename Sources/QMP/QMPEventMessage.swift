public import QEMUJSON

/// An event as QEMU sent it.
///
/// QMP: `{"event": NAME, "data": {…}, "timestamp": {"seconds": …, "microseconds": …}}`
public struct QMPEventMessage: Sendable, Hashable {
  /// The event's wire name, `SHUTDOWN`.
  public let name: String
  /// The event's members; an empty object if it has none.
  public let data: JSON
  /// The time of the event by the host's clock, in microseconds since 1970; nil if QEMU could not determine it.
  public let microseconds: Int64?

  init?(message: inout JSONTree) {
    guard let name = message.take("event")?.stringValue else { return nil }
    self.name = name
    data = message.take("data") ?? .object([:])
    if let seconds = message.integer("seconds", in: "timestamp"), seconds >= 0 {
      let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
      microseconds = overflow ? nil : whole &+ (message.integer("microseconds", in: "timestamp") ?? 0)
    } else {
      microseconds = nil
    }
  }
}
