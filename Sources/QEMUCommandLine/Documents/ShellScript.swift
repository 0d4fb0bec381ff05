/// The QEMU command in a shell's text, which may be a script with preparations before the command.
struct ShellScript {
  /// The variables that are set for QEMU, in order.
  private(set) var environment: [QEMUConfiguration.EnvironmentVariable] = []
  /// The commands before the binary that run it, such as `nice -n 5`.
  private(set) var prefix: [String] = []
  /// The binary and its options, or only the options.
  private(set) var command: [ShellWord] = []
  /// The variables of the shell that are not exported.
  private var variables: [QEMUConfiguration.EnvironmentVariable] = []

  /// The shell commands that only prepare others, or end a script.
  private static let preparations: Set<String> = ["set", "shopt", "export", ":", "true", "wait", "exit"]

  /// Reads a shell's text.
  /// - Throws: ``CommandLineError`` `malformedShellText` with line and character if it is not a single command without
  ///   expansions.
  init(_ text: String) throws(CommandLineError) {
    var lines = ShellCommands(text)
    while let words = try lines.next() {
      if Self.isPreparation(words) {
        if command.isEmpty { try prepare(words) }
      } else if command.isEmpty {
        try take(words[...])
      } else {
        throw Self.secondCommand(words)
      }
    }
    // Variables without a command are for a command that will follow.
    if command.isEmpty { environment += variables }
  }

  /// Returns whether a word at the beginning of a command is not read as a binary.
  static func isReserved(_ word: String) -> Bool {
    preparations.contains(word) || ShellPrefix.row(of: word) != nil || ForeignCommand.remedy(for: word) != nil
      || variable(word) != nil
  }

  private static func isPreparation(_ words: [ShellWord]) -> Bool {
    guard let first = words.first else { return true }
    return preparations.contains(first.text) || words.allSatisfy { variable($0.text) != nil }
  }

  private mutating func prepare(_ words: [ShellWord]) throws(CommandLineError) {
    guard words.first.map({ Self.preparations.contains($0.text) }) ?? false else {
      variables += words.compactMap { Self.variable($0.text) }
      return
    }
    if words.first?.text == "export" { words.dropFirst().forEach { export($0.text) } }
    if words.first?.text == "set" { try Self.requireNoArguments(words.dropFirst()) }
  }

  /// Refuses a `set` that sets the arguments of the script, to which `"$@"` expands.
  private static func requireNoArguments(_ words: ArraySlice<ShellWord>) throws(CommandLineError) {
    var isName = false
    for word in words {
      let isOption = "-+".unicodeScalars.contains(word.text.unicodeScalars.first ?? " ")
      if word.text == "--" || !(isOption || isName) { throw ShellSyntax.expansion.refusal(at: word.place) }
      // The word after -o is the name of a shell option.
      isName = isOption && word.text.hasSuffix("o")
    }
  }

  private mutating func export(_ word: String) {
    if let variable = Self.variable(word) ?? variables.last(where: { $0.name == word }) {
      environment.append(variable)
    }
  }

  /// Reads QEMU's command: variables and prefixes in any order, then the binary.
  private mutating func take(_ words: ArraySlice<ShellWord>) throws(CommandLineError) {
    var words = words
    var last: ShellWord?
    while let word = words.first {
      if let variable = Self.variable(word.text) {
        environment.append(variable)
        words.removeFirst()
      } else if let row = ShellPrefix.row(of: word.text) {
        try take(row, &words)
        last = word
      } else {
        break
      }
    }
    if let first = words.first { try Self.requireQEMU(first) }
    if let last, words.first?.text.utf8.first ?? UInt8(ascii: "-") == UInt8(ascii: "-") {
      throw CommandLineError(
        .malformedShellText, "no command follows \(last.text.prefix(80))", at: last.place,
        remedy: "write QEMU's command after it")
    }
    command = Array(words)
  }

  private mutating func take(
    _ row: ShellPrefix, _ words: inout ArraySlice<ShellWord>
  ) throws(CommandLineError) {
    let name = words.removeFirst()
    let own = words.prefix(row.count(of: words))
    words = words.dropFirst(own.count)
    guard let idle = row.idleOptions else {
      prefix += [name.text] + own.map(\.text)
      return
    }
    if let option = own.first(where: { $0.text.hasPrefix("-") && !idle.contains($0.text) }) {
      throw CommandLineError(
        .malformedShellText, "\(name.text.prefix(80)) with \(option.text.prefix(80)) changes how QEMU runs",
        at: option.place, remedy: "remove \(option.text.prefix(80)), or run qemuctl itself with it")
    }
  }

  private static func requireQEMU(_ first: ShellWord) throws(CommandLineError) {
    guard let remedy = ForeignCommand.remedy(for: first.text) else { return }
    throw CommandLineError(
      .malformedShellText, "\"\(first.text.prefix(80))\" is not QEMU", at: first.place,
      remedy: remedy)
  }

  private static func secondCommand(_ words: [ShellWord]) -> CommandLineError {
    let first = words.first
    return CommandLineError(
      .malformedShellText, "a second command begins here: \"\(first?.text.prefix(80) ?? "")\"",
      at: first?.place ?? .init(column: 1, line: 1),
      remedy: (first.flatMap { ForeignCommand.remedy(for: $0.text) }).map { "\($0)" }
        ?? "keep one command; if it continues here, end the previous line with \\; specify a disk image with -drive file=PATH"
    )
  }

  /// Returns the variable of a `NAME=value` word; nil if a shell would not read it as one.
  static func variable(_ word: String) -> QEMUConfiguration.EnvironmentVariable? {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), equals != word.startIndex else {
      return nil
    }
    let name = word.utf8[..<equals]
    let isName = name.allSatisfy(isWordByte) && !(name.first.map { 0x30...0x39 ~= $0 } ?? true)
    guard isName else { return nil }
    return .init(name: String(Substring(name)), value: String(word[word.utf8.index(after: equals)...]))
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

/// The commands of a shell's text, each as a list of words.
///
/// A line that begins with an option, or with the argument of an option, continues the command of the line before it: a
/// file may list one option per line.
struct ShellCommands {
  private var lexer: ShellLexer
  /// A word that was read, but belongs to the next command.
  private var pending: ShellWord?

  init(_ text: String) { lexer = ShellLexer(text) }

  /// Returns the next command; nil at the end of the text.
  mutating func next() throws(CommandLineError) -> [ShellWord]? {
    var words = [pending].compactMap(\.self)
    pending = nil
    var (isLineBegun, awaitsArgument) = (false, false)
    while let token = try lexer.next() {
      switch token {
      case .lineEnd: isLineBegun = true
      case .commandEnd:
        if !words.isEmpty { return words }
      case .word(let word):
        if isLineBegun, !words.isEmpty, !awaitsArgument, word.text.utf8.first != UInt8(ascii: "-") {
          pending = word
          return words
        }
        isLineBegun = false
        awaitsArgument = !awaitsArgument && optionDeclaration(word.text)?.takesArgument ?? false
        words.append(word)
      }
    }
    return words.isEmpty ? nil : words
  }
}

/// Returns the declaration of an option; nil if the word is not a known option.
func optionDeclaration(_ word: String) -> OptionDeclaration? {
  let bytes = word.utf8Span.span
  guard bytes.count > 1, bytes[0] == UInt8(ascii: "-") else { return nil }
  let dashes = bytes[1] == UInt8(ascii: "-") ? 2 : 1
  return OptionTable.declaration(bytes.extracting(dashes..<bytes.count))
}
