/// A word of a shell's text.
struct ShellWord: Sendable {
  /// The word without its quotes.
  let text: String
  /// The position of its first character.
  let place: CommandLineError.Position
  /// A Boolean value that indicates whether nothing in it is quoted.
  let isPlain: Bool
}

/// A token of a shell's text.
enum ShellToken: Sendable {
  /// A word.
  case word(ShellWord)
  /// The end of a line, which may end a command.
  case lineEnd
  /// `;`, `&` or `&&`, which end a command.
  case commandEnd(CommandLineError.Position)
}

/// A lexer that splits a shell's text into words and ends of commands. It refuses expansions, redirections and pipes.
package struct ShellLexer {
  private let characters: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  package init(_ text: String) {
    characters = Array(text.unicodeScalars)
    // A file may begin with a byte order mark.
    if characters.first == "\u{FEFF}" { position = 1 }
  }

  /// Returns the words of a single command.
  /// - Throws: ``CommandLineError`` `malformedShellText` for syntax that needs a shell, and for the end of a command.
  package consuming func words() throws(CommandLineError) -> [String] {
    var words: [String] = []
    while let token = try next() {
      switch token {
      case .word(let word): words.append(word.text)
      case .lineEnd: break
      case .commandEnd(let place): throw ShellSyntax.end.refusal(at: place)
      }
    }
    return words
  }

  /// Returns the next token; nil at the end of the text.
  mutating func next() throws(CommandLineError) -> ShellToken? {
    skipBlanks()
    guard position < characters.count else { return nil }
    if characters[position] == "\n" {
      newLine()
      return .lineEnd
    }
    if isCommandEnd(characters[position]) { return .commandEnd(takeCommandEnd()) }
    return .word(try takeWord())
  }

  private func isCommandEnd(_ character: Unicode.Scalar) -> Bool { character == ";" || character == "&" }

  private mutating func takeCommandEnd() -> CommandLineError.Position {
    defer {
      let isDouble =
        characters[position] == "&" && position + 1 < characters.count && characters[position + 1] == "&"
      position += isDouble ? 2 : 1
    }
    return place
  }

  private mutating func takeWord() throws(CommandLineError) -> ShellWord {
    let start = place
    var word = String.UnicodeScalarView()
    var isPlain = true
    while position < characters.count, !isBlank(characters[position]), !isCommandEnd(characters[position]) {
      let character = characters[position]
      if "'\"\\".unicodeScalars.contains(character) { isPlain = false }
      switch character {
      case "'": try takeSingleQuoted(&word)
      case "\"": try takeDoubleQuoted(&word)
      case "\\":
        if let escaped = try takeEscape() { word.append(escaped) }
      default:
        try refuse(character, among: ShellSyntax.special)
        try refuseLookalike(character, isFirst: word.isEmpty)
        word.append(character)
        position += 1
      }
    }
    return ShellWord(text: String(word), place: start, isPlain: isPlain)
  }

  private func isBlank(_ character: Unicode.Scalar) -> Bool { " \t\r\n".unicodeScalars.contains(character) }

  /// Skips blanks, line ends after a backslash, comments, and `"$@"`, which is empty for a script that is only read.
  private mutating func skipBlanks() {
    while position < characters.count {
      switch characters[position] {
      case " ", "\t", "\r": position += 1
      case "#": skipComment()
      case "\\" where lineEnd(at: position + 1) != nil:
        position = lineEnd(at: position + 1) ?? position
        newLine()
      default:
        guard let length = scriptArguments() else { return }
        position += length
      }
    }
  }

  /// Returns the length of a word at this position that expands to the arguments of a script; nil if there is none.
  private func scriptArguments() -> Int? {
    guard characters[position] == "\"" || characters[position] == "$" else { return nil }
    let rest = characters[position...].prefix { !isBlank($0) && !isCommandEnd($0) }
    return rest.count <= 6 && ShellSyntax.scriptArguments.contains(String(String.UnicodeScalarView(rest)))
      ? rest.count : nil
  }

  /// Returns the index of the line feed of a line end, which may begin with a carriage return; nil if no line ends
  /// here.
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
      try refuse(characters[position], among: "$`")
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

  /// Reads a backslash and the character after it; returns nil for a line end, which is removed.
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
    if characters[position...].first(where: { $0 != " " && $0 != "\t" }) == "\n",
      isBlank(characters[position])
    {
      throw CommandLineError(
        .malformedShellText, "the backslash at the end of the line is followed by a blank", at: place,
        remedy: "remove the blank: the backslash must be the last character of the line")
    }
    defer { position += 1 }
    return characters[position]
  }

  private func refuse(
    _ character: Unicode.Scalar, among special: String
  ) throws(CommandLineError) {
    guard special.unicodeScalars.contains(character) else { return }
    let next = position + 1 < characters.count ? characters[position + 1] : " "
    let isPrompt = character == "$" && position == lineStart && isBlank(next)
    throw (isPrompt ? ShellSyntax.prompt : ShellSyntax(character)).refusal(at: place)
  }

  /// Refuses a character that looks like a dash, a quote or a blank: QEMU would read it as part of a name.
  private func refuseLookalike(_ character: Unicode.Scalar, isFirst: Bool) throws(CommandLineError) {
    guard character.value > 0x7F, let plain = Lookalike.plain(character, isFirst: isFirst) else { return }
    throw Lookalike.refusal(of: character, for: plain, at: place)
  }

  private var place: CommandLineError.Position { .init(column: position - lineStart + 1, line: line) }
}
