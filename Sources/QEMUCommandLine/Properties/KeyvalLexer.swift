/// Reads QEMU's newer option language.
///
/// Keys are dotted paths. Every word but the first needs its `=`; a first word without one is the value of the implied key,
/// and can hold neither `,` nor `=`. A trailing comma is ignored, a leading one is an error.
struct KeyvalLexer {
  private let bytes: [UInt8]
  private let impliedKey: String?
  private var position = 0
  private var columns = ColumnCounter()

  init(_ text: String, impliedKey: String?) {
    bytes = Array(text.utf8)
    self.impliedKey = impliedKey
  }

  consuming func parse() throws(CommandLineError) -> [LocatedAssignment] {
    var result: [LocatedAssignment] = []
    while position < bytes.count {
      let column = columns.column(of: position, in: bytes)
      result.append(LocatedAssignment(assignment: try takeItem(column), column: column))
    }
    try KeyvalTree.requireConsistent(result)
    return result
  }

  private mutating func takeItem(_ column: Int) throws(CommandLineError) -> Assignment {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: ",") {
      position += 1
    }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
      if let fault = KeyvalKey.fault(in: word) {
        throw CommandLineError(
          .malformedText, "\"\(word.prefix(80))\" is not a property name: \(fault)",
          at: .init(column: column),
          remedy: "use letters, digits, dashes and dots; a comma inside a value is written as two")
      }
      position += 1
      return Assignment(word, takeEscapedValue(bytes, &position))
    }
    return try takeImplied(word, isFirst: start == 0, column)
  }

  private mutating func takeImplied(
    _ word: String, isFirst: Bool, _ column: Int
  ) throws(CommandLineError) -> Assignment {
    position += 1
    if isFirst, let impliedKey, !word.isEmpty { return Assignment(impliedKey, word) }
    let name = word.prefix(80)
    throw CommandLineError(
      .malformedText, word.isEmpty ? "an empty word" : "\"\(name)\" has no value", at: .init(column: column),
      remedy: word.isEmpty
        ? "remove the comma; a comma inside a value is written as two"
        : "write \(name)=on, or \(name)= with its value; a comma inside a value is written as two")
  }
}
