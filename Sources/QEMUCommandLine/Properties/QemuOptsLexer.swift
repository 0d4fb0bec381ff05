/// Reads QEMU's oldest option language.
///
/// A value ends at a single `,`, and `,,` is a comma. A first word without `=` is the value of the implied key. Another
/// bare `foo` means `foo=on`, and any bare word that begins with `no` loses it: `nofoo` means `foo=off`. A leading comma is
/// tolerated, a trailing one ignored.
struct QemuOptsLexer {
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
      let isFirst = position == 0
      if let assignment = takeItem(isFirst: isFirst) {
        result.append(LocatedAssignment(assignment: assignment, column: column))
      }
    }
    return result
  }

  private mutating func takeItem(isFirst: Bool) -> Assignment? {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: ",") {
      position += 1
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
      let key = String(decoding: bytes[start..<position], as: UTF8.self)
      position += 1
      return Assignment(key, takeValue())
    }
    if isFirst, let impliedKey {
      position = start
      return Assignment(impliedKey, takeValue())
    }
    return takeBare(start)
  }

  private mutating func takeBare(_ start: Int) -> Assignment? {
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    position += 1
    if word.isEmpty { return nil }
    return word.hasPrefix("no") ? Assignment(String(word.dropFirst(2)), "off") : Assignment(word, "on")
  }

  private mutating func takeValue() -> String {
    takeEscapedValue(bytes, &position)
  }
}

/// Reads up to a single comma, and takes `,,` as a comma. Leaves the position behind the ending comma.
func takeEscapedValue(_ bytes: [UInt8], _ position: inout Int) -> String {
  var value: [UInt8] = []
  while position < bytes.count {
    if bytes[position] == UInt8(ascii: ",") {
      position += 1
      guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
    }
    value.append(bytes[position])
    position += 1
  }
  return String(decoding: value, as: UTF8.self)
}
