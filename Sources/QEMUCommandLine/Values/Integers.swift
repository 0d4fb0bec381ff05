/// Reads an integer as QEMU does: leading blanks are skipped, `0x` is hexadecimal, a leading zero octal; there is no
/// suffix.
///
/// `0b` is binary only if QEMU's C library supports it, so it is malformed here.
func parseInteger(_ text: String) -> IntegerText {
  let bytes = text.utf8Span.span
  var position = 0
  while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  var isNegative = false
  if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
    isNegative = bytes[position] == UInt8(ascii: "-")
    position += 1
  }
  let radix = takePrefix(bytes, &position)
  if position == bytes.count { return .malformed }
  var (magnitude, isTooLarge) = (UInt64(0), false)
  while position < bytes.count {
    guard let digit = digit(bytes[position]), digit < radix else { return .malformed }
    isTooLarge = !append(digit, to: &magnitude, radix) || isTooLarge
    position += 1
  }
  return isTooLarge ? .tooLarge : .number(isNegative: isNegative && magnitude != 0, magnitude: magnitude)
}

/// Returns the value of digits; nil if one is invalid in the radix, or if the number does not fit. No digits are zero.
func number(_ digits: Span<UInt8>, radix: UInt64) -> UInt64? {
  var magnitude: UInt64 = 0
  for index in digits.indices {
    guard let digit = digit(digits[index]), digit < radix, append(digit, to: &magnitude, radix) else {
      return nil
    }
  }
  return magnitude
}

/// Appends a digit to a number.
/// - Returns: `true` if the number still fits.
private func append(_ digit: UInt64, to magnitude: inout UInt64, _ radix: UInt64) -> Bool {
  let (product, overflows) = magnitude.multipliedReportingOverflow(by: radix)
  let (sum, overflowsToo) = product.addingReportingOverflow(digit)
  magnitude = sum
  return !overflows && !overflowsToo
}

/// Reads the prefix of a number, and returns its radix.
private func takePrefix(_ bytes: Span<UInt8>, _ position: inout Int) -> UInt64 {
  guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "0") else { return 10 }
  let isHexadecimal = bytes[position + 1] | 0x20 == UInt8(ascii: "x")
  position += isHexadecimal ? 2 : 1
  return isHexadecimal ? 16 : 8
}

func digit(_ byte: UInt8) -> UInt64? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
  default: nil
  }
}

/// Returns whether a byte is a blank that may precede a number, as in C's functions.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

/// The value of an integer's text.
enum IntegerText {
  case malformed
  case tooLarge
  case number(isNegative: Bool, magnitude: UInt64)
}

/// Returns whether a text is an integer that fits a type.
func judgeInteger<Integer: FixedWidthInteger>(_ text: String, as type: Integer.Type) -> PropertyJudgement {
  switch parseInteger(text) {
  case .malformed: .malformed
  case .tooLarge: .outOfRange("it does not fit \(Integer.bitWidth) bits")
  case .number(let isNegative, let magnitude):
    integer(isNegative, magnitude, as: type) == nil
      ? .outOfRange("it must be between \(Integer.min) and \(Integer.max)") : .valid
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
  /// The description of valid values.
  public static var expectation: String { "a whole number from \(Self.min) to \(Self.max), without a suffix" }
  /// Creates a number from its text in decimal, hexadecimal (0x) or octal (a leading 0), as QEMU does.
  public init?(propertyText: String) {
    guard let value = readInteger(propertyText, as: Self.self) else { return nil }
    self = value
  }
  /// The number in decimal.
  public var propertyText: String { String(self) }
  /// Returns whether the text is a number of this width.
  public static func judge(_ text: String) -> PropertyJudgement { judgeInteger(text, as: self) }
}

extension UInt8: PropertyValue {}
extension UInt16: PropertyValue {}
extension UInt32: PropertyValue {}
extension UInt64: PropertyValue {}
extension Int64: PropertyValue {}
