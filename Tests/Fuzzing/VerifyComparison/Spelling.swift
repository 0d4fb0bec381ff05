import RandomValues

/// Draws one of the spellings that QEMU reads as the same value.
struct Spelling: Sendable {
  var random: SplitMix64

  /// Returns a value of a kind, which `VerifyParts.txt` names.
  mutating func value(_ kind: Substring, _ value: String) -> String {
    switch kind {
    case "bool": boolean(.random(using: &random))
    case "on": boolean(true)
    case "off": boolean(false)
    case "int": integer(UInt64(value) ?? 0)
    case "size": size(Self.bytes(value), unit: 1)
    case "mib": size((UInt64(value) ?? 64) << 20, unit: 1 << 20)
    case "mac": mac()
    case "uuid": uuid()
    case "text": text(value)
    default: value
    }
  }

  mutating func boolean(_ value: Bool) -> String {
    one(of: value ? ["on", "on", "yes", "true", "y"] : ["off", "off", "no", "false", "n"])
  }

  mutating func integer(_ value: UInt64) -> String {
    one(
      of: [
        "\(value)", "\(value)", "0x" + String(value, radix: 16),
        "0x" + String(value, radix: 16, uppercase: true),
      ]
        + (value > 7 ? ["0" + String(value, radix: 8)] : []))
  }

  /// A number of bytes; a number without a suffix counts units.
  mutating func size(_ bytes: UInt64, unit: UInt64) -> String {
    var spellings = ["\(bytes / unit)", "\(bytes)B", "\(bytes)b"]
    for (suffix, factor) in [("k", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)] as [(String, UInt64)] {
      if bytes.isMultiple(of: factor) {
        spellings += ["\(bytes / factor)\(suffix)", "\(bytes / factor)\(suffix.lowercased())"]
      } else if bytes.isMultiple(of: factor / 2) {
        spellings.append("\(bytes / factor).5\(suffix)")
      }
    }
    if unit == 1 { spellings.append("0x" + String(bytes, radix: 16)) }
    return one(of: spellings)
  }

  private static func bytes(_ text: String) -> UInt64 {
    guard let suffix = text.last, let factor: UInt64 = ["M": 1 << 20, "G": 1 << 30][suffix] else {
      return UInt64(text) ?? 0
    }
    return (UInt64(text.dropLast()) ?? 0) * factor
  }

  /// An address of one station.
  mutating func mac() -> String {
    let octets = (0..<6).map { $0 == 0 ? 0x52 : UInt8.random(in: 0...255, using: &random) }
    let isUpper = Bool.random(using: &random)
    let texts = octets.map { octet in
      let text = String(octet, radix: 16, uppercase: isUpper)
      return text.count == 1 ? "0" + text : text
    }
    return texts.joined(separator: one(of: [":", ":", "-"]))
  }

  mutating func uuid() -> String {
    let digits = (0..<32).map { _ in String(Int.random(in: 0...15, using: &random), radix: 16) }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return Bool.random(using: &random) ? text.uppercased() : text
  }

  /// A text, now and then with what languages separate by.
  mutating func text(_ value: String) -> String {
    one(of: [
      value, value, value, value + " b", value + ",,c", value + "\u{e9}", value + "'q", value + "=d", "on",
      "007",
    ])
  }

  mutating func one(of texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
  mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
