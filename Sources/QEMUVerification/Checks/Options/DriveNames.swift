import QEMUCommandLine

/// How QEMU names the drives that the command line does not name: by interface, bus and unit, `ide1-cd0`, `virtio0`.
struct DriveNames {
  private let defaultInterface: String?
  private let unitsOfDefault: Int?
  private var taken: Set<[String]> = []

  /// Knows the interface that a machine gives drives without one; others than these are not known.
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

  /// Takes the place of the next drive on the command line.
  /// - Returns: its name; nil where the machine's interface is not known.
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

  /// What places a drive.
  struct Drive {
    var interface: String?
    var index: Int?
    var bus: Int?
    var unit: Int?
    var isDisc = false
  }
}

extension DriveNames.Drive {
  /// nil where the option makes no drive.
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
      // No bus has as many: a number that is none, or too large, is refused by QEMU.
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
  /// The name that QEMU lists a drive under; nil where it cannot be told.
  func driveName(of requested: RequestedOption) -> String? {
    driveNames.indices.contains(requested.position) ? driveNames[requested.position] : nil
  }

  /// The name of each drive of the command line, by the place of its option; nil for an option that is no drive.
  static func driveNames(of configuration: QEMUConfiguration) -> [String?] {
    var names = DriveNames(machine: configuration.machine.type)
    return configuration.occurrences.map { occurrence in
      guard let drive = DriveNames.Drive(occurrence) else { return nil }
      let name = names.next(drive)
      return occurrence.id ?? name
    }
  }
}
