/// Reads an integer as QEMU does: blanks before it, `0x` is hexadecimal, a leading zero octal, no suffix.
///
/// `0b` is binary to a QEMU whose C library knows it, and malformed to others; so it is malformed here.
func parseInteger(_ text: String) -> IntegerText {
  var digits = withoutLeadingBlanks(text)
  let isNegative = digits.hasPrefix("-")
  if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
  var radix = 10
  if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
    radix = 16
    digits = digits.dropFirst(2)
  } else if digits.utf8.count > 1, digits.hasPrefix("0") {
    radix = 8
    digits = digits.dropFirst()
  }
  let isNumber =
    !digits.isEmpty
    && digits.utf8.allSatisfy { byte in
      Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false
    }
  guard isNumber else { return .malformed }
  guard let magnitude = UInt64(digits, radix: radix) else { return .tooLarge }
  return .number(isNegative: isNegative && magnitude != 0, magnitude: magnitude)
}

/// A number may stand behind blanks, as C's own functions take it; nothing may stand behind the number.
func withoutLeadingBlanks(_ text: String) -> Substring {
  text[(text.utf8.firstIndex { $0 != 0x20 && !(0x09...0x0D ~= $0) } ?? text.endIndex)...]
}

/// What an integer's text says.
enum IntegerText {
  case malformed
  case tooLarge
  case number(isNegative: Bool, magnitude: UInt64)
}

/// Judges an integer against the width of its type.
func judgeInteger<Integer: FixedWidthInteger>(_ text: String, as type: Integer.Type) -> PropertyJudgement {
  switch parseInteger(text) {
  case .malformed: .malformed
  case .tooLarge: .outOfRange("it does not fit \(Integer.bitWidth) bits")
  case .number(let isNegative, let magnitude):
    integer(isNegative, magnitude, as: type) == nil
      ? .outOfRange("it must lie between \(Integer.min) and \(Integer.max)") : .valid
  }
}

private func integer<Integer: FixedWidthInteger>(
  _ isNegative: Bool, _ magnitude: UInt64, as type: Integer.Type
) -> Integer? {
  if !isNegative { return Integer(exactly: magnitude) }
  if magnitude == UInt64(Int64.max) + 1 { return Integer(exactly: Int64.min) }
  return Int64(exactly: magnitude).flatMap { Integer(exactly: -$0) }
}

func readInteger<Integer: FixedWidthInteger>(_ text: String, as type: Integer.Type) -> Integer? {
  guard case .number(let isNegative, let magnitude) = parseInteger(text) else { return nil }
  return integer(isNegative, magnitude, as: type)
}

extension PropertyValue where Self: FixedWidthInteger {
  /// The range in words.
  public static var expectation: String { "a whole number from \(Self.min) to \(Self.max), without a suffix" }
  /// Reads a number, also in hexadecimal (0x) and octal (a leading 0), as QEMU does.
  public init?(propertyText: String) {
    guard let value = readInteger(propertyText, as: Self.self) else { return nil }
    self = value
  }
  /// The number in decimal.
  public var propertyText: String { String(self) }
  /// Whether the text is a number of this width.
  public static func judge(_ text: String) -> PropertyJudgement { judgeInteger(text, as: self) }
}

extension UInt8: PropertyValue {}
extension UInt16: PropertyValue {}
extension UInt32: PropertyValue {}
extension UInt64: PropertyValue {}
extension Int64: PropertyValue {}
