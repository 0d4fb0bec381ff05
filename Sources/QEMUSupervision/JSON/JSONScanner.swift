/// A reader of the values within a valid JSON text.
///
/// It is safe with an invalid text: a value that does not end is nil.
struct JSONScanner {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func skipSpace() {
    while position < bytes.endIndex, bytes[position].isJSONSpace { position += 1 }
  }

  /// Skips a structural character, or returns false if another one follows.
  mutating func skip(_ character: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.endIndex, bytes[position] == character else { return false }
    position += 1
    return true
  }

  /// Skips a value and returns its text, or nil if none follows.
  mutating func skipValue() -> ArraySlice<UInt8>? {
    skipSpace()
    let start = position
    var depth = 0
    repeat {
      skipSpace()
      guard position < bytes.endIndex else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ","), UInt8(ascii: ":"): if depth == 0 { return nil }
      default: break
      }
      guard depth >= 0, skipLexeme() != nil else { return nil }
    } while depth > 0
    return bytes[start..<position]
  }

  /// Skips a string, a number, a keyword or a structural character and returns its text.
  mutating func skipLexeme() -> ArraySlice<UInt8>? {
    skipSpace()
    guard position < bytes.endIndex else { return nil }
    let start = position
    let first = bytes[position]
    position += 1
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      guard skipString(to: first) else { return nil }
    } else if !first.isJSONStructure {
      while position < bytes.endIndex, !bytes[position].isJSONDelimiter { position += 1 }
    }
    return bytes[start..<position]
  }

  private mutating func skipString(to quote: UInt8) -> Bool {
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == quote { return true }
    }
    position = bytes.endIndex
    return false
  }
}

extension UInt8 {
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

  var isJSONStructure: Bool {
    switch self {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
      UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// A Boolean value that indicates whether a number or a keyword ends before this character.
  var isJSONDelimiter: Bool {
    isJSONSpace || isJSONStructure || self == UInt8(ascii: "\"") || self == UInt8(ascii: "'")
  }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: UInt32? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
