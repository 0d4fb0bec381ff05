/// A QEMU command line with all of its options, in order.
///
/// ```swift
/// let configuration = try QEMUConfiguration(arguments: ["-accel", "tcg,thread=multi", "-machine", "q35"])
/// ```
public struct QEMUConfiguration: Sendable, Hashable {
  /// An environment variable, `NAME=value` before the binary of a shell command.
  public struct EnvironmentVariable: Sendable, Hashable {
    /// The variable's name.
    public let name: String
    /// The variable's value.
    public let value: String

    /// Creates a variable.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The environment variables before the binary of a shell command, in order.
  public var environment: [EnvironmentVariable] = []
  /// The commands before the binary of a shell command that run it, such as `sudo` and `nice -n 5`. They are kept when
  /// the command is written; a start ignores them.
  public var prefix: [String] = []
  /// The binary of a command; nil if there are only options.
  public var binary: String?
  /// The options in order.
  public var occurrences: [Occurrence] = []

  /// Creates a configuration from options.
  public init(_ occurrences: [Occurrence] = []) { self.occurrences = occurrences }

  /// Creates a configuration from QEMU's arguments, without the binary.
  /// - Parameters:
  ///   - arguments: the arguments.
  ///   - unknownNames: what to do with options and properties that this library does not know.
  /// - Throws: ``CommandLineError`` with the option, the number of its occurrence, and the character.
  public init(
    arguments: [String], unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    var reader = ArgumentReader(arguments: arguments, unknownNames: unknownNames)
    occurrences = try reader.read()
  }
}

// MARK: - Writing

extension QEMUConfiguration: CustomStringConvertible {
  /// Returns the arguments that are passed to QEMU, without the binary.
  /// - Throws: ``CommandLineError`` `unencodableValue` if a value cannot be written in its option's syntax, or if an
  ///   argument has a NUL character.
  public func arguments() throws(CommandLineError) -> [String] {
    var words: [String] = []
    words.reserveCapacity(2 * occurrences.count)
    for index in occurrences.indices {
      try Occurrence.append(occurrences[index].option, occurrences[index].argument, to: &words)
    }
    try ArgumentReader.requireNoNUL(words)
    return words
  }

  /// The command line, quoted for a shell.
  public var description: String {
    (try? shellText()) ?? "a command line that cannot be passed to QEMU"
  }
}
