/// QEMU's JSON, which also has strings in single quotes.
enum SingleQuotedJSON {
  /// Returns the text with every string in double quotes; nil if it has none in single quotes.
  static func standard(_ text: String) -> String? {
    var result: [UInt8] = []
    var quote: UInt8?
    var isEscaped = false
    var hasSingle = false
    for byte in text.utf8 {
      switch (quote, byte) {
      case (_?, _) where isEscaped:
        // Standard JSON has no escape of a single quote.
        if byte == UInt8(ascii: "'") { result.removeLast() }
        isEscaped = false
        result.append(byte)
      case (_?, UInt8(ascii: "\\")):
        isEscaped = true
        result.append(byte)
      case (nil, UInt8(ascii: "\"")), (nil, UInt8(ascii: "'")):
        quote = byte
        hasSingle = hasSingle || byte == UInt8(ascii: "'")
        result.append(UInt8(ascii: "\""))
      case (byte, _):
        quote = nil
        result.append(UInt8(ascii: "\""))
      case (UInt8(ascii: "'"), UInt8(ascii: "\"")):
        result += Array("\\\"".utf8)
      default: result.append(byte)
      }
    }
    return hasSingle ? String(decoding: result, as: UTF8.self) : nil
  }
}
