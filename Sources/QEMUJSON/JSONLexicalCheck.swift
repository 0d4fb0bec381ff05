/// A check of a text's tokens before json-c reads it. It rejects what json-c would silently accept or change: integers
/// beyond 64 bits (json-c saturates), numbers beyond `Double`, single quotes, NaN, comments, NUL, and nesting beyond
/// the limit.
///
/// json-c checks the grammar between the tokens.
package struct JSONLexicalCheck {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let depthLimit: Int
  private var position = 0
  private var depth = 0

  /// The number of levels of nesting in the text.
  package private(set) var deepest = 0
  /// The number of object members in the text: one for each colon outside a string.
  package private(set) var memberCount = 0
  /// A Boolean value that indicates whether any string has an escaped NUL.
  package private(set) var hasEscapedNUL = false

  package init(_ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  /// Checks the whole text.
  package mutating func run() throws(JSONError) {
    // A local index is faster than the property: most of a text is strings and separators.
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""): index = try end(ofString: index)
      case UInt8(ascii: ":"):
        memberCount += 1
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: " "), 0x09, 0x0A, 0x0D: index += 1
      case let byte: index = try end(of: byte, at: index)
      }
    }
  }

  /// Returns the end of a token that is neither a string nor a separator.
  private mutating func end(of byte: UInt8, at index: Int) throws(JSONError) -> Int {
    position = index
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["): try open()
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      position += 1
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try checkNumber()
    case UInt8(ascii: "t"): try expect("true")
    case UInt8(ascii: "f"): try expect("false")
    case UInt8(ascii: "n"): try expect("null")
    default: throw JSONError(.malformed, "unexpected \(describe(byte))", at: position)
    }
    return position
  }

  private mutating func open() throws(JSONError) {
    depth += 1
    deepest = max(deepest, depth)
    if depth > depthLimit {
      throw JSONError(.tooDeep, "more than \(depthLimit) levels of nesting", at: position)
    }
    position += 1
  }

  private mutating func end(ofString start: Int) throws(JSONError) -> Int {
    var index = start + 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { return index + 1 }
      if byte == UInt8(ascii: "\\") {
        noteEscape(at: index)
        index += 2
      } else if byte < 0x20 {
        throw JSONError(.malformed, "control character in a string", at: index)
      } else {
        index += 1
      }
    }
    throw JSONError(.incomplete, "the string that begins here is not terminated", at: start)
  }

  private mutating func noteEscape(at index: Int) {
    if index + 5 < bytes.count, bytes[index + 1] == UInt8(ascii: "u"),
      (2...5).allSatisfy({ bytes[index + $0] == UInt8(ascii: "0") })
    {
      hasEscapedNUL = true
    }
  }

  private mutating func expect(_ word: StaticString) throws(JSONError) {
    let length = word.utf8CodeUnitCount
    let present = min(length, bytes.count - position)
    for index in 0..<present where bytes[position + index] != word.utf8Start[index] {
      throw JSONError(.malformed, "a word other than true, false and null", at: position)
    }
    guard present == length else {
      throw JSONError(.incomplete, "the text ends within a word", at: position)
    }
    position += length
  }

  private func describe(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "'"): "single quote (JSON uses double quotes)"
    case 0x21..<0x7F: "'\(Character(Unicode.Scalar(byte)))'"
    case 0: "NUL"
    default: "byte 0x\(String(byte, radix: 16))"
    }
  }
}

extension JSONLexicalCheck {
  private mutating func checkNumber() throws(JSONError) {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let digits = skipDigits()
    guard digits > 0 else { throw numberError(start) }
    if digits > 1, bytes[position - digits] == UInt8(ascii: "0") {
      throw JSONError(.malformed, "a number with a leading zero", at: start)
    }
    if try skipFraction(start) {
      try checkFinite(start)
    } else if digits >= 19 {
      try checkIntegerRange(start)
    }
  }

  /// Skips a fraction and an exponent; returns whether there was one.
  private mutating func skipFraction(_ start: Int) throws(JSONError) -> Bool {
    var found = false
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      found = true
      guard skipDigits() > 0 else { throw numberError(start) }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      found = true
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      guard skipDigits() > 0 else { throw numberError(start) }
    }
    return found
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
    return position - start
  }

  private func checkIntegerRange(_ start: Int) throws(JSONError) {
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if Int64(text) == nil, UInt64(text) == nil {
      throw JSONError(.numberOutOfRange, "the integer \(text.prefix(40)) does not fit 64 bits", at: start)
    }
  }

  /// Rejects a number that is too large for a `Double`: json-c reads it as infinity.
  private func checkFinite(_ start: Int) throws(JSONError) {
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if Double(text)?.isFinite != true {
      throw JSONError(.numberOutOfRange, "the number \(text.prefix(40)) is not finite", at: start)
    }
  }

  private func numberError(_ start: Int) -> JSONError {
    position < bytes.count
      ? JSONError(.malformed, "a number without digits", at: start)
      : JSONError(.incomplete, "the text ends within a number", at: start)
  }
}
