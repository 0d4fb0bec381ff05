extension QEMUConfiguration {
  /// Whether an option stands there, whatever it says.
  /// - Parameter option: the option's name or alias, without its dash.
  public func has(_ option: String) -> Bool {
    let name = OptionTable.row(option)?.name ?? option
    return occurrences.contains { $0.option == name }
  }

  /// The machine, merged over all occurrences; names with dashes, as QEMU makes them before it looks them up.
  ///
  /// QEMU keeps the machine in one dictionary, into which `-smp`, `-m` and options such as `-usb` and `-kernel` write too. What such an
  /// option overrides is not in here.
  public var machine: MachineOption {
    var leaves = OrderedLeaves()
    for occurrence in occurrences {
      switch occurrence.value {
      case .machine(let machine):
        for assignment in machine.assignments { leaves.set(dashed(assignment.name), assignment.text) }
      case .smp(let topology):
        for assignment in topology.assignments { leaves.remove("smp.\(assignment.name)") }
      case .flag: leaves.override(machineProperty(of: occurrence))
      case .text: leaves.override(machineProperty(of: occurrence))
      default: break
      }
    }
    // -m is written into the dictionary last, wherever it stands.
    for assignment in memory?.assignments ?? [] {
      leaves.remove(assignment.name == "maxmem" ? "memory.max-size" : "memory.\(assignment.name)")
    }
    return MachineOption(leaves.assignments)
  }

  /// The CPU model; the last one counts.
  public var cpu: CPUModel? {
    occurrences.reversed().lazy.compactMap { if case .cpu(let model) = $0.value { model } else { nil } }.first
  }

  /// The topology, merged over all occurrences; nil where none is asked for. What a later `-machine smp.…` overrides is not in here.
  public var smp: Properties<SMPTopology>? {
    var result: Properties<SMPTopology>?
    for occurrence in occurrences {
      switch occurrence.value {
      case .smp(let topology):
        var merged = result ?? Properties()
        merged.merge(topology)
        result = merged
      case .machine(let machine):
        for name in machine.assignments.map(\.name) where name.hasPrefix("smp.") {
          result?[String(name.dropFirst("smp.".count))] = nil
        }
      default: break
      }
    }
    return result
  }

  /// The memory, merged over all occurrences; nil where none is asked for.
  public var memory: Properties<MemoryOption>? {
    merged { if case .memory(let properties) = $0 { properties } else { nil } }
  }

  /// The names, merged over all occurrences; nil where none is given.
  public var name: Properties<NameOption>? {
    merged { if case .name(let properties) = $0 { properties } else { nil } }
  }

  private func merged<Schema>(_ pick: (OptionValue) -> Properties<Schema>?) -> Properties<Schema>? {
    let all = occurrences.compactMap { pick($0.value) }
    if all.isEmpty { return nil }
    var result = Properties<Schema>()
    for other in all { result.merge(other) }
    return result
  }
}

/// The machine property that an option other than `-machine` sets.
private func machineProperty(of occurrence: Occurrence) -> Assignment? {
  switch (occurrence.option, occurrence.value) {
  case ("usb", _): Assignment("usb", "on")
  case ("no-acpi", _): Assignment("acpi", "off")
  case ("no-hpet", _): Assignment("hpet", "off")
  case ("bios", .text(let path)): Assignment("firmware", path)
  case ("kernel", .text(let text)), ("initrd", .text(let text)), ("append", .text(let text)),
    ("dtb", .text(let text)):
    Assignment(occurrence.option, text)
  default: nil
  }
}

/// QEMU makes dashes of the underscores of a machine property, but not of those behind a dot.
private func dashed(_ name: String) -> String {
  guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
  let head = name.prefix { $0 != "." }
  return head.map { $0 == "_" ? "-" : String($0) }.joined() + name.dropFirst(head.count)
}

/// Assignments of which the last of a name counts, in the order in which the names came up.
private struct OrderedLeaves {
  private var names: [String] = []
  private var texts: [String: String] = [:]

  var assignments: [Assignment] { names.compactMap { name in texts[name].map { Assignment(name, $0) } } }

  mutating func set(_ name: String, _ text: String) {
    if texts.updateValue(text, forKey: name) == nil { names.append(name) }
  }

  /// What is not named stays unnamed.
  mutating func override(_ assignment: Assignment?) {
    if let assignment, texts[assignment.name] != nil { texts[assignment.name] = assignment.text }
  }

  mutating func remove(_ name: String) {
    if texts.removeValue(forKey: name) != nil { names.removeAll { $0 == name } }
  }
}
