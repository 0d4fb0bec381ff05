/// The tokens of JSON as QEMU recognizes them, one character at a time.
struct JSONLexer {
  enum Token {
    case openBrace, closeBrace, openBracket, closeBracket, colon, comma, number, keyword, string
    /// A character that cannot continue the token.
    case stray
  }

  enum State {
    case start
    /// After a stray character, characters are skipped up to one that is likely to begin a message.
    case recovery
    case doubleQuoted, doubleQuotedEscape, singleQuoted, singleQuotedEscape
    case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits, keyword
  }

  enum Step {
    /// The character continues a token or is skipped.
    case state(State)
    /// The character ends a token.
    case token(Token)
    /// A token ends before the character.
    case tokenBefore(Token)
    /// Recovery ends before the character.
    case startBefore
  }

  /// Returns the effect of a character.
  static func step(_ state: State, _ byte: UInt8) -> Step {
    switch state {
    case .start: start(byte)
    case .recovery: recovery(byte)
    case .doubleQuoted, .doubleQuotedEscape, .singleQuoted, .singleQuotedEscape: string(state, byte)
    case .keyword:
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? .state(.keyword) : .tokenBefore(.keyword)
    default: number(state, byte)
    }
  }

  private static func start(_ byte: UInt8) -> Step {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): .state(.start)
    case UInt8(ascii: "\""): .state(.doubleQuoted)
    case UInt8(ascii: "'"): .state(.singleQuoted)
    case UInt8(ascii: "{"): .token(.openBrace)
    case UInt8(ascii: "}"): .token(.closeBrace)
    case UInt8(ascii: "["): .token(.openBracket)
    case UInt8(ascii: "]"): .token(.closeBracket)
    case UInt8(ascii: ":"): .token(.colon)
    case UInt8(ascii: ","): .token(.comma)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): .state(.keyword)
    case UInt8(ascii: "-"): .state(.minus)
    case UInt8(ascii: "0"): .state(.zero)
    case UInt8(ascii: "1")...UInt8(ascii: "9"): .state(.integer)
    default: .token(.stray)
    }
  }

  private static func recovery(_ byte: UInt8) -> Step {
    switch byte {
    case UInt8(ascii: "\t"): .state(.recovery)
    case 0..<0x20, 0xFE, 0xFF: .startBefore
    default: byte.isJSONStructure ? .startBefore : .state(.recovery)
    }
  }

  private static func string(_ state: State, _ byte: UInt8) -> Step {
    let isDouble = state == .doubleQuoted || state == .doubleQuotedEscape
    guard (0x20...0xFD).contains(byte) else { return .token(.stray) }
    if state == .doubleQuotedEscape || state == .singleQuotedEscape {
      return .state(isDouble ? .doubleQuoted : .singleQuoted)
    }
    if byte == UInt8(ascii: "\\") { return .state(isDouble ? .doubleQuotedEscape : .singleQuotedEscape) }
    let quote = isDouble ? UInt8(ascii: "\"") : UInt8(ascii: "'")
    return byte == quote ? .token(.string) : .state(state)
  }

  private static func number(_ state: State, _ byte: UInt8) -> Step {
    let isExponent = byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    let isPoint = byte == UInt8(ascii: ".")
    switch state {
    case .minus where byte == UInt8(ascii: "0"): return .state(.zero)
    case .minus where byte.isDigit: return .state(.integer)
    case .zero where isPoint: return .state(.point)
    case .zero where !byte.isDigit: return .tokenBefore(.number)
    case .integer where byte.isDigit: return .state(.integer)
    case .integer where isPoint: return .state(.point)
    case .integer, .fraction: if isExponent { return .state(.exponent) }
    case .exponent where byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"): return .state(.exponentSign)
    default: break
    }
    switch state {
    case .integer: return .tokenBefore(.number)
    case .point where byte.isDigit: return .state(.fraction)
    case .fraction: return byte.isDigit ? .state(.fraction) : .tokenBefore(.number)
    case .exponent where byte.isDigit, .exponentSign where byte.isDigit: return .state(.exponentDigits)
    case .exponentDigits: return byte.isDigit ? .state(.exponentDigits) : .tokenBefore(.number)
    default: return .token(.stray)
    }
  }
}
