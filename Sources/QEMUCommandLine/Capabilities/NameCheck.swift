import QEMUJSON

/// Compares the names that options give with those that others refer to.
struct NameCheck {
  private let occurrences: [Occurrence]
  private let capabilities: BinaryCapabilities
  private let finder: ReferenceFinder
  /// What each name stands for, among those that share their names.
  private let definitions: [Name: Definition]
  /// The ids of each kind that are suggested in place of one that there is none of: the first thousand.
  private let ids: [String: [String]]
  /// The first place of each option that has a name.
  private let firstPlaces: [Name: Int]
  /// The first place in which something is used that one user alone can have.
  private let users: [Name: Int]
  /// A file that QEMU reads may name what is referred to.
  private let namesElsewhere: Bool
  /// QEMU names a drive that has no id: ide0-hd0, none0.
  private let hasUnnamedDrive: Bool

  private struct Name: Hashable {
    let kind: String
    let id: String
  }

  private struct Definition {
    /// The first place in which it is made.
    let place: Int
    /// The type of the object or device; nil of another kind.
    let type: String?
    /// Whether several can use it.
    let isShared: Bool
  }

  init(_ configuration: QEMUConfiguration, _ capabilities: BinaryCapabilities) {
    self.capabilities = capabilities
    occurrences = configuration.occurrences
    finder = ReferenceFinder(capabilities: capabilities)
    var definitions: [Name: Definition] = [:]
    var ids: [String: [String]] = [:]
    var firstPlaces: [Name: Int] = [:]
    var users: [Name: Int] = [:]
    for (place, occurrence) in configuration.occurrences.enumerated() {
      for reference in finder.references(of: occurrence) where reference.isExclusive {
        for target in reference.targets {
          let name = Self.use(of: target, reference.id)
          users[name] = min(place, users[name] ?? place)
        }
      }
      guard let kind = Self.kinds[occurrence.option] else { continue }
      if let id = occurrence.id {
        let name = Name(kind: occurrence.option, id: id)
        firstPlaces[name] = min(place, firstPlaces[name] ?? place)
      }
      for id in Self.ids(of: occurrence) {
        if ids[kind, default: []].count < 1000 { ids[kind, default: []].append(id) }
        if definitions[Name(kind: kind, id: id)] == nil {
          definitions[Name(kind: kind, id: id)] = Definition(
            place: place, type: occurrence.madeType, isShared: occurrence.isShared)
        }
      }
    }
    self.ids = ids
    self.definitions = definitions
    self.firstPlaces = firstPlaces
    self.users = users
    namesElsewhere = configuration.has("readconfig")
    hasUnnamedDrive = configuration.occurrences.contains {
      ($0.option == "drive" && $0.id == nil) || Self.driveShorthands.contains($0.option)
    }
  }

  /// Options that make drives to which QEMU gives names.
  private static let driveShorthands: Set<String> = [
    "", "hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "pflash", "mtdblock", "sd",
  ]

  /// A block device may name those that it is made of, and a socket its character device.
  private static func ids(of occurrence: Occurrence) -> [String] {
    guard occurrence.option == "blockdev" || occurrence.option == "drive" else {
      return occurrence.id.map { [$0] } ?? []
    }
    var ids = occurrence.option == "drive" ? occurrence.id.map { [$0] } ?? [] : []
    guard occurrence.option == "blockdev" else { return ids }
    var pending = [occurrence.argument?.members ?? [:]]
    while let object = pending.popLast() {
      if let id = object["node-name"]?.stringValue { ids.append(id) }
      pending += object.flatMap {
        $0.value.arrayValue?.compactMap(\.objectValue) ?? [$0.value.objectValue].compactMap(\.self)
      }
    }
    return ids
  }

  /// Options that name what they make, each with what shares its names.
  private static let kinds = [
    "device": "device", "object": "object", "netdev": "netdev", "nic": "netdev", "net": "netdev",
    "blockdev": "node", "chardev": "chardev", "drive": "drive", "fsdev": "fsdev", "virtfs": "fsdev",
    "audiodev": "audiodev", "tpmdev": "tpmdev", "mon": "mon",
  ]

  /// What is wrong with the names that the option in this place gives and uses.
  func findings(at place: Int) -> [CheckFinding] {
    let occurrence = occurrences[place]
    return name(of: occurrence, at: place)
      + finder.references(of: occurrence).compactMap { fault(of: $0, at: place) }
      + target(of: occurrence, at: place)
  }
}

// MARK: - Ids

extension NameCheck {
  private func name(of occurrence: Occurrence, at place: Int) -> [CheckFinding] {
    guard let kind = Self.kinds[occurrence.option], let id = occurrence.id else { return [] }
    // In JSON, only a text is an id.
    if let device = occurrence.argument as? DeviceOption, !device.form.isText("id") { return [] }
    if !Self.isWellFormed(id), !isLaxlyRead(occurrence) {
      return [
        CheckFinding(
          .refused, .malformedValue, "\"\(id.prefix(80))\" is no id", property: "id",
          remedy: "begin it with a letter, and go on with letters, digits and -._")
      ]
    }
    guard let first = definitions[Name(kind: kind, id: id)]?.place, first < place else { return [] }
    // Older versions take two sound backends of one id.
    if kind == "audiodev", !capabilities.isAtLeast(11, 0) { return [] }
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
}

// MARK: - References

extension NameCheck {
  private func fault(of reference: Reference, at place: Int) -> CheckFinding? {
    if namesElsewhere { return nil }
    let (property, id) = (reference.property, String(reference.id.prefix(80)))
    let found = reference.targets.compactMap { definition(of: $0, reference.id) }
    guard let definition = found.first else {
      if reference.targets.contains(.kind("drive")), hasUnnamedDrive, Self.isDriveName(reference.id) {
        return nil
      }
      return CheckFinding(
        .refused, .conflictingOptions, "\(property)=\(id) refers to nothing on this command line",
        property: property,
        remedy: suggestion(reference.id, candidates(reference.targets)) + "add the option that makes it")
    }
    if reference.isOrdered, definition.place >= place {
      return CheckFinding(
        .refused, .conflictingOptions, "\(property)=\(id) refers to nothing before this option",
        property: property,
        remedy: "write the -\(occurrences[definition.place].option) that makes it before this one")
    }
    return sharing(reference, definition, at: place)
  }

  private func definition(of target: Reference.Target, _ id: String) -> Definition? {
    switch target {
    case .kind(let kind): definitions[Name(kind: kind, id: id)]
    case .type(let type):
      [definitions[Name(kind: "object", id: id)], definitions[Name(kind: "device", id: id)]].compactMap(
        \.self
      )
      .first { $0.type.map { capabilities.isSubtype($0, of: type) } ?? true }
    }
  }

  private func candidates(_ targets: [Reference.Target]) -> [String] {
    targets.flatMap { target in
      switch target {
      case .kind(let kind): ids[kind] ?? []
      case .type: (ids["object"] ?? []) + (ids["device"] ?? [])
      }
    }
  }

  private func sharing(_ reference: Reference, _ definition: Definition, at place: Int) -> CheckFinding? {
    guard reference.isExclusive, !definition.isShared,
      let target = reference.targets.first(where: { self.definition(of: $0, reference.id) != nil }),
      case let kind = Self.use(of: target, reference.id).kind, kind != "node",
      let first = users[Self.use(of: target, reference.id)], first < place
    else { return nil }
    return CheckFinding(
      .refused, .conflictingOptions,
      "\(reference.property)=\(reference.id.prefix(80)) is in use by an earlier -\(occurrences[first].option)",
      property: reference.property, remedy: "give each one of its own")
  }

  private static func use(of target: Reference.Target, _ id: String) -> Name {
    switch target {
    case .kind(let kind): Name(kind: kind, id: id)
    case .type(let type): Name(kind: type, id: id)
    }
  }

  /// `ide0-hd0`, `virtio1`: the names that QEMU gives to drives.
  private static func isDriveName(_ id: String) -> Bool {
    (try? /(ide|scsi)[0-9]+-(hd|cd)[0-9]+|(virtio|none|floppy|pflash|sd|mtd|xen)[0-9]+/.wholeMatch(in: id))
      != nil
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

extension Occurrence {
  /// The type of the object or device that it makes.
  fileprivate var madeType: String? {
    switch argument {
    case let device as DeviceOption: device.driver
    case let argument as any SchemaArgument where option == "object":
      argument.members?["qom-type"]?.stringValue
    default: nil
    }
  }

  /// Whether several can use what it makes: a character device with a multiplexer in front of it.
  fileprivate var isShared: Bool {
    (argument as? any PropertyListArgument)?.assignments.text(of: "mux").flatMap(Bool.init(propertyText:))
      ?? false
  }
}
