/// A check that finds the key that json-c merged or truncated: a duplicate, or one with a NUL in it.
///
/// It runs only if the tree has fewer members than the text, or if the text has an escaped NUL, so it may be slow. The
/// text is well formed.
struct JSONKeyCheck {
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  func run() throws(JSONError) {
    var open: [Set<[UInt8]>] = []
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): open.append([])
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: "\""):
        let start = position
        position = endOfString(start)
        if isKey(endingAt: position), !open.isEmpty {
          try note(start, position, in: &open[open.count - 1])
        }
      default: break
      }
      position += 1
    }
  }

  /// Returns the index of the closing quote of the string that begins at `start`.
  private func endOfString(_ start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position, bytes.count - 1)
  }

  private func isKey(endingAt quote: Int) -> Bool {
    let rest = bytes[(quote + 1)...]
    return rest.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } == UInt8(ascii: ":")
  }

  private func note(_ start: Int, _ end: Int, in keys: inout Set<[UInt8]>) throws(JSONError) {
    // An escaped key is parsed as a value to unescape it: "\u0061" is the key "a".
    let slice = UnsafeBufferPointer(rebasing: bytes[start...end])
    guard case .string(let key) = try JSON.parse(Array(#"["#.utf8) + slice + Array("]".utf8))[0] else {
      return
    }
    if key.utf8.contains(0) { throw JSONError(.nulInKey, "a key with a NUL character", at: start) }
    if !keys.insert(Array(key.utf8)).inserted {
      throw JSONError(.duplicateKey, "the key \"\(key.prefix(80))\" occurs twice in one object", at: start)
    }
  }
}

extension JSON {
  fileprivate subscript(index: Int) -> JSON? {
    arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
  }
}
