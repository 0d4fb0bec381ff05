import QEMUJSON

extension ConfigurationDocument {
  /// Creates a document of a configuration, with the same meaning to QEMU.
  ///
  /// Repeated options become lists. If that would change an order that matters to QEMU, all options are under
  /// `options`.
  /// - Throws: ``CommandLineError`` `unencodableValue` if a value cannot be written in its option's syntax.
  public init(_ configuration: QEMUConfiguration) throws(CommandLineError) {
    root = JSONObject()
    root[Section.qemu.rawValue] = Self.qemu(configuration)
    let keepsDevicesAsText = Self.keepsDevicesAsText(configuration)
    let value = { (occurrence: Occurrence) throws(CommandLineError) -> JSON in
      if keepsDevicesAsText, let device = occurrence.argument as? DeviceOption, case .json = device.form {
        return .string(try device.text())
      }
      return try Self.value(of: occurrence)
    }
    if Self.keepsOrder(configuration) {
      var groups = OrderedGroups<JSON>()
      for occurrence in configuration.occurrences {
        groups.add(try value(occurrence), to: occurrence.option)
      }
      for (option, values) in groups.groups { root[option] = values.count == 1 ? values[0] : .array(values) }
      return
    }
    var entries: [JSON] = []
    for occurrence in configuration.occurrences {
      let entry = try value(occurrence)
      entries.append(occurrence.option.isEmpty ? entry : .object([occurrence.option: entry]))
    }
    root[Section.options.rawValue] = .array(entries)
  }

  private static func qemu(_ configuration: QEMUConfiguration) -> JSON? {
    let binary = configuration.binary.map { JSON.string($0) }
    let (variables, prefix) = (configuration.environment, configuration.prefix)
    if variables.isEmpty, prefix.isEmpty { return binary }
    var object = JSONObject()
    if !variables.isEmpty {
      object["environment"] = .object(JSONObject(variables.map { ($0.name, .string($0.value)) }))
    }
    if !prefix.isEmpty { object["prefix"] = .array(prefix.map { .string($0) }) }
    object["binary"] = binary
    return .object(object)
  }

  /// Returns whether devices that are JSON are written as text. QEMU creates them after all others, whatever their
  /// position. A mapping is read as properties, so devices that are JSON become mappings only if all devices do.
  private static func keepsDevicesAsText(_ configuration: QEMUConfiguration) -> Bool {
    let devices = configuration.occurrences.compactMap { $0.argument as? DeviceOption }
    let inJSON = devices.filter { if case .json = $0.form { true } else { false } }
    return !inJSON.isEmpty && (inJSON.count < devices.count || !inJSON.allSatisfy(\.isFlat))
  }

  /// Returns the argument as a mapping if that has the same meaning, else as text.
  static func value(of occurrence: Occurrence) throws(CommandLineError) -> JSON {
    guard let argument = occurrence.argument else { return true }
    let text = try argument.text()
    // Users write the shorter form.
    if isShort(text) { return .string(text) }
    guard let members = argument.members,
      let again = try? type(of: argument).init(members: members, unknownNames: .kept),
      argument.means(again), (try? again.text()) != nil
    else { return .string(text) }
    return .object(members)
  }

  /// Returns whether a text has no character that is special in any option syntax.
  private static func isShort(_ text: String) -> Bool {
    !text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "{")].contains($0) }
  }
}

extension OptionArgument {
  /// Returns whether another argument has the same meaning.
  fileprivate func means(_ other: any OptionArgument) -> Bool {
    guard let other = other as? Self else { return false }
    if let mine = self as? any NormalisedArgument, let others = other as? any NormalisedArgument {
      return mine.normalised == others.normalised
    }
    return members == other.members
  }
}

/// An argument that has a canonical form for comparison.
protocol NormalisedArgument {
  var normalised: JSONObject? { get }
}

extension DeviceOption: NormalisedArgument {
  /// The properties as texts, to which QEMU converts either form.
  var normalised: JSONObject? {
    guard isFlat else { return members }
    let assignments: AssignmentList
    switch form {
    case .properties(let all): assignments = all
    case .json(let object):
      assignments = AssignmentList(
        object.compactMap { member in scalarText(member.value).map { Assignment(member.name, $0) } })
    }
    var groups = OrderedGroups<JSON>()
    for assignment in assignments { groups.add(.string(assignment.text), to: assignment.name) }
    return JSONObject(groups.groups.map { ($0.name, .array($0.name == "id" ? [$0.values[0]] : $0.values)) })
  }

  /// A Boolean value that indicates whether the device can be written as properties.
  fileprivate var isFlat: Bool {
    guard case .json = form else { return true }
    guard let members, let again = try? DeviceOption(members: members, unknownNames: .kept),
      case .properties = again.form
    else { return false }
    return (try? again.text()) != nil
  }
}

extension QAPIArgument: NormalisedArgument {
  var normalised: JSONObject? { members }
}

// MARK: - Order

extension ConfigurationDocument {
  /// The groups of options whose relative order matters to QEMU.
  private static let orderGroups: [Set<String>] = [
    [
      "machine", "smp", "boot", "m", "kernel", "append", "initrd", "dtb", "bios", "shim", "usb", "enable-kvm",
      "no-acpi",
      "no-hpet", "no-fd-bootchk", "nographic",
    ],
    ["", "drive", "hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "sd", "mtdblock", "pflash"],
    ["action", "no-reboot", "no-shutdown", "watchdog-action"],
    ["display", "nographic", "full-screen", "vnc", "spice"],
    ["semihosting", "semihosting-config"], ["net", "nic"], ["gdb", "s"], ["serial", "nographic"],
    // -virtfs creates a device at its position.
    ["device", "usbdevice", "virtfs"], ["audio", "audiodev"],
  ]
  /// The options that refer to options before them.
  private static let anywhere: Set<String> = ["set", "readconfig"]

  /// Returns whether all options may be grouped by name, in the order in which the names first occur.
  private static func keepsOrder(_ configuration: QEMUConfiguration) -> Bool {
    let names = configuration.occurrences.map(\.option)
    // An image without an option has no name; a section's name is not an option here; an object cannot repeat a key.
    if names.contains("") || names.contains(where: { Section(rawValue: $0) != nil }) { return false }
    let flags = names.filter { OptionTable.declaration($0)?.takesArgument != true }
    if Set(flags).count < flags.count { return false }
    let gathered = gather(names)
    if names.contains(where: anywhere.contains) { return gathered == names }
    return orderGroups.allSatisfy { group in names.filter(group.contains) == gathered.filter(group.contains) }
  }

  private static func gather(_ names: [String]) -> [String] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for name in names {
      if counts[name] == nil { order.append(name) }
      counts[name, default: 0] += 1
    }
    return order.flatMap { name in Array(repeating: name, count: counts[name] ?? 0) }
  }
}
