import QEMUJSON
import QMP

/// What becomes of a device that was asked to leave: QEMU answers at once, and the guest decides.
enum Unplugging: Equatable {
  /// It has left.
  case left
  /// The guest keeps it; the words say how it told so.
  case refused(String)

  /// What an event says of a device; nil where it says nothing that is final.
  init?(_ event: QMPEventMessage, of id: String) { self.init(event.name, event.data, of: id) }

  init?(_ event: String, _ data: JSON, of id: String) {
    // A device of virtio tells first of its inner part, which has no id.
    let isMeant = data["device"]?.stringValue == id
    switch event {
    case "DEVICE_DELETED" where isMeant: self = .left
    case "DEVICE_UNPLUG_GUEST_ERROR" where isMeant: self = .refused(event)
    case "MEM_UNPLUG_ERROR" where isMeant:
      self = .refused("\(event): \(data["msg"]?.stringValue ?? "")")
    case "ACPI_DEVICE_OST":
      guard let status = Self.refusal(data["info"] ?? .null, of: id) else { return nil }
      self = .refused("\(event): status \(status)")
    default: return nil
    }
  }

  /// The status with which the guest's ACPI refuses to let go of memory or a processor.
  private static func refusal(_ info: JSON, of id: String) -> Int64? {
    guard info["device"]?.stringValue == id, info["source"]?.integerValue == ejectionRequest,
      let status = info["status"]?.integerValue, status != success, status != inProgress
    else { return nil }
    return status
  }

  /// Of the ACPI specification's table of `_OST`.
  private static let ejectionRequest: Int64 = 3
  private static let success: Int64 = 0
  private static let inProgress: Int64 = 0x84
}
