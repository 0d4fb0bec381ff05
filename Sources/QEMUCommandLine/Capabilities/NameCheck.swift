import QEMUJSON

/// A check of the ids that options define against those that other options refer to.
struct NameCheck {
  private let occurrences: [Occurrence]
  private let capabilities: BinaryCapabilities
  private let finder: ReferenceFinder
  /// The definition of each id, by the kind that shares its ids.
  private let definitions: [Name: Definition]
  /// The ids of each kind that are suggested for an unknown one: the first thousand.
  private let ids: [String: [String]]
  /// The first position of each option with an id.
  private let firstPlaces: [Name: Int]
  /// The first position of a reference to each object that can have only one user.
  private let users: [Name: Int]
  /// A Boolean value that indicates whether QEMU reads a file that may define more ids.
  private let namesElsewhere: Bool
  /// A Boolean value that indicates whether a drive has no id, so that QEMU generates one: `ide0-hd0`, `none0`.
  private let hasUnnamedDrive: Bool

  private struct Name: Hashable {
    let kind: String
    let id: String
  }

  private struct Definition {
    /// The first position at which it is defined.
    let place: Int
    /// The type of the object or device; nil for another kind.
    let type: String?
    /// A Boolean value that indicates whether it can have several users.
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

  /// The options that create drives whose ids QEMU generates.
  private static let driveShorthands: Set<String> = [
    "", "hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "pflash", "mtdblock", "sd",
  ]

  /// Returns the ids that an option defines; a block device may also define nodes that it consists of.
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

  /// The options that define ids, each with the kind that shares its ids.
  private static let kinds = [
    "device": "device", "object": "object", "netdev": "netdev", "nic": "netdev", "net": "netdev",
    "blockdev": "node", "chardev": "chardev", "drive": "drive", "fsdev": "fsdev", "virtfs": "fsdev",
    "audiodev": "audiodev", "tpmdev": "tpmdev", "mon": "mon",
  ]

  /// Returns the findings about the ids that the option at a position defines and refers to.
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
          .refused, .malformedValue, "\"\(id.prefix(80))\" is not a valid id", property: "id",
          remedy: "write a letter, followed by letters, digits and -._")
      ]
    }
    guard let first = definitions[Name(kind: kind, id: id)]?.place, first < place else { return [] }
    // Older versions accept two audio backends with the same id.
    if kind == "audiodev", !capabilities.isAtLeast(11, 0) { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions,
        "the id \"\(id)\" is taken by an earlier -\(occurrences[first].option)",
        property: "id", remedy: "use a different id for each")
    ]
  }

  /// Returns whether QEMU accepts any id: older versions do for a device in JSON.
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
        remedy: suggestion(reference.id, candidates(reference.targets)) + "add the option that defines it")
    }
    if reference.isOrdered, definition.place >= place {
      return CheckFinding(
        .refused, .conflictingOptions, "\(property)=\(id) refers to nothing before this option",
        property: property,
        remedy: "write the -\(occurrences[definition.place].option) that defines it before this option")
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
      property: reference.property, remedy: "use a different one for each")
  }

  private static func use(of target: Reference.Target, _ id: String) -> Name {
    switch target {
    case .kind(let kind): Name(kind: kind, id: id)
    case .type(let type): Name(kind: type, id: id)
    }
  }

  /// Returns whether an id is one that QEMU generates for drives: `ide0-hd0`, `virtio1`.
  private static func isDriveName(_ id: String) -> Bool {
    (try? /(ide|scsi)[0-9]+-(hd|cd)[0-9]+|(virtio|none|floppy|pflash|sd|mtd|xen)[0-9]+/.wholeMatch(in: id))
      != nil
  }

  /// Checks that `-set` follows the option that it changes.
  private func target(of occurrence: Occurrence, at place: Int) -> [CheckFinding] {
    guard let set = occurrence.argument as? SetProperty else { return [] }
    if let first = firstPlaces[Name(kind: set.group, id: set.id)], first < place { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "there is no \(set.group) \"\(set.id.prefix(80))\" before this -set",
        property: "\(set.group).\(set.id)", remedy: "write -set after the option that it changes")
    ]
  }
}

extension Occurrence {
  /// The type of the object or device that the option creates.
  fileprivate var madeType: String? {
    switch argument {
    case let device as DeviceOption: device.driver
    case let argument as any SchemaArgument where option == "object":
      argument.members?["qom-type"]?.stringValue
    default: nil
    }
  }

  /// A Boolean value that indicates whether the option creates a character device with a multiplexer, which can have
  /// several users.
  fileprivate var isShared: Bool {
    (argument as? any PropertyListArgument)?.assignments.text(of: "mux").flatMap(Bool.init(propertyText:))
      ?? false
  }
}
