import QEMUJSON

/// A secret in a command line: the property that holds it, and its value as it was written.
struct FoundSecret: Sendable, Hashable {
  /// The length in bytes from which a value is redacted everywhere. A shorter value may be part of any text, and is
  /// redacted only as the value of its property.
  private static let shortest = 4

  /// The property, or the parameter of a URL; `:` for the password of a URL.
  let name: String
  let value: String
  /// A Boolean value that indicates whether the secret is part of a URL.
  var isOfAddress = false

  /// The texts that reveal the secret, with their replacements.
  var forms: [SecretForm] {
    let long = spellings.filter { $0.utf8.count >= Self.shortest }
    return long.map { SecretForm($0) } + (value.utf8.count < Self.shortest ? formsInPlace : [])
  }

  /// The value as it is encoded in options, URLs, JSON and base64, and each of its longer lines.
  private var spellings: Set<String> {
    let json = (try? JSON.string(value).serialized()).map { String($0.dropFirst().dropLast()) }
    let lines = value.split(whereSeparator: \.isNewline).filter { $0.utf8.count >= 8 }.map(String.init)
    let decoded = [percentDecoded, base64Decoded].compactMap(\.self)
    let encoded = decoded + [value]
    return Set(
      [json, replacing(",", with: ",,", in: value)].compactMap(\.self) + lines + encoded
        + encoded.flatMap { text in
          [text.percentEncoded("0123456789ABCDEF"), text.percentEncoded("0123456789abcdef"), text.base64]
        })
  }

  private var formsInPlace: [SecretForm] {
    [
      SecretForm("\(name)=\(value)", shown: "\(name)=\(Redaction.marker)", isWord: true),
      SecretForm("\"\(name)\":\"\(value)\"", shown: "\"\(name)\":\"\(Redaction.marker)\""),
      SecretForm("\"\(name)\": \"\(value)\"", shown: "\"\(name)\": \"\(Redaction.marker)\""),
      SecretForm(":\(value)@", shown: ":\(Redaction.marker)@"),
    ]
  }

  private var percentDecoded: String? {
    var bytes: [UInt8] = []
    var rest = value.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"),
        let pair = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
      {
        bytes.append(pair)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The decoded value if it is the base64 encoding of a text.
  private var base64Decoded: String? {
    Base64.decoded(value).flatMap { bytes in
      bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0A } ? String(validating: bytes, as: UTF8.self) : nil
    }
  }
}

/// A text that reveals a secret.
struct SecretForm: Sendable, Hashable {
  let bytes: [UInt8]
  let shown: [UInt8]
  /// A Boolean value that indicates whether the text matches only if no letter or digit follows.
  let isWord: Bool

  init(_ text: String, shown: String = Redaction.marker, isWord: Bool = false) {
    bytes = Array(text.utf8)
    self.shown = Array(shown.utf8)
    self.isWord = isWord
  }
}

extension String {
  fileprivate func percentEncoded(_ digits: String) -> String {
    let digits = Array(digits.utf8)
    var result: [UInt8] = []
    for byte in utf8 {
      if isWordByte(byte) || "-._~".utf8.contains(byte) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  fileprivate var base64: String { Base64.encoded(Array(utf8)) }
}

/// Returns whether a byte is an ASCII letter or digit.
func isWordByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  default: false
  }
}
