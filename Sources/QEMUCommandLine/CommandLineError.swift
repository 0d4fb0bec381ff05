/// A command line that cannot be right, found before QEMU was started.
public struct CommandLineError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// QEMU has no option of this name.
    case unknownOption
    /// The option takes an argument and is the last word.
    case missingArgument
    /// No accelerator or option has a property of this name.
    case unknownProperty
    /// The property exists, but belongs to another accelerator.
    case propertyOfOtherAccelerator
    /// The text is not of the property's type.
    case malformedValue
    /// The value has the right type, and QEMU does not take it.
    case valueOutOfRange
    /// The text breaks the option's own grammar.
    case malformedText
    /// Two options exclude each other.
    case conflictingOptions
    /// The file is not one shell command of plain words.
    case malformedShellText
    /// The document is not a mapping of options.
    case malformedDocument
    /// The option's language has no way to say this value.
    case unencodableValue
    /// A secret stands where every user of the host can read it.
    case exposedSecret
  }

  /// The position of the fault in the command line.
  public struct Position: Sendable, Hashable {
    /// The file; nil where none was read.
    public var file: String?
    /// The option's name without its dash; nil for a word that is no option.
    public var option: String?
    /// The number of the option's occurrence, from 1.
    public var occurrence: Int?
    /// The number of the option's word in the argument vector, from 1; nil if the text did not come from one.
    public var word: Int?
    /// The number of the character in the option's argument or in the file's line, from 1.
    public var column: Int?
    /// The line of the file, from 1; nil for an argument vector.
    public var line: Int?

    /// Makes a position of what is known.
    public init(
      option: String? = nil, occurrence: Int? = nil, word: Int? = nil, column: Int? = nil, line: Int? = nil
    ) {
      self.option = option
      self.word = word
      self.occurrence = occurrence
      self.column = column
      self.line = line
    }
  }

  /// The kind of failure.
  public let code: Code
  /// The property it is about, a dotted path where it lies deeper; nil where it is about the whole.
  public internal(set) var property: String?
  /// The description of the fault, with the offending text.
  public let summary: String
  /// The position of the fault.
  public internal(set) var position: Position
  /// The text that was read.
  public internal(set) var evidence: [String]
  /// The remedy; never empty.
  public let remedy: String

  /// The failure and its place in one line.
  public var description: String {
    let place = [
      position.file, position.option.map { "-\($0)" },
      position.occurrence.flatMap { $0 > 1 ? "occurrence \($0)" : nil },
      position.line.map { "line \($0)" }, position.column.map { "character \($0)" },
    ].compactMap(\.self)
    return place.isEmpty ? summary : "\(place.joined(separator: ", ")): \(summary)"
  }

  package init(
    _ code: Code, _ summary: String, at position: Position = Position(), evidence: [String] = [],
    remedy: String
  ) {
    self.code = code
    self.summary = summary
    self.position = position
    self.evidence = evidence
    self.remedy = remedy
  }

  /// The same error, with the file it is about.
  package func located(file: String) -> CommandLineError {
    var error = self
    error.position.file = file
    return error
  }

  /// The same error, with the option it is about.
  func located(option: String) -> CommandLineError {
    var error = self
    if !option.isEmpty { error.position.option = option }
    return error
  }

  /// The same error, with the option's place and text filled in.
  func located(option: String, occurrence: Int, word: Int, text: String?) -> CommandLineError {
    var error = self
    error.position.option = option
    error.position.occurrence = occurrence
    error.position.word = word
    let shown = Redaction(arguments: ["-\(option)"] + [text].compactMap(\.self)).arguments
    error.evidence = [String(shown.joined(separator: " ").prefix(200))] + evidence
    return error
  }
}
