/// One option of a command line, in its place.
public struct Occurrence: Sendable, Hashable {
  /// The option's name without its dash, aliases resolved; empty for a word that is no option, which QEMU takes as a drive.
  public let option: String
  /// What it says.
  public var value: OptionValue

  /// Makes an occurrence.
  public init(option: String, value: OptionValue) {
    self.option = option
    self.value = value
  }
}

/// What an option says, typed where this library knows its form.
public enum OptionValue: Sendable, Hashable {
  /// The option takes no argument.
  case flag
  /// QEMU: `-accel`
  case accelerator(Accelerator)
  /// QEMU: `-machine`
  case machine(MachineOption)
  /// QEMU: `-cpu`
  case cpu(CPUModel)
  /// QEMU: `-smp`
  case smp(Properties<SMPTopology>)
  /// QEMU: `-m`
  case memory(Properties<MemoryOption>)
  /// QEMU: `-name`
  case name(Properties<NameOption>)
  /// Passed through as it is.
  case text(String)

  static func parse(_ option: String, _ text: String) throws(CommandLineError) -> OptionValue {
    switch option {
    case "accel": .accelerator(try Accelerator(text: text))
    case "machine": .machine(try MachineOption(text: text))
    case "cpu": .cpu(try CPUModel(text: text))
    case "smp": .smp(try parse(text, .keyval, impliedKey: "cpus", owner: "-smp"))
    case "m": .memory(try parse(text, .qemuOpts, impliedKey: "size", owner: "-m"))
    case "name": .name(try parse(text, .qemuOpts, impliedKey: "guest", owner: "-name"))
    default: .text(text)
    }
  }

  private static func parse<Schema>(
    _ text: String, _ language: ValueLanguage, impliedKey: String, owner: String
  ) throws(CommandLineError) -> Properties<Schema> {
    try Properties(checking: language.parse(text, impliedKey: impliedKey), of: owner)
  }

  /// The option's argument; nil where it takes none.
  public func text() throws(CommandLineError) -> String? {
    switch self {
    case .flag: nil
    case .accelerator(let accelerator): try accelerator.text()
    case .machine(let machine): try machine.text()
    case .cpu(let model): try model.text()
    case .smp(let properties): try ValueLanguage.keyval.emit(properties.assignments, impliedKey: "cpus")
    case .memory(let properties): try ValueLanguage.qemuOpts.emit(properties.assignments, impliedKey: "size")
    case .name(let properties): try ValueLanguage.qemuOpts.emit(properties.assignments, impliedKey: "guest")
    case .text(let text): text
    }
  }
}
