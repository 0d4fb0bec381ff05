extension QEMUConfiguration {
  /// Creates a configuration from a shell command, or from a script that runs one: variables, prefixes such as `sudo`,
  /// the binary and its options.
  ///
  /// Quotes, backslashes, `\` at line ends and `#` comments have the same meaning as in a shell. Nothing is expanded or
  /// run: a word that a shell would expand is an error, and so is a second command.
  /// - Throws: ``CommandLineError``: `malformedShellText` with line and character, or as ``init(arguments:unknownNames:)`` with the
  ///   line.
  public init(
    shellText: String, unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    let script = try ShellScript(shellText)
    let hasBinary = script.command.first.map { $0.text.utf8.first != UInt8(ascii: "-") } ?? false
    let arguments = script.command.dropFirst(hasBinary ? 1 : 0)
    try TypedWords(arguments.map(\.text), isQuoted: arguments.map { !$0.isPlain }).check(
      at: arguments.map(\.place))
    do throws(CommandLineError) {
      try self.init(words: script.command.map(\.text), unknownNames: unknownNames)
    } catch {
      throw error.placed(in: Array(arguments))
    }
    environment = script.environment
    prefix = script.prefix
  }

  /// Creates a configuration from the words of a command, as in `/proc/PID/cmdline`: the binary, unless the first word
  /// is an option, and its options.
  /// - Throws: ``CommandLineError``, as ``init(arguments:unknownNames:)``.
  public init(words: [String], unknownNames: UnknownNames = .refused) throws(CommandLineError) {
    guard let first = words.first, first.utf8.first != UInt8(ascii: "-") else {
      try self.init(arguments: words, unknownNames: unknownNames)
      return
    }
    if first.isEmpty {
      throw CommandLineError(
        .malformedText, "the name of the binary is empty", remedy: "specify the path of the binary")
    }
    try self.init(arguments: Array(words.dropFirst()), unknownNames: unknownNames)
    binary = first
  }

  /// Returns the command for a shell, with quotes where they are necessary.
  /// - Throws: ``CommandLineError`` `unencodableValue` if the first word would be read as something else.
  public func shellText() throws(CommandLineError) -> String {
    for variable in environment where ShellScript.variable("\(variable.name)=") == nil {
      throw Self.unencodable(variable.name, "is not the name of an environment variable")
    }
    try requireRecognisable(firstOf: arguments())
    try requireRecognisablePrefix()
    let variables = environment.map { "\($0.name)=\(quoted($0.value))" }
    let program = [binary].compactMap(\.self).map(quoted)
    // After a prefix a variable would be the command, and sudo does not pass on variables before it.
    let env = prefix.isEmpty || variables.isEmpty ? [] : ["env"]
    var words = prefix.map(quoted) + env + variables + program
    for occurrence in occurrences {
      // An argument that looks like an option is quoted, because it is reported as a mistake otherwise.
      let own = try occurrence.words()
      words += own.enumerated().map { index, word in
        index > 0 && optionDeclaration(word) != nil ? "'\(word)'" : quoted(word)
      }
    }
    return words.joined(separator: " ")
  }

  /// Refuses a first word that would be read differently: as a variable, a prefix, the binary or an option.
  private func requireRecognisable(firstOf arguments: [String]) throws(CommandLineError) {
    if let binary {
      if binary.isEmpty || binary.utf8.first == UInt8(ascii: "-") || ShellScript.isReserved(binary) {
        throw Self.unencodable(
          binary, "would be read as an option, a variable or another command; specify the path of the binary")
      }
    } else if let first = arguments.first, first.utf8.first != UInt8(ascii: "-") {
      throw Self.unencodable(first, "would be read as the binary, because the configuration has none")
    }
  }

  /// Refuses words before the binary that are not a known prefix.
  private func requireRecognisablePrefix() throws(CommandLineError) {
    if prefix.isEmpty { return }
    let text = (prefix + ["qemu"]).map(quoted).joined(separator: " ")
    guard binary != nil, let script = try? ShellScript(text), script.prefix == prefix,
      script.command.count == 1
    else {
      throw Self.unencodable(prefix.joined(separator: " "), "is not a known prefix of a command")
    }
  }

  private static func unencodable(_ word: String, _ reason: String) -> CommandLineError {
    CommandLineError(
      .unencodableValue, "\"\(word.prefix(80))\" \(reason)", remedy: "specify the binary, or change the word")
  }
}

extension CommandLineError {
  /// Returns the error with the line of the word that it is about.
  fileprivate func placed(in arguments: [ShellWord]) -> CommandLineError {
    guard let word = position.word, arguments.indices.contains(word - 1) else { return self }
    var error = self
    error.position.line = arguments[word - 1].place.line
    if error.position.column == nil { error.position.column = arguments[word - 1].place.column }
    return error
  }
}

/// Returns a word for a shell: unchanged if it has no special characters, else in single quotes.
public func quoted(_ word: String) -> String {
  let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%".utf8)
  if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
  return "'" + replacing("'", with: "'\\''", in: word) + "'"
}
