/// Reads QEMU's oldest option language.
///
/// A value ends at a single `,`, and `,,` is a comma. A first word without `=` is the value of the implied key. Another
/// bare `foo` means `foo=on`, and any bare word that begins with `no` loses it: `nofoo` means `foo=off`. A leading comma is
/// tolerated, a trailing one ignored.
struct QemuOptsLexer {
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
      let assignment = try takeItem(isFirst: position == 0, column: column)
      result.append(LocatedAssignment(assignment: assignment, column: column))
    }
    return result
  }

  private mutating func takeItem(isFirst: Bool, column: Int) throws(CommandLineError) -> Assignment {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: ",") {
      position += 1
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
      let key = String(decoding: bytes[start..<position], as: UTF8.self)
      position += 1
      return Assignment(key, takeEscapedValue(bytes, &position))
    }
    if isFirst, let impliedKey {
      position = start
      return Assignment(impliedKey, takeEscapedValue(bytes, &position))
    }
    return try takeBare(start, column: column)
  }

  private mutating func takeBare(_ start: Int, column: Int) throws(CommandLineError) -> Assignment {
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    position += 1
    guard !word.isEmpty else {
      // QEMU reads an empty word as a property without a name, which nothing has.
      throw CommandLineError(
        .malformedText, "an empty word", at: .init(column: column),
        remedy: "remove the comma; a comma inside a value is written as two")
    }
    guard word.utf8.starts(with: "no".utf8) else { return Assignment(word, "on") }
    return Assignment(String(Substring(word.utf8.dropFirst(2))), "off")
  }
}

/// Reads up to a single comma, and takes `,,` as a comma. Leaves the position behind the ending comma.
func takeEscapedValue(_ bytes: [UInt8], _ position: inout Int) -> String {
  var value: [UInt8] = []
  var start = position
  while position < bytes.count {
    guard bytes[position] == UInt8(ascii: ",") else {
      position += 1
      continue
    }
    let end = position
    position += 1
    guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else {
      return text(value, bytes[start..<end])
    }
    value += bytes[start...end]
    position += 1
    start = position
  }
  return text(value, bytes[start...])
}

/// Most values have no comma, and are one piece.
private func text(_ value: [UInt8], _ rest: ArraySlice<UInt8>) -> String {
  value.isEmpty ? String(decoding: rest, as: UTF8.self) : String(decoding: value + rest, as: UTF8.self)
}
