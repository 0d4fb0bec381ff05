import QEMUCommandLine

/// The names that QEMU gives to drives without an id, from interface, bus and unit: `ide1-cd0`, `virtio0`.
struct DriveNames {
  private let defaultInterface: String?
  private let unitsOfDefault: Int?
  private var taken: Set<[String]> = []

  /// Creates the names for a machine type, which determines the default interface. Other types than these are unknown.
  init(machine: String?) {
    switch machine ?? "pc" {
    case "q35",
      _ where machine?.hasPrefix("pc-q35") == true:
      (defaultInterface, unitsOfDefault) = ("ide", 1)
    case "pc", "isapc",
      _ where machine?.hasPrefix("pc-i440fx") == true:
      (defaultInterface, unitsOfDefault) = ("ide", 2)
    case "virt",
      _ where machine?.hasPrefix("virt-") == true:
      (defaultInterface, unitsOfDefault) = ("virtio", 0)
    case "microvm": (defaultInterface, unitsOfDefault) = ("none", 1)
    case "none": (defaultInterface, unitsOfDefault) = ("none", 0)
    default: (defaultInterface, unitsOfDefault) = (nil, nil)
    }
  }

  /// Assigns the bus and the unit of the next drive on the command line.
  /// - Returns: its name; nil if the machine's interface is unknown.
  mutating func next(_ drive: Drive) -> String? {
    guard let interface = drive.interface ?? defaultInterface else { return nil }
    let units = interface == defaultInterface ? unitsOfDefault ?? 0 : Self.units[interface] ?? 0
    var (bus, unit) = (drive.bus ?? 0, drive.unit ?? 0)
    if let index = drive.index {
      (bus, unit) = units > 0 ? (index / units, index % units) : (0, index)
    } else if drive.unit == nil {
      while taken.contains([interface, "\(bus)", "\(unit)"]) {
        unit += 1
        if units > 0, unit >= units { (bus, unit) = (bus + 1, 0) }
      }
    }
    taken.insert([interface, "\(bus)", "\(unit)"])
    let isTyped = interface == "ide" || interface == "scsi"
    let media = isTyped ? (drive.isDisc ? "-cd" : "-hd") : ""
    return interface + (units > 0 ? "\(bus)" : "") + media + "\(unit)"
  }

  private static let units = ["ide": 2, "scsi": 7]

  /// The properties that determine the bus and the unit of a drive.
  struct Drive {
    var interface: String?
    var index: Int?
    var bus: Int?
    var unit: Int?
    var isDisc = false
  }
}

extension DriveNames.Drive {
  /// Reads the properties of an option; nil if it does not create a drive.
  fileprivate init?(_ occurrence: Occurrence) {
    if let short = Self.short[occurrence.option] {
      self = short
      return
    }
    guard occurrence.option == "drive" || occurrence.option.isEmpty else { return nil }
    let requested = RequestedOption(occurrence: occurrence, index: 0)
    if occurrence.option.isEmpty {
      index = 0
    } else {
      interface = requested["if"]
      // QEMU refuses larger numbers.
      func number(_ name: String) -> Int? {
        requested[name].flatMap { UInt64(propertyText: $0) }.map { Int(min($0, 1 << 20)) }
      }
      (index, bus, unit) = (number("index"), number("bus"), number("unit"))
      isDisc = requested["media"] == "cdrom"
    }
  }

  private static let short: [String: DriveNames.Drive] = [
    "hda": .init(index: 0), "hdb": .init(index: 1), "hdc": .init(index: 2), "hdd": .init(index: 3),
    "cdrom": .init(index: 2, isDisc: true), "fda": .init(interface: "floppy", index: 0),
    "fdb": .init(interface: "floppy", index: 1), "sd": .init(interface: "sd"),
    "mtdblock": .init(interface: "mtd"), "pflash": .init(interface: "pflash"),
  ]
}

extension Subject {
  /// Returns the name of a drive in QEMU's list; nil if it is unknown.
  func driveName(of requested: RequestedOption) -> String? {
    driveNames.indices.contains(requested.position) ? driveNames[requested.position] : nil
  }

  /// Returns the names of the drives of a command line, by the position of their options; nil for an option that is not
  /// a drive.
  static func driveNames(of configuration: QEMUConfiguration) -> [String?] {
    var names = DriveNames(machine: configuration.machine.type)
    return configuration.occurrences.map { occurrence in
      guard let drive = DriveNames.Drive(occurrence) else { return nil }
      let name = names.next(drive)
      return occurrence.id ?? name
    }
  }
}
