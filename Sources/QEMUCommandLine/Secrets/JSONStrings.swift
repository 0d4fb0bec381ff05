import QEMUJSON

/// The strings of a JSON text, which may be malformed.
struct JSONStrings {
  private let bytes: [UInt8]
  private var position = 0
  private var result: [UInt8] = []

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Returns the text with its string values replaced; names are kept.
  /// - Parameter body: returns the replacement of a value; its path has the names of the members that contain it.
  mutating func rewritten(_ body: (_ path: [String], _ value: String) -> String) -> String {
    var name: String?
    var outer: [String?] = []
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        let (raw, text) = takeString(byte)
        if isBeforeColon {
          name = text
          result += raw
          continue
        }
        let value = body((outer + [name]).compactMap(\.self), text)
        result += value == text ? raw : Array(((try? JSON.string(value).serialized()) ?? "\"\"").utf8)
        name = nil
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        outer.append(name)
        name = nil
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = outer.popLast()
      case UInt8(ascii: ","): name = nil
      default: break
      }
      result.append(byte)
      position += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Reads the string that begins here, up to the end of the text if it is not terminated; returns it raw and
  /// unescaped.
  private mutating func takeString(_ quote: UInt8) -> ([UInt8], String) {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != quote {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    let end = min(position, bytes.count)
    position = min(position + 1, bytes.count)
    let inner = String(decoding: bytes[start + 1..<max(end, start + 1)], as: UTF8.self)
    let meant = quote == UInt8(ascii: "\"") ? (try? JSON.parse("\"\(inner)\""))?.stringValue : nil
    return (Array(bytes[start..<position]), meant ?? inner)
  }

  private var isBeforeColon: Bool {
    bytes[position...].first { $0 > 0x20 } == UInt8(ascii: ":")
  }
}
