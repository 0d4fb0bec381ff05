import QEMUCommandLine
import QEMUJSON

/// The addition and removal of devices.
extension ChangePlanner {
  /// Returns a device that QEMU removes together with the given one, because it is plugged into it.
  private func dependentDevice(of id: String, _ device: LiveInventory.Device, besides toRemove: Set<String>)
    -> String?
  {
    let port = device.type == "usb-hub" ? port(of: id) : nil
    return live.devices.filter { other, seat in
      if other == id || toRemove.contains(other) { return false }
      if seat.busPath.hasPrefix("/machine/peripheral/\(id)/") { return true }
      return seat.busPath == device.busPath
        && (port.map { self.port(of: other)?.hasPrefix($0 + ".") ?? false } ?? false)
    }.keys.min()
  }

  private func port(of device: String) -> String? {
    let members = (wanted + known).first { $0.option == "device" && $0.id == device }?.members
    return members?["port"].flatMap { $0.stringValue ?? $0.integerValue.map(String.init) }
  }

  func deviceRemoval(_ id: String, besides toRemove: Set<String>) -> Change {
    let subject = ChangeSubject("device", id)
    guard let device = live.devices[id] else { return .live(subject, .remove, []) }
    if let dependentDevice = dependentDevice(of: id, device, besides: toRemove) {
      return .impossible(
        subject, .remove, because: "\(dependentDevice) is plugged into it: also remove \(dependentDevice)")
    }
    if live.isFixed(device) {
      return .restart(subject, .remove, because: "\(device.bus) does not support hot-unplug")
    }
    if live.isPCI(device.type), live.runState != "running" {
      return .impossible(
        subject, .remove,
        because: "a PCI device is unplugged by the guest, which is not running: resume the guest first"
      )
    }
    return .live(
      subject, .remove, [Change.Command("device_del", ["id": .string(id)], endingDevice: id)])
  }

  func deviceAddition(
    _ id: String, _ members: JSONObject, _ toRemove: Set<String>, _ taken: inout Set<String>
  ) -> Change {
    var members = members
    let subject = ChangeSubject("device", id)
    let driver = members["driver"]?.stringValue ?? ""
    // QEMU 7.2 refuses an nvme device whose disk is in use, but keeps the disk in use.
    if let (user, needed) = deviceSharingBackend(of: ["drive", "netdev"], of: members, besides: id, toRemove)
    {
      return .impossible(subject, .add, because: "\(user) still uses \(needed)")
    }
    if live.isPCI(driver), live.hasFixedPCI {
      let bus = members["bus"]?.stringValue ?? live.freeRootPort(besides: toRemove, taken: taken)
      guard let bus, bus != "pcie.0" else {
        return .restart(
          subject, .add,
          because:
            "pcie.0 does not support hotplug, and no pcie-root-port is free: add a pcie-root-port to the configuration"
        )
      }
      // QEMU 7.2 accepts a second device on a port.
      if taken.contains(bus) || live.occupant(of: bus, besides: toRemove) != nil, live.isPort(bus) {
        let occupant = live.occupant(of: bus, besides: toRemove) ?? "another new device"
        return .impossible(subject, .add, because: "\(occupant) is already on \(bus)")
      }
      taken.insert(bus)
      members["bus"] = .string(bus)
    }
    let types = live.propertyTypes[live.aliases[driver] ?? driver] ?? [:]
    let typed = DeviceMembers.typed(members, types)
    return .live(subject, .add, [Change.Command("device_add", typed)])
  }

  /// Returns a remaining device that uses the disk or network backend of a new one, and the name of that backend.
  private func deviceSharingBackend(
    of properties: [String], of members: JSONObject, besides id: String, _ toRemove: Set<String>
  ) -> (device: String, needed: String)? {
    for other in known + wanted where other.option == "device" && isLive(other) {
      guard let device = other.id, device != id, !toRemove.contains(device), let others = other.members
      else { continue }
      for property in properties {
        guard let needed = members[property], needed == others[property] else { continue }
        return (device, "\(property) \(needed.stringValue ?? "")")
      }
    }
    return nil
  }
}
