/// A QEMU command line: every option in its order, nothing lost.
///
/// ```swift
/// let configuration = try QEMUConfiguration(arguments: ["-accel", "tcg,thread=multi", "-machine", "q35"])
/// ```
public struct QEMUConfiguration: Sendable, Hashable {
  /// One `NAME=value` word before a pasted command.
  public struct EnvironmentVariable: Sendable, Hashable {
    /// The variable's name.
    public let name: String
    /// Its value.
    public let value: String
  }

  /// What stood before a pasted command's binary, in order.
  public var environment: [EnvironmentVariable] = []
  /// The binary of a pasted command; nil where only options were given.
  public var binary: String?
  /// The options in order.
  public var occurrences: [Occurrence] = []

  /// Makes a configuration of options.
  public init(_ occurrences: [Occurrence] = []) { self.occurrences = occurrences }

  /// Reads QEMU's arguments without the binary.
  /// - Throws: ``CommandLineError`` with the option, which of its occurrences, and the character.
  public init(arguments: [String]) throws(CommandLineError) {
    if let word = arguments.first(where: { $0.utf8.contains(0) }) {
      throw CommandLineError(
        .unencodableValue, "a word with a NUL character", evidence: [String(word.prefix(80))],
        remedy: "remove the NUL character: no program can be given one")
    }
    var words = arguments[...]
    var counts: [String: Int] = [:]
    while let word = words.popFirst() {
      occurrences.append(try Self.occurrence(word, &words, &counts))
    }
  }

  private static func occurrence(
    _ word: String, _ rest: inout ArraySlice<String>, _ counts: inout [String: Int]
  ) throws(CommandLineError) -> Occurrence {
    guard word.hasPrefix("-") else { return Occurrence(option: "", value: .text(word)) }
    let name = String(word.dropFirst(word.hasPrefix("--") ? 2 : 1))
    guard let row = OptionTable.row(name) else { throw unknownOption(word, name) }
    counts[row.name, default: 0] += 1
    let number = counts[row.name] ?? 1
    guard row.takesArgument else { return Occurrence(option: row.name, value: .flag) }
    guard let text = rest.popFirst() else {
      throw CommandLineError(
        .missingArgument, "-\(row.name) is the last word and has no argument",
        at: .init(option: row.name, occurrence: number), remedy: "add the argument of -\(row.name)")
    }
    do throws(CommandLineError) {
      return Occurrence(option: row.name, value: try OptionValue.parse(row.name, text))
    } catch {
      throw error.located(option: row.name, occurrence: number, text: text)
    }
  }

  private static func unknownOption(_ word: String, _ name: String) -> CommandLineError {
    let equals = name.firstIndex(of: "=")
    let stem = String(equals.map { name[..<$0] } ?? name[...])
    let remedy =
      if equals != nil, OptionTable.row(stem) != nil {
        "write -\(stem) and its argument as two words"
      } else {
        suggestion(stem, OptionTable.names).isEmpty
          ? "see qemu-system-x86_64 -help for the options"
          : suggestion(stem, OptionTable.names) + "See also -help"
      }
    return CommandLineError(
      .unknownOption, "QEMU has no option \(word.prefix(80))", evidence: [String(word.prefix(200))],
      remedy: remedy)
  }
}

// MARK: - Reading it

extension QEMUConfiguration {
  /// Whether an option stands there, whatever it says.
  public func has(_ option: String) -> Bool { occurrences.contains { $0.option == option } }

  /// The machine, merged over all occurrences.
  public var machine: MachineOption {
    var machine = MachineOption()
    for case .machine(let other) in occurrences.map(\.value) { machine.merge(other) }
    return machine
  }

  /// The CPU model; the last one counts.
  public var cpu: CPUModel? {
    occurrences.reversed().lazy.compactMap { if case .cpu(let model) = $0.value { model } else { nil } }.first
  }

  /// The topology, merged over all occurrences; nil where none is asked for.
  public var smp: Properties<SMPTopology>? {
    merged { if case .smp(let properties) = $0 { properties } else { nil } }
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
    guard var result = all.first else { return nil }
    for other in all.dropFirst() { result.merge(other) }
    return result
  }
}

// MARK: - Writing it

extension QEMUConfiguration: CustomStringConvertible {
  /// The words that QEMU is given, without the binary.
  /// - Throws: ``CommandLineError`` `unencodableValue` where an option's language cannot say a value.
  public func arguments() throws(CommandLineError) -> [String] {
    var words: [String] = []
    for occurrence in occurrences {
      if !occurrence.option.isEmpty { words.append("-\(occurrence.option)") }
      if let text = try occurrence.value.text() { words.append(text) }
    }
    return words
  }

  /// The command line as a shell takes it.
  public var description: String {
    (try? shellText()) ?? "a command line that QEMU cannot be given"
  }
}
