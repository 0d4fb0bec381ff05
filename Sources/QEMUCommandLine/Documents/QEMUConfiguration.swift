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

    /// Names a variable and its value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
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
    try Self.requireNoNUL(arguments)
    var words = arguments[...]
    var counts: [String: Int] = [:]
    while !words.isEmpty { occurrences.append(try Self.takeOccurrence(&words, &counts)) }
  }

  private static func requireNoNUL(_ words: [String]) throws(CommandLineError) {
    guard let index = words.firstIndex(where: { $0.utf8.contains(0) }) else { return }
    throw CommandLineError(
      .unencodableValue, "a word with a NUL character", at: .init(word: index + 1),
      evidence: [String(words[index].prefix(80))],
      remedy: "remove the NUL character: no program can be given one")
  }

  private static func takeOccurrence(
    _ words: inout ArraySlice<String>, _ counts: inout [String: Int]
  ) throws(CommandLineError) -> Occurrence {
    let number = words.startIndex + 1
    let word = words.removeFirst()
    guard word.utf8.first == UInt8(ascii: "-") else { return Occurrence(option: "", value: .text(word)) }
    let name = String(Substring(word.utf8.dropFirst(word.utf8.starts(with: "--".utf8) ? 2 : 1)))
    guard let row = OptionTable.row(name) else { throw unknownOption(word, name, at: number) }
    counts[row.name, default: 0] += 1
    let occurrence = counts[row.name] ?? 1
    guard row.takesArgument else { return Occurrence(option: row.name, value: .flag) }
    guard let text = words.popFirst() else {
      throw CommandLineError(
        .missingArgument, "-\(row.name) is the last word and has no argument",
        at: .init(option: row.name, occurrence: occurrence, word: number),
        remedy: "add the argument of -\(row.name)")
    }
    do throws(CommandLineError) {
      return Occurrence(option: row.name, value: try OptionValue.parse(row.name, text))
    } catch {
      throw error.located(option: row.name, occurrence: occurrence, word: number, text: text)
    }
  }

  private static func unknownOption(_ word: String, _ name: String, at number: Int) -> CommandLineError {
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
      .unknownOption, "QEMU has no option \(word.prefix(80))", at: .init(word: number),
      evidence: [String(word.prefix(200))],
      remedy: remedy)
  }
}

// MARK: - Writing it

extension QEMUConfiguration: CustomStringConvertible {
  /// The words that QEMU is given, without the binary.
  /// - Throws: ``CommandLineError`` `unencodableValue` where an option's language cannot say a value, or a word holds a
  ///   NUL character, which no program can be given.
  public func arguments() throws(CommandLineError) -> [String] {
    var words: [String] = []
    for occurrence in occurrences {
      if !occurrence.option.isEmpty { words.append("-\(occurrence.option)") }
      if let text = try occurrence.value.text() { words.append(text) }
    }
    try Self.requireNoNUL(words)
    return words
  }

  /// The command line as a shell takes it.
  public var description: String {
    (try? shellText()) ?? "a command line that QEMU cannot be given"
  }
}
