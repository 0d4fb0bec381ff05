/// The text of a string of JSON as QEMU reads it.
enum JSONString {
  /// An error in the text of a string.
  enum Failure: Error, Equatable {
    case invalidEscape
    case invalidUTF8
    /// An escape of this text that is not a character.
    case invalidCharacter([UInt8])
  }

  /// Returns a Boolean value that indicates whether a string has neither escapes nor characters beyond ASCII.
  static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
    text.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\\") }
  }

  /// Returns the UTF-8 bytes of a string in quotes.
  static func decode(_ text: ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
    guard text.count >= 2 else { throw .invalidEscape }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    let end = text.endIndex - 1
    var position = text.startIndex + 1
    while position < end {
      let byte = text[position]
      if byte == UInt8(ascii: "\\") {
        try appendEscape(of: text, at: &position, to: &result)
      } else if byte < 0x80 {
        result.append(byte)
        position += 1
      } else {
        guard let (scalar, length) = scalar(of: text[..<end], at: position) else { throw .invalidUTF8 }
        append(scalar, to: &result)
        position += length
      }
    }
    return result
  }

  private static func appendEscape(
    of text: ArraySlice<UInt8>, at position: inout Int, to result: inout [UInt8]
  ) throws(Failure) {
    let escape = text[position + 1]
    guard escape != UInt8(ascii: "u") else {
      append(try escapedScalar(of: text, at: &position), to: &result)
      return
    }
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    default: throw .invalidEscape
    }
    position += 2
  }

  private static func escapedScalar(
    of text: ArraySlice<UInt8>, at position: inout Int
  ) throws(Failure) -> UInt32 {
    let start = position
    let failure = Failure.invalidCharacter(Array(text[start...].prefix(6)))
    guard var value = hexadecimal(text, at: start + 2) else { throw failure }
    position += 6
    if (0xD800...0xDBFF).contains(value), text[position...].starts(with: "\\u".utf8) {
      guard let trailing = hexadecimal(text, at: position + 2), (0xDC00...0xDFFF).contains(trailing) else {
        throw failure
      }
      value = 0x10000 + (value & 0x3FF) << 10 + trailing & 0x3FF
      position += 6
    }
    guard isCharacter(value) else { throw failure }
    return value
  }

  private static func hexadecimal(_ text: ArraySlice<UInt8>, at position: Int) -> UInt32? {
    guard position + 4 <= text.endIndex else { return nil }
    var value: UInt32 = 0
    for byte in text[position..<position + 4] {
      guard let digit = byte.hexadecimalValue else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  /// Returns a Boolean value that indicates whether a code point is neither a surrogate nor a noncharacter.
  private static func isCharacter(_ value: UInt32) -> Bool {
    value <= 0x10FFFF && !(0xD800...0xDFFF).contains(value) && !(0xFDD0...0xFDEF).contains(value)
      && value & 0xFFFE != 0xFFFE
  }

  /// Returns the code point and the number of bytes of a sequence, or nil if it is invalid.
  ///
  /// QEMU accepts C0 80 for the character U+0000.
  private static func scalar(of bytes: ArraySlice<UInt8>, at start: Int) -> (value: UInt32, length: Int)? {
    let first = bytes[start]
    let length = (~first).leadingZeroBitCount
    guard (2...4).contains(length), start + length <= bytes.endIndex else { return nil }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for byte in bytes[start + 1..<start + length] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let minimum: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard isCharacter(value), value >= minimum || (value == 0 && length == 2) else { return nil }
    return (value, length)
  }

  private static func append(_ scalar: UInt32, to result: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(scalar) else { return }
    result += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
  }

  /// Appends a string in quotes with its escapes; invalid UTF-8 is replaced.
  ///
  /// - Parameter isASCII: Escape everything that is not ASCII, as QEMU does.
  static func append(_ string: some Sequence<UInt8>, isASCII: Bool, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "\""))
    var decoder = UTF8()
    var iterator = string.makeIterator()
    decoding: while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): append(escaping: scalar, isASCII: isASCII, to: &result)
      case .emptyInput: break decoding
      case .error: append(escaping: "\u{FFFD}", isASCII: isASCII, to: &result)
      }
    }
    result.append(UInt8(ascii: "\""))
  }

  private static func append(escaping scalar: Unicode.Scalar, isASCII: Bool, to result: inout [UInt8]) {
    switch scalar {
    case "\"", "\\": result += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
    case "\u{08}": result += "\\b".utf8
    case "\u{0C}": result += "\\f".utf8
    case "\n": result += "\\n".utf8
    case "\r": result += "\\r".utf8
    case "\t": result += "\\t".utf8
    case " "..."~": result.append(UInt8(truncatingIfNeeded: scalar.value))
    default:
      if isASCII || scalar.value < 0x80 {
        for unit in String(scalar).utf16 { append(escaping: unit, to: &result) }
      } else {
        append(scalar.value, to: &result)
      }
    }
  }

  private static func append(escaping unit: UInt16, to result: inout [UInt8]) {
    result += "\\u".utf8
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: unit >> UInt16(shift)) & 0xF
      result.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }
  }
}
