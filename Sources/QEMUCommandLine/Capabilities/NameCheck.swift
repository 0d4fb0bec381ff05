import QEMUJSON

/// Compares the names that options give with those that others refer to.
struct NameCheck {
  private let occurrences: [Occurrence]
  /// The first place of each name among those that share their names.
  private let places: [Name: Int]
  /// The ids of each kind that are suggested in place of one that there is none of: the first thousand.
  private let ids: [String: [String]]
  /// The first place of each option that has a name.
  private let firstPlaces: [Name: Int]
  /// A file that QEMU reads may name what is referred to.
  private let namesElsewhere: Bool
  /// QEMU names a drive that has no id: ide0-hd0, none0.
  private let hasUnnamedDrive: Bool

  private struct Name: Hashable {
    let kind: String
    let id: String
  }

  private let capabilities: BinaryCapabilities

  init(_ configuration: QEMUConfiguration, _ capabilities: BinaryCapabilities) {
    self.capabilities = capabilities
    occurrences = configuration.occurrences
    var places: [Name: Int] = [:]
    var ids: [String: [String]] = [:]
    var firstPlaces: [Name: Int] = [:]
    for (place, occurrence) in configuration.occurrences.enumerated() {
      guard let kind = Self.kinds[occurrence.option] else { continue }
      if let id = occurrence.id {
        firstPlaces[Name(kind: occurrence.option, id: id)] = min(
          place, firstPlaces[Name(kind: occurrence.option, id: id)] ?? place)
      }
      for id in Self.ids(of: occurrence) {
        if ids[kind, default: []].count < 1000 { ids[kind, default: []].append(id) }
        places[Name(kind: kind, id: id)] = min(place, places[Name(kind: kind, id: id)] ?? place)
      }
    }
    self.ids = ids
    self.places = places
    self.firstPlaces = firstPlaces
    namesElsewhere = configuration.has("readconfig")
    hasUnnamedDrive = configuration.occurrences.contains { $0.option == "drive" && $0.id == nil }
  }

  /// A block device may name those that it is made of.
  private static func ids(of occurrence: Occurrence) -> [String] {
    guard occurrence.option == "blockdev" else { return occurrence.id.map { [$0] } ?? [] }
    var ids: [String] = []
    var pending = [occurrence.argument?.members ?? [:]]
    while let object = pending.popLast() {
      if let id = object["node-name"]?.stringValue { ids.append(id) }
      pending += object.compactMap(\.value.objectValue)
    }
    return ids
  }

  /// Options that name what they make, each with what shares its names.
  private static let kinds = [
    "device": "device", "object": "object", "netdev": "netdev", "nic": "netdev", "blockdev": "node",
    "chardev": "chardev",
    "drive": "drive", "fsdev": "fsdev", "audiodev": "audiodev", "tpmdev": "tpmdev", "mon": "mon",
  ]

  /// Properties by which a device refers to another option.
  private static let references = [
    "netdev": ["netdev"], "chardev": ["chardev"], "drive": ["node", "drive"], "fsdev": ["fsdev"],
    "audiodev": ["audiodev"], "tpmdev": ["tpmdev"], "memdev": ["object"], "iothread": ["object"],
    "rng": ["object"],
  ]

  /// What is wrong with the names that the option in this place gives and uses.
  func findings(at place: Int) -> [CheckFinding] {
    let occurrence = occurrences[place]
    return name(of: occurrence, at: place) + references(of: occurrence)
      + children(of: occurrence, at: place) + target(of: occurrence, at: place)
  }

  private func name(of occurrence: Occurrence, at place: Int) -> [CheckFinding] {
    guard let kind = Self.kinds[occurrence.option] else { return [] }
    guard let id = occurrence.id else { return [] }
    if !Self.isWellFormed(id), !isLaxlyRead(occurrence) {
      return [
        CheckFinding(
          .refused, .malformedValue, "\"\(id.prefix(80))\" is no id", property: "id",
          remedy: "begin it with a letter, and go on with letters, digits and -._")
      ]
    }
    guard let first = places[Name(kind: kind, id: id)], first < place else { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions,
        "the id \"\(id)\" is taken by an earlier -\(occurrences[first].option)",
        property: "id", remedy: "give each its own id")
    ]
  }

  /// In JSON, older versions take any id of a device.
  private func isLaxlyRead(_ occurrence: Occurrence) -> Bool {
    guard !capabilities.isAtLeast(11, 0), case .json? = (occurrence.argument as? DeviceOption)?.form else {
      return false
    }
    return true
  }

  private static func isWellFormed(_ id: String) -> Bool {
    guard let first = id.utf8.first, isLetter(first) else { return false }
    return id.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "-._".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  private func references(of occurrence: Occurrence) -> [CheckFinding] {
    guard let device = occurrence.argument as? DeviceOption, !namesElsewhere else { return [] }
    return Self.references.sorted { $0.key < $1.key }.compactMap { property, kinds in
      guard let id = device[property], !id.isEmpty,
        !kinds.contains(where: { places[Name(kind: $0, id: id)] != nil })
      else { return nil }
      if property == "drive", hasUnnamedDrive { return nil }
      return CheckFinding(
        .refused, .conflictingOptions, "\(property)=\(id) refers to nothing on this command line",
        property: property,
        remedy: suggestion(id, kinds.flatMap { ids[$0] ?? [] }) + "add the option that makes it")
    }
  }

  /// A block device is made of such as stand before it.
  private func children(of occurrence: Occurrence, at place: Int) -> [CheckFinding] {
    guard occurrence.option == "blockdev", let object = occurrence.argument?.members else { return [] }
    return ["file", "backing", "data-file"].compactMap { property in
      guard let child = object[property]?.stringValue, !child.isEmpty,
        places[Name(kind: "node", id: child)].map({ $0 < place }) != true
      else { return nil }
      return CheckFinding(
        .refused, .conflictingOptions, "\(property)=\(child) refers to no block device before this one",
        property: property, remedy: "write the -blockdev that makes it before this one")
    }
  }

  /// `-set` changes what stands before it.
  private func target(of occurrence: Occurrence, at place: Int) -> [CheckFinding] {
    guard let set = occurrence.argument as? SetProperty else { return [] }
    if let first = firstPlaces[Name(kind: set.group, id: set.id)], first < place { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "there is no \(set.group) \"\(set.id.prefix(80))\" before this -set",
        property: "\(set.group).\(set.id)", remedy: "write -set behind the option that it changes")
    ]
  }
}
