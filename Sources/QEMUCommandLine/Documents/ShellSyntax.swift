/// Shell syntax that needs a shell, with a remedy.
enum ShellSyntax {
  case expansion, list, pattern, redirection, pipe, end, prompt

  /// The characters that are special if they are not quoted.
  static let special = "$`|<>()*?[{~!"

  /// The words that expand to the arguments of a script: a script that is only read has none.
  static let scriptArguments: Set<String> = ["\"$@\"", "$@", "\"${@}\"", "${@}", "\"$*\"", "$*"]

  init(_ character: Unicode.Scalar) {
    self =
      switch character {
      case "$", "`": .expansion
      case "(", ")": .list
      case "<", ">": .redirection
      case "|": .pipe
      case ";", "&": .end
      default: .pattern
      }
  }

  func refusal(at place: CommandLineError.Position) -> CommandLineError {
    CommandLineError(
      .malformedShellText, what + (self == .prompt ? "" : ", but qemuctl runs no shell"), at: place,
      remedy: remedy)
  }

  private var what: String {
    switch self {
    case .expansion: "a shell would expand a variable or a command here"
    case .list: "a shell would read an array, a function or a subshell here"
    case .pattern: "a shell would expand a pattern here"
    case .redirection: "a shell would redirect input or output here"
    case .pipe: "a shell would connect a second command here"
    case .end: "a shell would begin a second command here"
    case .prompt: "a shell prompt starts here"
    }
  }

  private var remedy: String {
    switch self {
    case .expansion, .list:
      "replace QEMU with printf '%s\\0', run the script and pass its output, or pass /proc/PID/cmdline of a running QEMU; "
        + "put the word in single quotes if it is meant literally"
    case .pattern: "put the word in single quotes if it is meant literally, or write the value itself"
    case .redirection:
      "remove the redirection; qemuctl records QEMU's output, and qemuctl logs prints it"
    case .pipe, .end: "write only one command"
    case .prompt: "remove the prompt"
    }
  }
}

/// Characters that editors and web pages substitute for those with a meaning to a shell.
enum Lookalike {
  private static let dashes: Set<Unicode.Scalar> = [
    "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}", "\u{FE58}",
    "\u{FE63}",
    "\u{FF0D}",
  ]
  private static let singleQuotes: Set<Unicode.Scalar> = [
    "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\u{2032}", "\u{2039}", "\u{203A}",
  ]
  private static let doubleQuotes: Set<Unicode.Scalar> = [
    "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{2033}", "\u{AB}", "\u{BB}",
  ]
  private static let blanks: Set<Unicode.Scalar> = [
    "\u{A0}", "\u{2002}", "\u{2003}", "\u{2007}", "\u{2009}", "\u{200B}", "\u{202F}", "\u{2060}", "\u{3000}",
    "\u{FEFF}",
  ]

  /// Returns the character that is meant; nil if the character is meant literally.
  /// - Parameter isFirst: whether the character begins a word, like the dash of an option.
  static func plain(_ character: Unicode.Scalar, isFirst: Bool) -> String? {
    if isFirst, dashes.contains(character) { return "-" }
    if singleQuotes.contains(character) { return "'" }
    if doubleQuotes.contains(character) { return "\"" }
    return blanks.contains(character) ? "a blank" : nil
  }

  /// Returns the first character of a word if it looks like the dash of an option.
  static func dash(beginning word: String) -> Unicode.Scalar? {
    word.unicodeScalars.first.flatMap { dashes.contains($0) ? $0 : nil }
  }

  static func refusal(
    of character: Unicode.Scalar, for plain: String, at place: CommandLineError.Position
  ) -> CommandLineError {
    let name = character.properties.name?.lowercased() ?? "a character"
    let code = String(character.value, radix: 16, uppercase: true)
    let number = String(repeating: "0", count: max(0, 4 - code.count)) + code
    return CommandLineError(
      .malformedShellText, "U+\(number) (\(name)) is used instead of \(plain)", at: place,
      remedy: "write \(plain), or put the word in single quotes if it is meant literally")
  }
}
