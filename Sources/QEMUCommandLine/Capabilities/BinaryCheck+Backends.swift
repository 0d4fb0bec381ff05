import QEMUJSON

// MARK: - Character devices

extension BinaryCheck {
  /// The properties that a backend requires: one of each group. Two backends have aliases.
  private static let backendRequirements: [String: [[String]]] = [
    "file": [["path"]], "pipe": [["path"]], "serial": [["path"]], "parallel": [["path"]], "tty": [["path"]],
    "parport": [["path"]], "udp": [["port"]], "mux": [["chardev"]],
  ]
  private static let backendAliases = ["tty": "serial", "parport": "parallel"]

  func characterDeviceIsComplete(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let device = occurrence.argument as? Properties<CharacterDeviceOption> else { return [] }
    guard device["id"] != nil else {
      return [missing("id", of: "-chardev", "write id=NAME, to which others refer")]
    }
    guard let backend = device["backend"] else {
      return [missing("backend", of: "-chardev", "write -chardev BACKEND,id=NAME, such as socket")]
    }
    let known = capabilities.backends["chardev"] ?? []
    if !known.isEmpty, !known.contains(Self.backendAliases[backend] ?? backend) {
      return [
        .unknown(
          "character device", backend, among: known, in: capabilities.name, code: .malformedValue,
          property: "backend")
      ]
    }
    let needed = (Self.backendRequirements[backend] ?? []).filter { !$0.contains { device[$0] != nil } }
    return needed.map { missing($0.joined(separator: " or "), of: "-chardev \(backend)", "write \($0[0])=…") }
      + misplaced(device, backend)
  }

  private func missing(_ what: String, of owner: String, _ remedy: String) -> CheckFinding {
    CheckFinding(.refused, .malformedText, "\(owner) needs \(what)", property: what, remedy: remedy)
  }

  /// Checks properties that are valid only together with others.
  private func misplaced(_ device: Properties<CharacterDeviceOption>, _ backend: String) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    let refuse = { (property: String, why: String) in
      CheckFinding(
        .refused, .conflictingOptions, "-chardev \(backend): \(property) \(why)", property: property,
        remedy: "remove \(property)")
    }
    let sizes = ["cols", "rows", "width", "height"].filter { device[$0].map { $0 != "0" } ?? false }
    if backend != "vc" { findings += sizes.map { refuse($0, "is for vc only") } }
    let isServer = device["server"].flatMap(Bool.init(propertyText:)) ?? false
    if backend == "socket", !isServer, device["wait"].flatMap(Bool.init(propertyText:)) != nil {
      findings.append(refuse("wait", "is for a server only"))
    }
    if isServer,
      let property = ["reconnect", "reconnect-ms"].first(where: { device[$0].map { $0 != "0" } ?? false })
    {
      findings.append(refuse(property, "is for a client only"))
    }
    if device["tls-authz"] != nil, device["tls-creds"] == nil {
      findings.append(refuse("tls-authz", "needs tls-creds"))
    }
    if backend == "ringbuf" || backend == "memory",
      let size = device["size"].flatMap(ByteCount.init(propertyText:)),
      size.bytes.nonzeroBitCount != 1
    {
      findings.append(refuse("size", "must be a power of two"))
    }
    return findings
  }

  /// The options for which QEMU reads any text that begins with `none` as no device.
  private static let monitors: Set<String> = ["monitor", "qmp", "qmp-pretty"]

  /// Checks for a text that is not a character device.
  func addressIsKnown(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let address = occurrence.argument as? CharacterDeviceAddress else { return [] }
    if occurrence.option == "debugcon", case .characterDevice = address {
      return [
        CheckFinding(
          .refused, .valueOutOfRange, "-debugcon does not take a -chardev by its id",
          remedy: "write -device isa-debugcon,chardev=ID")
      ]
    }
    if let properties = address.withoutMonitor.properties {
      let listed = Set((capabilities.parameters["chardev"] ?? [:]).keys)
      let unknown = properties.untyped.filter { !listed.isEmpty && !listed.contains($0) }
      return unknown.map { .unknown("property", $0, among: listed, in: "a socket", property: $0) }
        + misplaced(properties, "socket")
    }
    guard case .other(let word) = address.withoutMonitor, occurrence.option != "gdb" else { return [] }
    if Self.monitors.contains(occurrence.option), word.hasPrefix("none") { return [] }
    if ["msmouse", "wctablet", "braille", "testdev", "con:"].contains(word) || word.hasPrefix("vc") {
      return []
    }
    return [
      .unknown(
        "character device", word,
        among: ["chardev:ID", "file:PATH", "none", "null", "pty", "stdio", "unix:PATH", "vc"],
        in: "-\(occurrence.option)", code: .malformedValue)
    ]
  }
}

extension CharacterDeviceAddress {
  fileprivate var properties: Properties<CharacterDeviceOption>? {
    switch self {
    case .connection(_, _, _, let properties), .unixSocket(_, let properties): properties
    default: nil
    }
  }

  fileprivate var withoutMonitor: CharacterDeviceAddress {
    if case .withMonitor(let address) = self { address.withoutMonitor } else { self }
  }
}

// MARK: - Other backends

extension BinaryCheck {
  func adapterExists(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let adapter = occurrence.argument as? SingleValue<VGAAdapter>,
      let known = capabilities.backends["vga"],
      !known.isEmpty
    else { return [] }
    let name = adapter.value.rawValue
    if known.contains(name) || name == "none" { return [] }
    return [.unknown("graphics adapter", name, among: known, in: capabilities.name, code: .malformedValue)]
  }

  /// The options whose backends QEMU lists, each with the property that specifies the backend.
  private static let listed = [
    "netdev": ("netdev", "type"), "net": ("netdev", "type"), "nic": ("netdev", "type"),
    "audiodev": ("audiodev", "driver"),
    "audio": ("audiodev", "driver"), "display": ("display", "type"), "blockdev": ("drive", "driver"),
  ]

  func backendWasBuiltIn(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let (list, property) = Self.listed[occurrence.option], let known = capabilities.backends[list],
      !known.isEmpty,
      let name = occurrence.argument?.members?[property]?.stringValue
    else { return [] }
    if known.contains(name) || ["nic", "none", "default", "spice"].contains(name) { return [] }
    return [
      .unknown(
        property, name, among: known, in: "-\(occurrence.option) of \(capabilities.name)",
        code: .malformedValue,
        property: property)
    ]
  }

  /// Checks block drivers, and the properties that are passed to them.
  func driveIsKnown(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let drive = occurrence.argument as? Properties<DriveOption> else { return [] }
    let known = capabilities.backends["drive"] ?? []
    if !known.isEmpty {
      for property in ["driver", "format"] {
        guard let name = drive[property], !known.contains(name) else { continue }
        return [
          .unknown(
            property, name, among: known, in: capabilities.name, code: .malformedValue, property: property)
        ]
      }
    }
    let members = capabilities.schema.memberNames(ofEveryVariantOf: "blockdev")
    let listed = Set((capabilities.parameters["drive"] ?? [:]).keys)
    if members.isEmpty { return [] }
    return drive.assignments.filter { assignment in
      let first = String(assignment.name.prefix { $0 != "." })
      return DriveOption.declarations[assignment.name] == nil && !listed.contains(assignment.name)
        && !members.contains(first) && !first.hasPrefix("x-") && !first.isEmpty
    }.map { .unknown("property", $0.name, among: members.union(listed), in: "-drive", property: $0.name) }
  }

  /// The properties that an option requires: one of each group.
  private static let optionRequirements: [(option: String, properties: [String])] = [
    ("acpitable", ["data", "file"]), ("option-rom", ["romfile", "file"]), ("smbios", ["type", "file"]),
    ("tpmdev", ["id"]),
    ("tpmdev", ["type"]), ("fsdev", ["fsdriver"]), ("fsdev", ["id"]), ("mon", ["chardev"]),
    ("virtfs", ["mount_tag"]),
    ("virtfs", ["fsdriver"]), ("add-fd", ["fd"]), ("add-fd", ["set"]),
  ]

  func optionIsComplete(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument as? any PropertyListArgument else { return [] }
    let own = Set(argument.assignments.map(\.name))
    var needed = Self.optionRequirements.filter { $0.option == occurrence.option }.map(\.properties)
    if occurrence.option == "tpmdev", argument.assignments.text(of: "type") == "emulator" {
      needed.append(["chardev"])
    }
    if occurrence.option == "fsdev" || occurrence.option == "virtfs",
      argument.assignments.text(of: "fsdriver") == "local"
    {
      needed += [["path"], ["security_model"]]
    }
    return needed.filter(own.isDisjoint).map {
      missing($0.joined(separator: " or "), of: "-\(occurrence.option)", "write \($0[0])=…")
    }
  }

  /// Checks that a secret has either its data or a file.
  func secretHasData(_ occurrence: Occurrence) -> [CheckFinding] {
    guard occurrence.option == "object", let object = (occurrence.argument as? any SchemaArgument)?.members,
      object["qom-type"]?.stringValue == "secret", (object["data"] == nil) == (object["file"] == nil)
    else { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "a secret needs exactly one of data and file", property: "data",
        remedy: "write data=TEXT or file=PATH")
    ]
  }
}
