/// A reader of sizes as QEMU reads them: leading blanks, a decimal number with a fraction or a hexadecimal number, and
/// one suffix.
enum SizeReader {
  /// Returns the number of bytes; nil if QEMU would refuse the text.
  /// - Parameter bareUnit: the unit of a number that ends in a digit, in bytes.
  static func bytes(of text: Span<UInt8>, _ bareUnit: UInt64) -> UInt64? {
    var position = 0
    while position < text.count, isBlank(text[position]) { position += 1 }
    if position < text.count, text[position] == UInt8(ascii: "+") { position += 1 }
    if position + 1 < text.count, text[position] == UInt8(ascii: "0"),
      text[position + 1] | 0x20 == UInt8(ascii: "x")
    {
      return hexadecimal(text, from: position + 2, bareUnit)
    }
    return decimal(text, from: position, bareUnit)
  }

  private static func decimal(_ text: Span<UInt8>, from start: Int, _ bareUnit: UInt64) -> UInt64? {
    let point = endOfDigits(text, from: start)
    let hasPoint = point < text.count && text[point] == UInt8(ascii: ".")
    let end = hasPoint ? endOfDigits(text, from: point + 1) : point
    let digitCount = end - start - (hasPoint ? 1 : 0)
    // QEMU uses the option's default unit only after a digit.
    let bareUnit = hasPoint && end == point + 1 ? 1 : bareUnit
    guard digitCount > 0, let unit = unit(text, from: end, bareUnit),
      let whole = number(text.extracting(start..<point), radix: 10)
    else { return nil }
    let fraction = hasPoint ? text.extracting((point + 1)..<end) : text.extracting(0..<0)
    // QEMU accepts a fraction only with a suffix other than b.
    if unit == 1 || end == text.count, !isZero(fraction) { return nil }
    return scaled(whole, unit, fraction)
  }

  private static func hexadecimal(_ text: Span<UInt8>, from start: Int, _ bareUnit: UInt64) -> UInt64? {
    guard start < text.count, let value = number(text.extracting(start..<text.count), radix: 16) else {
      return nil
    }
    return scaled(value, isDecimal(text[text.count - 1]) ? bareUnit : 1, text.extracting(0..<0))
  }

  private static func scaled(_ whole: UInt64, _ unit: UInt64, _ fraction: Span<UInt8>) -> UInt64? {
    let (product, overflows) = whole.multipliedReportingOverflow(by: unit)
    let (sum, overflowsToo) = product.addingReportingOverflow(part(fraction, of: unit))
    return overflows || overflowsToo ? nil : sum
  }

  /// Returns a fraction of a unit in bytes, rounded.
  private static func part(_ fraction: Span<UInt8>, of unit: UInt64) -> UInt64 {
    if isZero(fraction) { return 0 }
    let text = "0." + String(copying: UTF8Span(unchecked: fraction))
    return UInt64((Double(text) ?? 0) * Double(unit) + 0.5)
  }

  private static func unit(_ text: Span<UInt8>, from start: Int, _ bareUnit: UInt64) -> UInt64? {
    if start == text.count { return bareUnit }
    if start + 1 < text.count { return nil }
    switch text[start] | 0x20 {
    case UInt8(ascii: "b"): return 1
    case UInt8(ascii: "k"): return 1 << 10
    case UInt8(ascii: "m"): return 1 << 20
    case UInt8(ascii: "g"): return 1 << 30
    case UInt8(ascii: "t"): return 1 << 40
    case UInt8(ascii: "p"): return 1 << 50
    case UInt8(ascii: "e"): return 1 << 60
    default: return nil
    }
  }

  private static func isDecimal(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  private static func endOfDigits(_ text: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < text.count, isDecimal(text[position]) { position += 1 }
    return position
  }

  private static func isZero(_ digits: Span<UInt8>) -> Bool {
    for index in digits.indices where digits[index] != UInt8(ascii: "0") { return false }
    return true
  }
}
