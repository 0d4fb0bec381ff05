extension QEMUConfiguration {
  /// Returns whether the configuration has an option, with any argument.
  /// - Parameter option: the option's name or alias, without its dash.
  public func has(_ option: String) -> Bool {
    let name = OptionTable.declaration(option)?.name ?? option
    return occurrences.contains { $0.option == name }
  }

  /// The machine, merged over all occurrences. Underscores in names are dashes, as QEMU converts them before a lookup.
  ///
  /// QEMU keeps the machine in one dictionary, into which `-smp`, `-m` and options such as `-usb` and `-kernel` write
  /// too. The properties that such an option overrides are removed or have its value.
  public var machine: MachineOption {
    var leaves = OrderedLeaves()
    for occurrence in occurrences {
      switch occurrence.argument {
      case let machine as MachineOption:
        for assignment in machine.assignments { leaves.set(dashed(assignment.name), assignment.text) }
      case let topology as Properties<SMPTopology>:
        for assignment in topology.assignments { leaves.remove("smp.\(assignment.name)") }
      case let boot as Properties<BootOption>:
        for assignment in boot.assignments { leaves.remove("boot.\(assignment.name)") }
      default: leaves.override(machineProperty(of: occurrence))
      }
    }
    // QEMU writes -m into the dictionary last, whatever its position.
    for assignment in memory?.assignments ?? [] {
      leaves.remove(assignment.name == "maxmem" ? "memory.max-size" : "memory.\(assignment.name)")
    }
    return MachineOption(leaves.assignments)
  }

  /// The CPU model of the last `-cpu`.
  public var cpu: CPUModel? {
    occurrences.reversed().lazy.compactMap { $0.argument as? CPUModel }.first
  }

  /// The topology, merged over all occurrences; nil if there is none. Properties that a later `-machine smp.…`
  /// overrides are removed.
  public var smp: Properties<SMPTopology>? {
    var result: Properties<SMPTopology>?
    for occurrence in occurrences {
      switch occurrence.argument {
      case let topology as Properties<SMPTopology>:
        var merged = result ?? Properties()
        merged.merge(topology)
        result = merged
      case let machine as MachineOption:
        for name in machine.assignments.map(\.name) where name.hasPrefix("smp.") {
          result?[String(name.dropFirst("smp.".count))] = nil
        }
      default: break
      }
    }
    return result
  }

  /// The memory, merged over all occurrences; nil if there is none.
  public var memory: Properties<MemoryOption>? { merged() }

  /// The name, merged over all occurrences; nil if there is none.
  public var name: Properties<NameOption>? { merged() }

  /// Returns the properties of an option whose occurrences QEMU merges; nil if the configuration does not have it.
  ///
  /// ```swift
  /// let boot: Properties<BootOption>? = configuration.merged()
  /// ```
  public func merged<Schema: OptionSchema>(
    _ schema: Schema.Type = Schema.self
  ) -> Properties<Schema>? {
    let all = self.all(Properties<Schema>.self)
    if all.isEmpty { return nil }
    var result = Properties<Schema>()
    for other in all { result.merge(other) }
    return result
  }

  /// Returns the arguments of an option, in order.
  public func all<Argument: DedicatedArgument>(_ type: Argument.Type = Argument.self) -> [Argument] {
    occurrences.compactMap { $0.argument as? Argument }
  }

  /// The accelerators of all `-accel`, the most preferred first.
  public var accelerators: [Accelerator] { all() }

  /// The devices, in order.
  public var devices: [DeviceOption] { all() }

  /// The device with an id; setting nil removes it, setting a new one appends it.
  public subscript(device id: String) -> DeviceOption? {
    get { devices.first { $0.id == id } }
    set {
      let index = occurrences.firstIndex { ($0.argument as? DeviceOption)?.id == id }
      switch (index, newValue) {
      case (let index?, let device?): occurrences[index] = Occurrence(device)
      case (let index?, nil): occurrences.remove(at: index)
      case (nil, let device?): occurrences.append(Occurrence(device))
      case (nil, nil): break
      }
    }
  }
}

/// Returns the machine property that an option other than `-machine` sets.
private func machineProperty(of occurrence: Occurrence) -> Assignment? {
  switch (occurrence.option, (occurrence.argument as? PlainText)?.string) {
  case ("usb", _): Assignment("usb", "on")
  case ("no-acpi", _): Assignment("acpi", "off")
  case ("no-hpet", _): Assignment("hpet", "off")
  case ("bios", let path?): Assignment("firmware", path)
  case ("kernel", let text?), ("initrd", let text?), ("append", let text?), ("dtb", let text?),
    ("shim", let text?):
    Assignment(occurrence.option, text)
  default: nil
  }
}

/// Returns the name of a machine property with dashes for underscores. Like QEMU, it keeps those after a dot.
func dashed(_ name: String) -> String {
  guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
  let head = name.prefix { $0 != "." }
  return head.map { $0 == "_" ? "-" : String($0) }.joined() + name.dropFirst(head.count)
}

/// Assignments of which the last of a name has effect, in the order in which the names first occur.
private struct OrderedLeaves {
  private var names: [String] = []
  private var texts: [String: String] = [:]

  var assignments: AssignmentList {
    AssignmentList(names.compactMap { name in texts[name].map { Assignment(name, $0) } })
  }

  mutating func set(_ name: String, _ text: String) {
    if texts.updateValue(text, forKey: name) == nil { names.append(name) }
  }

  /// Replaces the value of a name that has one.
  mutating func override(_ assignment: Assignment?) {
    if let assignment, texts[assignment.name] != nil { texts[assignment.name] = assignment.text }
  }

  mutating func remove(_ name: String) {
    if texts.removeValue(forKey: name) != nil { names.removeAll { $0 == name } }
  }
}
