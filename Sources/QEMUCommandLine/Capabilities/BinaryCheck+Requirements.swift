import QEMUJSON

/// A property that a device requires.
struct Requirement: Sendable {
  /// The properties, of which one is required.
  let properties: [String]
  /// The devices that require it: names, or patterns that begin or end with `*`; nil for all that have the property.
  var drivers: [String]?
  /// The devices that do not require it.
  var exceptions: [String] = []
  let remedy: String

  func applies(to driver: String) -> Bool {
    (drivers.map { $0.contains { Self.matches(driver, $0) } } ?? true)
      && !exceptions.contains { Self.matches(driver, $0) }
  }

  private static func matches(_ name: String, _ pattern: String) -> Bool {
    if pattern.hasSuffix("*") { return name.hasPrefix(pattern.dropLast()) }
    if pattern.hasPrefix("*") { return name.hasSuffix(pattern.dropFirst()) }
    return name == pattern
  }
}

extension BinaryCheck {
  /// The requirements of devices.
  static let deviceRequirements = [
    Requirement(
      properties: ["drive"],
      drivers: [
        "virtio-blk*", "ide-hd", "ide-cf", "scsi-hd", "scsi-block", "scsi-generic", "usb-storage", "nvme-ns",
      ],
      remedy: "refer to a -drive or -blockdev: drive=ID"),
    Requirement(properties: ["serial"], drivers: ["nvme"], exceptions: [], remedy: "write serial=TEXT"),
    Requirement(
      properties: ["chardev"],
      drivers: [
        "vhost-user-*", "isa-debugcon", "isa-parallel", "ipmi-bmc-extern", "ivshmem-doorbell",
      ], exceptions: ["vhost-user-vga", "vhost-user-gpu*", "vhost-user-input"],
      remedy: "refer to a -chardev: chardev=ID"),
    Requirement(properties: ["fsdev"], remedy: "refer to a -fsdev: fsdev=ID"),
    Requirement(properties: ["tpmdev"], remedy: "refer to a -tpmdev: tpmdev=ID"),
    Requirement(
      properties: ["bmc"], remedy: "refer to a -device ipmi-bmc-sim or ipmi-bmc-extern before it: bmc=ID"),
    Requirement(
      properties: ["cryptodev"], remedy: "refer to an -object cryptodev-backend-builtin: cryptodev=ID"),
    Requirement(
      properties: ["memdev"], exceptions: ["cxl-type3"],
      remedy: "refer to an -object memory-backend-ram: memdev=ID"),
    Requirement(
      properties: ["memdev", "volatile-memdev", "persistent-memdev", "volatile-dc-memdev"],
      drivers: ["cxl-type3"],
      remedy: "refer to an -object memory-backend-ram: volatile-memdev=ID"),
    Requirement(properties: ["canbus"], remedy: "refer to an -object can-bus: canbus=ID"),
    Requirement(properties: ["canbus0"], remedy: "refer to an -object can-bus: canbus0=ID"),
    Requirement(properties: ["canbus1"], remedy: "refer to an -object can-bus: canbus1=ID"),
    Requirement(properties: ["evdev"], remedy: "specify a host device: evdev=/dev/input/…"),
    Requirement(
      properties: ["i8042"], drivers: ["vmmouse"], remedy: "specify the keyboard controller: i8042=i8042"),
    Requirement(properties: ["wwpn"], drivers: ["vhost-scsi*"], remedy: "write wwpn=NAME"),
    Requirement(
      properties: ["guest-cid"], drivers: ["vhost-vsock-*"], remedy: "write guest-cid=N, at least 3"),
    Requirement(
      properties: ["chassis_nr"], drivers: ["pci-bridge", "pci-bridge-seat"],
      remedy: "write chassis_nr=N, at least 1"),
    Requirement(
      properties: ["host", "sysfsdev", "fd"], drivers: ["vfio-pci", "vfio-pci-nohotplug"],
      remedy: "write host=ADDRESS"),
    Requirement(
      properties: ["vhostdev"], drivers: ["vhost-vdpa-device*"], remedy: "write vhostdev=/dev/vhost-vdpa-N"),
    Requirement(properties: ["fd"], drivers: ["x-pci-proxy-dev"], remedy: "write fd=N"),
    Requirement(properties: ["socket"], drivers: ["vfio-user-pci"], remedy: "write socket=…"),
    Requirement(properties: ["target"], drivers: ["cxl-switch-mailbox-cci"], remedy: "write target=ID"),
    Requirement(
      properties: ["file", "addr", "cpu-num"], drivers: ["loader"], remedy: "write file=PATH or addr=N"),
    Requirement(
      properties: ["kernel", "initrd"], drivers: ["guest-loader"], remedy: "write kernel=PATH or initrd=PATH"),
  ]

  /// Checks that a device has the required properties, including those of `-global` and `-set`.
  func deviceIsComplete(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let option = occurrence.argument as? DeviceOption, let driver = option.driver,
      let properties = capabilities.device(driver)?.properties
    else { return [] }
    return Self.deviceRequirements.compactMap { requirement in
      let names = requirement.properties.filter { properties[$0] != nil }
      guard requirement.applies(to: driver), !names.isEmpty,
        !names.contains(where: { has($0, option, driver) })
      else { return nil }
      return CheckFinding(
        .refused, .conflictingOptions, "the device \(driver) needs \(names.joined(separator: " or "))",
        property: names.first, remedy: requirement.remedy)
    }
  }

  private func has(_ property: String, _ option: DeviceOption, _ driver: String) -> Bool {
    if option.isNamed(property) { return true }
    return configuration.occurrences.contains { occurrence in
      switch occurrence.argument {
      case let global as GlobalProperty: global.property == property
      case let set as SetProperty: set.property == property && set.id == option.id
      default: false
      }
    }
  }

  /// Checks that the machine's address space has room for a memory device.
  func memoryDeviceHasRoom(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let driver = (occurrence.argument as? DeviceOption)?.driver,
      ["pc-dimm", "nvdimm"].contains(driver)
        || ["virtio-mem-", "virtio-pmem-"].contains(where: driver.hasPrefix)
    else { return [] }
    if configuration.memory?["maxmem"] == nil {
      return [
        CheckFinding(
          .refused, .conflictingOptions, "the device \(driver) needs room for hotpluggable memory",
          property: "driver",
          remedy: "write -m SIZE,slots=N,maxmem=SIZE")
      ]
    }
    guard driver == "nvdimm", machine["nvdimm"].flatMap(Bool.init(propertyText:)) != true,
      machineProperties?["nvdimm"] != nil
    else { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "the device nvdimm needs a machine that has it enabled",
        property: "driver",
        remedy: "write -machine nvdimm=on")
    ]
  }

  /// Checks that a machine type is specified if the binary has no default.
  func machineTypeFindings() -> [CheckFinding] {
    guard machine.type == nil, !capabilities.machines.isEmpty,
      !capabilities.machines.contains(where: \.value.isDefault), !configuration.has("readconfig")
    else { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "\(capabilities.name) has no default machine, and none is specified",
        remedy: "write -machine TYPE; qemuctl capabilities lists them with --list machines")
    ]
  }
}

extension DeviceOption {
  fileprivate func isNamed(_ property: String) -> Bool {
    switch form {
    case .properties(let assignments): assignments.contains { $0.name == property }
    case .json(let object): object[property] != nil
    }
  }
}
