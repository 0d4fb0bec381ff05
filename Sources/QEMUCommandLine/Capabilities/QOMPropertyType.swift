import QAPI
import QEMUJSON

/// The type of an object's property as QEMU reports it, and the texts that it accepts.
struct QOMPropertyType {
  let name: String

  init(_ name: String) { self.name = name }

  /// The ranges of integer types, without `int`, which QEMU also uses for sizes with a suffix: `label-size` of nvdimm.
  private static let bounds: [String: ClosedRange<Int128>] = [
    "uint8": range(UInt8.self), "uint16": range(UInt16.self), "uint32": range(UInt32.self),
    "uint64": range(UInt64.self), "int8": range(Int8.self), "int16": range(Int16.self),
    "int32": range(Int32.self), "int64": range(Int64.self),
  ]

  private static func range<Number: FixedWidthInteger>(_ type: Number.Type) -> ClosedRange<Int128> {
    Int128(Number.min)...Int128(Number.max)
  }

  /// Returns the expectation if the text is not a value of the type; nil if it is, or if the type's values are not
  /// known.
  func expectation(against text: String) -> String? {
    if name == "bool" {
      return ["on", "off", "yes", "no", "true", "false", "y", "n"].contains(text) ? nil : "on or off"
    }
    if let range = Self.bounds[name] { return Self.expectation(range, against: text) }
    guard case .enumeration(let values)? = QAPISchema.type(named: name)?.kind else { return nil }
    let words = values.map(\.name)
    return words.contains(text) ? nil : "one of \(words.joined(separator: ", "))"
  }

  /// Returns the expectation if the text is not a number in the range. Of a negative number, only the length is
  /// checked: QEMU wraps some of them.
  private static func expectation(_ range: ClosedRange<Int128>, against text: String) -> String? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let isHex = digits.lowercased().hasPrefix("0x")
    let isOctal = !isHex && digits.hasPrefix("0") && digits.count > 1
    let number = UInt64(isHex ? digits.dropFirst(2) : digits, radix: isHex ? 16 : isOctal ? 8 : 10)
    let words = "a number from \(range.lowerBound) to \(range.upperBound)"
    guard let number else { return words }
    if isNegative { return nil }
    return range.contains(Int128(number)) ? nil : words
  }
}

// MARK: - Addresses

extension QOMPropertyType {
  /// Returns the expectation if the text is not a slot of a PCI bus, in hexadecimal, and a function: `1c.0`, `0x3`.
  static func slotExpectation(against text: String) -> String? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map { part in
      UInt8(part.hasPrefix("0x") ? part.dropFirst(2) : part, radix: 16)
    }
    guard let slot = parts[0], slot < 32, parts.count == 1 || parts[1].map({ $0 < 8 }) ?? false else {
      return "a slot from 0 to 1f and a function from 0 to 7, such as 1c.0"
    }
    return nil
  }

  /// Returns the expectation if the text is not six bytes in hexadecimal, separated by colons or dashes.
  static func addressExpectation(against text: String) -> String? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    let isAddress = parts.count == 6 && parts.allSatisfy { $0.utf8.count == 2 && $0.allSatisfy(\.isHexDigit) }
    return isAddress ? nil : "an address such as 52:54:00:12:34:56"
  }
}
