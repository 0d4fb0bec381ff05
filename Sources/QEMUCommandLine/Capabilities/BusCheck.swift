import QEMUJSON

/// A check of the buses that devices are plugged into, against those of the machine and of the devices before them.
struct BusCheck {
  /// A bus on the command line.
  private struct Bus {
    let type: String
    /// The name; nil if QEMU generates one from the type.
    let name: String?
  }

  private let capabilities: BinaryCapabilities
  /// The buses of the machine; nil if they are not known.
  private let machine: [BinaryCapabilities.Bus]?
  /// The types of buses that options add to those of the default machine.
  private let added: Set<String>

  init(_ configuration: QEMUConfiguration, _ capabilities: BinaryCapabilities) {
    self.capabilities = capabilities
    let asked = configuration.machine
    machine = capabilities.machineName(of: configuration).flatMap { capabilities.machines[$0]?.buses }
    var added: Set<String> = []
    if configuration.has("usb") || configuration.has("usbdevice") || asked["usb"] != nil {
      added.insert("usb-bus")
    }
    for assignment in asked.assignments {
      switch dashed(assignment.name) {
      case "pcie", "cxl", "x-pci-bus": added.formUnion(["PCI", "PCIE", "CXL"])
      case "vmbus": added.insert("vmbus")
      default: continue
      }
    }
    let readsMore = configuration.has("readconfig")
    let hasSCSI = configuration.occurrences.contains {
      ($0.argument as? Properties<DriveOption>)?["if"] == "scsi"
    }
    if hasSCSI { added.insert("SCSI") }
    self.added = added
    isKnown = !readsMore && machine != nil
  }

  private let isKnown: Bool

  /// Returns the findings about the bus of a device that follows other devices.
  func findings(of device: DeviceOption, behind devices: [DeviceOption]) -> [CheckFinding] {
    guard isKnown, let driver = device.driver, let kind = capabilities.device(driver)?.bus, kind != "System"
    else {
      return []
    }
    let buses = (machine ?? []).map { Bus(type: $0.type, name: $0.name) } + devices.flatMap(Self.buses)
    if let name = device["bus"], !name.isEmpty, device.form.isText("bus") {
      return named(name, kind, driver, buses, devices)
    }
    if added.contains(kind) || fits(kind, buses) { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions,
        "there is no bus of type \(kind) for the device \(driver)",
        property: "driver",
        remedy: Self.providers(of: kind).first.map { "write -device \($0) before it" }
          ?? "use a machine type that has such a bus, or another device")
    ]
  }

  private func fits(_ kind: String, _ buses: [Bus]) -> Bool {
    buses.contains { capabilities.isSubtype($0.type, of: kind) }
  }

  private func named(
    _ name: String, _ kind: String, _ driver: String, _ buses: [Bus], _ devices: [DeviceOption]
  ) -> [CheckFinding] {
    if name.contains("/") { return [] }
    if let bus = buses.first(where: { $0.name == name }) {
      // If two buses have the name, QEMU uses the one that fits.
      if buses.contains(where: { $0.name == name && capabilities.isSubtype($0.type, of: kind) }) { return [] }
      return [
        CheckFinding(
          .refused, .conflictingOptions,
          "the bus \(name) has the type \(bus.type), but the device \(driver) needs the type \(kind)",
          property: "bus", remedy: "specify another bus, or remove bus=")
      ]
    }
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    let isMadeUp = buses.contains {
      $0.name == nil && ($0.type.lowercased() == stem || ["pci", "pcie"].contains(stem))
    }
    // The buses of an unknown device are not known.
    let isUnknown = devices.contains {
      $0.id == stem && !Self.isKnownProvider($0.driver ?? "") && $0.id == name
    }
    if isMadeUp || isUnknown || added.contains(where: { $0.lowercased() == stem }) { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "there is no bus \"\(name.prefix(80))\" before this device",
        property: "bus",
        remedy: suggestion(name, buses.compactMap(\.name)) + "write the -device that has the bus before it")
    ]
  }
}

// MARK: - Buses of devices

extension BusCheck {
  /// The names of a device's buses.
  private enum Naming {
    /// The device's id.
    case id
    /// The device's id and a number below this one.
    case numbered(Int)
    /// Always this name.
    case fixed(String)
  }

  /// The devices that have buses. QEMU does not list the buses of a device that it has not created.
  private static let table: [(type: String, naming: Naming, drivers: Set<String>)] = [
    (
      "SCSI", .numbered(1),
      [
        "virtio-scsi", "lsi53c895a", "lsi53c810", "lsi", "megasas", "megasas-gen2", "mptsas1068", "pvscsi",
        "am53c974",
        "dc390", "usb-uas", "usb-bot", "esp", "spapr-vscsi",
      ]
    ),
    ("virtio-serial-bus", .numbered(1), ["virtio-serial"]),
    (
      "usb-bus", .numbered(1),
      [
        "usb-ehci", "ich9-usb-ehci1", "ich9-usb-ehci2", "ich9-usb-uhci1", "ich9-usb-uhci2", "ich9-usb-uhci3",
        "ich9-usb-uhci4", "ich9-usb-uhci5", "ich9-usb-uhci6", "piix3-usb-uhci", "piix4-usb-uhci",
        "vt82c686b-usb-uhci", "pci-ohci", "sysbus-ohci", "nec-usb-xhci", "qemu-xhci", "sysbus-xhci",
      ]
    ),
    ("HDA", .numbered(1), ["intel-hda", "ich9-intel-hda"]),
    ("IDE", .numbered(6), ["ich9-ahci", "ahci"]),
    ("IDE", .numbered(2), ["piix3-ide", "piix4-ide", "cmd646-ide", "via-ide"]),
    ("IDE", .numbered(1), ["isa-ide"]), ("floppy-bus", .numbered(1), ["isa-fdc"]),
    ("sdhci-bus", .fixed("sd-bus"), ["sdhci-pci", "generic-sdhci"]),
    ("IndustryPack", .numbered(1), ["tpci200"]),
    ("ccid-bus", .numbered(1), ["usb-ccid"]), ("nvme-bus", .id, ["nvme"]), ("ufs-bus", .id, ["ufs"]),
    ("vmbus", .fixed("vmbus"), ["vmbus-bridge"]), ("pxb-pcie-bus", .id, ["pxb-pcie"]),
    ("pxb-cxl-bus", .id, ["pxb-cxl"]),
    ("pxb-bus", .id, ["pxb"]), ("CXL", .id, ["cxl-rp"]),
    (
      "PCIE", .id,
      [
        "pcie-root-port", "ioh3420", "x3130-upstream", "xio3130-downstream", "cxl-upstream", "cxl-downstream",
        "spdm",
      ]
    ),
    (
      "PCI", .id,
      ["pci-bridge", "pci-bridge-seat", "pcie-pci-bridge", "i82801b11-bridge", "dec-21154-p2p-bridge"]
    ),
  ]

  /// Returns the name of a driver without the suffix of its variant.
  private static func family(_ driver: String) -> String {
    let endings = ["-non-transitional", "-transitional", "-pci", "-ccw", "-device"]
    return endings.reduce(driver) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
  }

  private static func rows(_ driver: String) -> [(type: String, naming: Naming, drivers: Set<String>)] {
    table.filter { $0.drivers.contains(driver) || $0.drivers.contains(family(driver)) }
  }

  private static func isKnownProvider(_ driver: String) -> Bool { !rows(driver).isEmpty }

  private static func providers(of kind: String) -> [String] {
    table.filter { $0.type == kind || (kind == "sd-bus" && $0.type == "sdhci-bus") }.flatMap {
      $0.drivers.sorted()
    }
  }

  private static func buses(of device: DeviceOption) -> [Bus] {
    rows(device.driver ?? "").flatMap { row -> [Bus] in
      switch (row.naming, device.id) {
      case (.fixed(let name), _): [Bus(type: row.type, name: name)]
      case (_, nil): [Bus(type: row.type, name: nil)]
      case (.id, let id?): [Bus(type: row.type, name: id)]
      case (.numbered(let count), let id?): (0..<count).map { Bus(type: row.type, name: "\(id).\($0)") }
      }
    }
  }
}

extension PropertiesOrJSON {
  /// Returns whether a property is a text.
  func isText(_ name: String) -> Bool {
    switch self {
    case .properties: true
    case .json(let object): object[name]?.stringValue != nil
    }
  }
}
