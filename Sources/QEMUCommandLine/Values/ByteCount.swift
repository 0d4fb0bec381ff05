/// A number of bytes, where QEMU takes a size: decimal with a fraction and one suffix of `b k M G T P E`.
public struct ByteCount: PropertyValue, Comparable, CustomStringConvertible {
  /// How many bytes.
  public let bytes: UInt64

  /// A number of bytes.
  public init(bytes: UInt64) { self.bytes = bytes }
  /// A number of bytes.
  public static func bytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count) }
  /// A number of KiB; what does not fit 64 bits is the largest size.
  public static func kibibytes(_ count: UInt64) -> ByteCount { scaled(count, 10) }
  /// A number of MiB; what does not fit 64 bits is the largest size.
  public static func mebibytes(_ count: UInt64) -> ByteCount { scaled(count, 20) }
  /// A number of GiB; what does not fit 64 bits is the largest size.
  public static func gibibytes(_ count: UInt64) -> ByteCount { scaled(count, 30) }

  private static func scaled(_ count: UInt64, _ shift: UInt64) -> ByteCount {
    let (value, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
    return ByteCount(bytes: overflow ? .max : value)
  }

  /// The smaller size first.
  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  /// In words.
  public static var expectation: String {
    "a size: a number, which may have a fraction, and one suffix of b, k, M, G, T, P or E"
  }

  /// Reads a size; a bare number counts bytes.
  public init?(propertyText: String) { self.init(propertyText: propertyText, bareUnit: 1) }

  /// Reads a size.
  /// - Parameter bareUnit: how many bytes a number that ends in a digit counts.
  init?(propertyText: String, bareUnit: UInt64) {
    var text = withoutLeadingBlanks(propertyText)
    if text.hasPrefix("+") { text = text.dropFirst() }
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      self.init(hexadecimal: text.dropFirst(2), bareUnit: bareUnit)
      return
    }
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(number.count)
    guard let unit = Self.unit(suffix, number.hasSuffix(".") ? 1 : bareUnit) else { return nil }
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, number.contains(where: \.isNumber),
      let whole = first.isEmpty ? 0 : UInt64(first)
    else {
      return nil
    }
    let fraction = parts.count > 1 ? parts[1] : ""
    // QEMU takes a fraction of a named unit only, and never one of a byte.
    if unit == 1 || suffix.isEmpty, fraction.contains(where: { $0 != "0" }) { return nil }
    self.init(whole: whole, fraction: fraction, unit: unit)
  }

  private init?(hexadecimal digits: Substring, bareUnit: UInt64) {
    guard let last = digits.last, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let value = UInt64(digits, radix: 16)
    else { return nil }
    self.init(whole: value, fraction: "", unit: last.isNumber ? bareUnit : 1)
  }

  private init?(whole: UInt64, fraction: Substring, unit: UInt64) {
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: unit)
    var extra: UInt64 = 0
    if !fraction.isEmpty {
      guard fraction.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
        let value = Double("0." + fraction)
      else { return nil }
      extra = UInt64(value * Double(unit) + 0.5)
    }
    let (sum, carried) = scaled.addingReportingOverflow(extra)
    if overflow || carried { return nil }
    bytes = sum
  }

  private static func unit(_ suffix: Substring, _ bareUnit: UInt64) -> UInt64? {
    if suffix.isEmpty { return bareUnit }
    guard suffix.utf8.count == 1, let index = Array("bkmgtpe").firstIndex(of: Character(suffix.lowercased()))
    else {
      return nil
    }
    return 1 << (10 * UInt64(index))
  }

  /// The size with the largest suffix that says it exactly; bytes have `b`, so that no bare unit is assumed.
  public var propertyText: String {
    for (index, suffix) in ["E", "P", "T", "G", "M", "k"].enumerated() {
      let shift = UInt64(60 - 10 * index)
      if bytes >= 1 << shift, bytes & ((1 << shift) - 1) == 0 { return "\(bytes >> shift)\(suffix)" }
    }
    return "\(bytes)b"
  }

  /// The size as QEMU's command line writes it.
  public var description: String { propertyText }
}

/// A size of which a bare number counts mebibytes. QEMU: `-m`.
public struct MemorySize: PropertyValue {
  /// How many bytes.
  public let bytes: UInt64

  /// A size.
  public init(_ size: ByteCount) { bytes = size.bytes }
  /// In words.
  public static var expectation: String { ByteCount.expectation + "; a bare number counts MiB" }
  /// Reads a size.
  public init?(propertyText: String) {
    guard let size = ByteCount(propertyText: propertyText, bareUnit: 1 << 20) else { return nil }
    bytes = size.bytes
  }
  /// The size with a suffix.
  public var propertyText: String { ByteCount(bytes: bytes).propertyText }
}
