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

  /// The environment variables before a pasted command's binary, in order.
  public var environment: [EnvironmentVariable] = []
  /// Commands of a pasted command that run the binary in another way, such as `sudo` and `nice -n 5`. They are kept for
  /// whoever writes the command again; a start does not carry them out.
  public var prefix: [String] = []
  /// The binary of a pasted command; nil where only options were given.
  public var binary: String?
  /// The options in order.
  public var occurrences: [Occurrence] = []

  /// Makes a configuration of options.
  public init(_ occurrences: [Occurrence] = []) { self.occurrences = occurrences }

  /// Reads QEMU's arguments without the binary.
  /// - Parameters:
  ///   - arguments: the words.
  ///   - unknownNames: what to do with options and properties that this library does not know.
  /// - Throws: ``CommandLineError`` with the option, which of its occurrences, and the character.
  public init(
    arguments: [String], unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    var reader = ArgumentReader(arguments: arguments, unknownNames: unknownNames)
    occurrences = try reader.read()
  }
}

// MARK: - Writing it

extension QEMUConfiguration: CustomStringConvertible {
  /// The words that QEMU is given, without the binary.
  /// - Throws: ``CommandLineError`` `unencodableValue` where an option's language cannot say a value, or a word holds a
  ///   NUL character, which no program can be given.
  public func arguments() throws(CommandLineError) -> [String] {
    var words: [String] = []
    words.reserveCapacity(2 * occurrences.count)
    for index in occurrences.indices {
      try Occurrence.append(occurrences[index].option, occurrences[index].argument, to: &words)
    }
    try ArgumentReader.requireNoNUL(words)
    return words
  }

  /// The command line as a shell takes it.
  public var description: String {
    (try? shellText()) ?? "a command line that QEMU cannot be given"
  }
}
