package import QEMUJSON
package import QEMUVerification

/// The objects of a live virtual machine that can be added and removed.
package struct LiveInventory: Sendable, Hashable {
  /// A device with an id.
  package struct Device: Sendable, Hashable {
    package let type: String
    /// The name of the bus to which it is attached.
    package let bus: String
    /// The path of that bus.
    package let busPath: String
    package let netdev: String?

    package init(type: String, bus: String, busPath: String, netdev: String?) {
      (self.type, self.bus, self.busPath, self.netdev) = (type, bus, busPath, netdev)
    }
  }

  package var devices: [String: Device] = [:]
  package var objects: Set<String> = []
  package var characterDevices: Set<String> = []
  package var networkBackends: Set<String> = []
  package var blockNodes: Set<String> = []
  /// The types of PCI devices.
  package var pciTypes: Set<String> = []
  /// The names of drivers, by their aliases.
  package var aliases: [String: String] = [:]
  /// The types of a driver's properties.
  package var propertyTypes: [String: [String: String]] = [:]
  /// The properties for `device_add` of each virtual CPU that can be plugged, in order.
  package var freeCPUs: [JSONObject] = []
  /// The addresses of each VNC display, in the form of `display-update`.
  package var vncAddresses: [JSON] = []
  /// The path of the device of each drive, by the drive's name.
  package var driveDevices: [String: String] = [:]
  /// The image chain of each disk.
  package var images: [ImageChain] = []
  /// The nodes that use a node, by its name: an overlay uses its backing file.
  package var nodeParents: [String: Set<String>] = [:]
  package var machineType = ""
  package var runState = ""

  package init() {}
}

extension LiveInventory {
  static func isCPU(_ device: Device) -> Bool { device.type.hasSuffix("-cpu") }

  /// Returns whether a device is on a root bus that does not support hotplug.
  func isFixed(_ device: Device) -> Bool {
    device.bus == "pcie.0" || device.bus == "isa.0" || device.bus == "main-system-bus"
  }

  /// A Boolean value that indicates whether the machine's own PCI bus does not support hotplug.
  var hasFixedPCI: Bool { machineType.contains("q35") || machineType.hasPrefix("virt") }

  /// Returns whether a driver is a PCI device. An alias is resolved, and a name is also tried with the suffix `-pci`.
  func isPCI(_ driver: String) -> Bool {
    pciTypes.contains(aliases[driver] ?? driver) || pciTypes.contains(driver + "-pci")
  }

  /// Returns whether a bus is a PCIe port, which takes one device.
  package func isPort(_ bus: String) -> Bool {
    devices[bus].map { $0.type.hasSuffix("root-port") || $0.type.hasSuffix("downstream") } ?? false
  }

  /// Returns a device on a bus, except those that are removed.
  func occupant(of bus: String, besides toRemove: Set<String>) -> String? {
    devices.filter { $0.value.bus == bus && !toRemove.contains($0.key) }.keys.min()
  }

  /// Returns a root port without a device.
  func freeRootPort(besides toRemove: Set<String>, taken: Set<String>) -> String? {
    devices.filter { port in
      port.value.type.hasSuffix("root-port") && !toRemove.contains(port.key) && !taken.contains(port.key)
        && occupant(of: port.key, besides: toRemove) == nil
    }.keys.min()
  }
}
