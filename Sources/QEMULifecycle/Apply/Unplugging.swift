import QEMUJSON
import QMP

/// The outcome of an unplug request: QEMU replies at once, and the guest decides later.
enum Unplugging: Equatable {
  /// The device is removed.
  case removed
  /// The guest refused, with the text of its event.
  case refused(String)

  /// Reads the outcome for a device from an event; nil if the event has none.
  init?(_ event: QMPEventMessage, of id: String) { self.init(event.name, event.data, of: id) }

  init?(_ event: String, _ data: JSON, of id: String) {
    // The first event of a virtio device is that of its inner device, which has no id.
    let isMeant = data["device"]?.stringValue == id
    switch event {
    case "DEVICE_DELETED" where isMeant: self = .removed
    case "DEVICE_UNPLUG_GUEST_ERROR" where isMeant: self = .refused(event)
    case "MEM_UNPLUG_ERROR" where isMeant:
      self = .refused("\(event): \(data["msg"]?.stringValue ?? "")")
    case "ACPI_DEVICE_OST":
      guard let status = Self.refusal(data["info"] ?? .null, of: id) else { return nil }
      self = .refused("\(event): status \(status)")
    default: return nil
    }
  }

  /// Returns the status with which the guest's ACPI refuses to eject memory or a processor; nil if it does not.
  private static func refusal(_ info: JSON, of id: String) -> Int64? {
    guard info["device"]?.stringValue == id, info["source"]?.integerValue == ejectionRequest,
      let status = info["status"]?.integerValue, status != success, status != inProgress
    else { return nil }
    return status
  }

  // Values from the table of `_OST` in the ACPI specification.
  private static let ejectionRequest: Int64 = 3
  private static let success: Int64 = 0
  private static let inProgress: Int64 = 0x84
}
