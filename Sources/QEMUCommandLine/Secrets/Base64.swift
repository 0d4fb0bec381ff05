/// The base64 encoding, in which QEMU accepts secrets.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Returns the encoding of bytes.
  static func encoded(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for place in 0..<4 {
        result.append(
          place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Returns the bytes of a text; nil if it is not base64.
  static func decoded(_ text: String) -> [UInt8]? {
    let digits = text.utf8.filter { $0 > 0x20 }
    guard digits.count.isMultiple(of: 4) else { return nil }
    let data = digits.prefix { $0 != UInt8(ascii: "=") }
    guard digits.count - data.count <= 2, digits.dropFirst(data.count).allSatisfy({ $0 == UInt8(ascii: "=") })
    else { return nil }
    var (result, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for digit in data {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }
}
