/// Reads QEMU's newer option language.
///
/// Keys are dotted paths of letters, digits, `-` and `_`. Every word but the first needs its `=`; a first word without one
/// is the value of the implied key, and can hold neither `,` nor `=`. A trailing comma is ignored, a leading one is an
/// error.
struct KeyvalLexer {
  private let bytes: [UInt8]
  private let impliedKey: String?
  private var position = 0

  init(_ text: String, impliedKey: String?) {
    bytes = Array(text.utf8)
    self.impliedKey = impliedKey
  }

  consuming func parse() throws(CommandLineError) -> [LocatedAssignment] {
    var result: [LocatedAssignment] = []
    while position < bytes.count {
      let column = position + 1
      result.append(LocatedAssignment(assignment: try takeItem(), column: column))
    }
    return result
  }

  private mutating func takeItem() throws(CommandLineError) -> Assignment {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: ",") {
      position += 1
    }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
      try requireKey(word, at: start + 1)
      position += 1
      return Assignment(word, takeEscapedValue(bytes, &position))
    }
    return try takeImplied(word, at: start)
  }

  private mutating func takeImplied(_ word: String, at start: Int) throws(CommandLineError) -> Assignment {
    position += 1
    if start == 0, let impliedKey, !word.isEmpty { return Assignment(impliedKey, word) }
    throw CommandLineError(
      .malformedText, word.isEmpty ? "an empty word" : "\"\(word)\" has no value",
      at: .init(column: start + 1),
      remedy: word.isEmpty
        ? "remove the comma; a comma inside a value is written as two"
        : "write \(word)=on, or \(word)= with its value; a comma inside a value is written as two")
  }

  private func requireKey(_ word: String, at column: Int) throws(CommandLineError) {
    let isValid = word.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    if isValid, !word.isEmpty, !word.hasPrefix("."), !word.hasSuffix("."), !word.contains("..") { return }
    throw CommandLineError(
      .malformedText, "\"\(word.prefix(80))\" is not a property name", at: .init(column: column),
      remedy: "use letters, digits, dashes and dots; a comma inside a value is written as two")
  }
}
