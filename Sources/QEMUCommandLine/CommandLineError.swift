/// An error in a command line that is found before QEMU is started.
public struct CommandLineError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// QEMU has no option of this name.
    case unknownOption
    /// The option takes an argument, but none follows.
    case missingArgument
    /// No accelerator or option has a property of this name.
    case unknownProperty
    /// The property exists, but belongs to another accelerator.
    case propertyOfOtherAccelerator
    /// The text is not a value of the property's type.
    case malformedValue
    /// The value has the right type, but QEMU does not accept it.
    case valueOutOfRange
    /// The text does not match the grammar of the option.
    case malformedText
    /// Two options exclude each other.
    case conflictingOptions
    /// The file is not a single shell command without expansions.
    case malformedShellText
    /// The document is not a mapping of options.
    case malformedDocument
    /// The value cannot be written in the option's syntax.
    case unencodableValue
    /// A secret is in a place where every user of the host can read it.
    case exposedSecret
  }

  /// The position of an error in a command line.
  public struct Position: Sendable, Hashable {
    /// The file; nil if the text did not come from one.
    public var file: String?
    /// The option's name without its dash; nil for an argument that is not an option.
    public var option: String?
    /// The number of the option's occurrence, from 1.
    public var occurrence: Int?
    /// The number of the option in the argument vector, from 1; nil if the text did not come from one.
    public var word: Int?
    /// The number of the character in the option's argument or in the file's line, from 1.
    public var column: Int?
    /// The line of the file, from 1; nil for an argument vector.
    public var line: Int?

    /// Creates a position of the parts that are known.
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
  /// The property with the error, a dotted path if it is nested; nil if the error is not about one property.
  public internal(set) var property: String?
  /// The description of the error, with the invalid text.
  public let summary: String
  /// The position of the error.
  public internal(set) var position: Position
  /// The text that was read.
  public internal(set) var evidence: [String]
  /// The remedy; never empty.
  public let remedy: String

  /// The position and the summary in one line.
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

  /// Returns the error with the file that it is about.
  package func located(file: String) -> CommandLineError {
    var error = self
    error.position.file = file
    return error
  }

  /// Returns the error with the option that it is about.
  func located(option: String) -> CommandLineError {
    var error = self
    if !option.isEmpty { error.position.option = option }
    return error
  }

  /// Returns the error with the position and the text of the option.
  func located(option: String, occurrence: Int, word: Int, text: String?) -> CommandLineError {
    var error = self
    error.position.option = option
    error.position.occurrence = occurrence
    error.position.word = word
    let words = ["-\(option)"] + [text].compactMap(\.self)
    error.evidence = [Redaction.beginning(of: words, count: 200)] + evidence
    return error
  }
}
