extension QEMUConfiguration {
  /// Reads a pasted shell command: `NAME=value` words, the binary, its options.
  ///
  /// Quotes, backslashes, `\` at line ends and `#` comments mean what they mean to a shell. Nothing is expanded or run:
  /// a word that a shell would expand is an error.
  /// - Throws: ``CommandLineError``: `malformedShellText` with line and character; else as ``init(arguments:)``.
  public init(
    shellText: String, unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    var words = try ShellLexer(shellText).words()[...]
    var variables: [EnvironmentVariable] = []
    while let word = words.first, let variable = Self.variable(word) {
      variables.append(variable)
      words.removeFirst()
    }
    try self.init(words: Array(words), unknownNames: unknownNames)
    environment = variables
  }

  /// Reads the words of a command, as `/proc/PID/cmdline` holds them: the binary where the first is no option, and its options.
  /// - Throws: ``CommandLineError``, as ``init(arguments:)``.
  public init(words: [String], unknownNames: UnknownNames = .refused) throws(CommandLineError) {
    guard let first = words.first, first.utf8.first != UInt8(ascii: "-") else {
      try self.init(arguments: words, unknownNames: unknownNames)
      return
    }
    if first.isEmpty {
      throw CommandLineError(.malformedText, "the binary has no name", remedy: "name the binary by its path")
    }
    try self.init(arguments: Array(words.dropFirst()), unknownNames: unknownNames)
    binary = first
  }

  /// The command as a shell takes it, each word quoted as far as it needs it.
  /// - Throws: ``CommandLineError`` `unencodableValue` where the first word would be taken for another part of the command.
  public func shellText() throws(CommandLineError) -> String {
    for variable in environment where Self.variable("\(variable.name)=") == nil {
      throw Self.unencodable(variable.name, "is not the name of an environment variable")
    }
    let arguments = try arguments()
    try requireRecognisable(firstOf: arguments)
    let variables = environment.map { "\($0.name)=\(quoted($0.value))" }
    return (variables + ([binary].compactMap(\.self) + arguments).map(quoted)).joined(separator: " ")
  }

  /// The first word is a variable where it looks like one, the binary where it is no option, and else an option.
  private func requireRecognisable(firstOf arguments: [String]) throws(CommandLineError) {
    if let binary {
      if binary.isEmpty || binary.utf8.first == UInt8(ascii: "-") || Self.variable(binary) != nil {
        throw Self.unencodable(
          binary, "cannot be told from an option or a variable; name the binary by its path")
      }
    } else if let first = arguments.first, first.utf8.first != UInt8(ascii: "-") {
      throw Self.unencodable(first, "would be taken for the binary, of which none is named")
    }
  }

  private static func unencodable(_ word: String, _ reason: String) -> CommandLineError {
    CommandLineError(
      .unencodableValue, "\"\(word.prefix(80))\" \(reason)", remedy: "name the binary, or change the word")
  }

  private static func variable(_ word: String) -> EnvironmentVariable? {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), equals != word.startIndex else {
      return nil
    }
    let name = word.utf8[..<equals]
    let isName = name.allSatisfy(isWordByte) && !(name.first.map { 0x30...0x39 ~= $0 } ?? true)
    guard isName else { return nil }
    return EnvironmentVariable(
      name: String(Substring(name)), value: String(word[word.utf8.index(after: equals)...]))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// A word as a shell takes it: plain where nothing in it is special, else in single quotes.
public func quoted(_ word: String) -> String {
  let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%".utf8)
  if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
  return "'" + replacing("'", with: "'\\''", in: word) + "'"
}

/// Cuts one shell command into its words.
package struct ShellLexer {
  private let characters: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  package init(_ text: String) { characters = Array(text.unicodeScalars) }

  package consuming func words() throws(CommandLineError) -> [String] {
    var words: [String] = []
    while let word = try nextWord() { words.append(word) }
    return words
  }

  private mutating func nextWord() throws(CommandLineError) -> String? {
    try skipBlanks()
    guard position < characters.count else { return nil }
    var word = String.UnicodeScalarView()
    while position < characters.count {
      let character = characters[position]
      switch character {
      case " ", "\t", "\n", "\r": return String(word)
      case "'": try takeSingleQuoted(&word)
      case "\"": try takeDoubleQuoted(&word)
      case "\\":
        if let escaped = try takeEscape() { word.append(escaped) }
      default:
        try refuseShellSyntax(character, "$`;|&<>()*?[{~!")
        word.append(character)
        position += 1
      }
    }
    return String(word)
  }

  /// Skips blanks, line ends with or without a backslash, and comments: a file may list an option a line.
  private mutating func skipBlanks() throws(CommandLineError) {
    while position < characters.count {
      switch characters[position] {
      case " ", "\t", "\r": position += 1
      case "\n": newLine()
      case "#": skipComment()
      case "\\" where lineEnd(at: position + 1) != nil:
        position = lineEnd(at: position + 1) ?? position
        newLine()
      default: return
      }
    }
  }

  /// Where the line end that begins here has its line feed; files from elsewhere have a carriage return before it.
  private func lineEnd(at place: Int) -> Int? {
    guard place < characters.count else { return nil }
    if characters[place] == "\n" { return place }
    let isPair = characters[place] == "\r" && place + 1 < characters.count && characters[place + 1] == "\n"
    return isPair ? place + 1 : nil
  }

  private mutating func newLine() {
    position += 1
    line += 1
    lineStart = position
  }

  private mutating func skipComment() {
    while position < characters.count, characters[position] != "\n" { position += 1 }
  }

  private mutating func takeSingleQuoted(_ word: inout String.UnicodeScalarView) throws(CommandLineError) {
    let opening = place
    position += 1
    while position < characters.count, characters[position] != "'" { append(to: &word) }
    try requireClosing("'", opening)
  }

  private mutating func takeDoubleQuoted(_ word: inout String.UnicodeScalarView) throws(CommandLineError) {
    let opening = place
    position += 1
    while position < characters.count, characters[position] != "\"" {
      let next = position + 1 < characters.count ? characters[position + 1] : nil
      if characters[position] == "\\", let next, "\"\\$`\n".unicodeScalars.contains(next) {
        if let escaped = try takeEscape() { word.append(escaped) }
        continue
      }
      try refuseShellSyntax(characters[position], "$`")
      append(to: &word)
    }
    try requireClosing("\"", opening)
  }

  private mutating func append(to word: inout String.UnicodeScalarView) {
    word.append(characters[position])
    if characters[position] == "\n" { newLine() } else { position += 1 }
  }

  private mutating func requireClosing(
    _ quote: Unicode.Scalar, _ opening: CommandLineError.Position
  ) throws(CommandLineError) {
    guard position < characters.count else {
      throw CommandLineError(
        .malformedShellText, "the quote \(quote) that opens here is not closed", at: opening,
        remedy: "close the quote, or write \\\(quote) for the character itself")
    }
    position += 1
  }

  /// Takes a backslash and what follows it; nil for a line end, which vanishes.
  private mutating func takeEscape() throws(CommandLineError) -> Unicode.Scalar? {
    position += 1
    guard position < characters.count else {
      throw CommandLineError(
        .malformedShellText, "a backslash at the end of the text", at: place,
        remedy: "remove the backslash, or complete the command")
    }
    if let end = lineEnd(at: position) {
      position = end
      newLine()
      return nil
    }
    defer { position += 1 }
    return characters[position]
  }

  private func refuseShellSyntax(_ character: Unicode.Scalar, _ special: String) throws(CommandLineError) {
    guard special.unicodeScalars.contains(character) else { return }
    // A bracket or brace is plain text to a shell unless it can expand; JSON arguments stand in quotes.
    throw CommandLineError(
      .malformedShellText, "\"\(Character(character))\" would be expanded by a shell, and no shell runs here",
      at: place,
      remedy: "put the word in single quotes if it is meant literally, or write the value itself")
  }

  private var place: CommandLineError.Position { .init(column: position - lineStart + 1, line: line) }
}
