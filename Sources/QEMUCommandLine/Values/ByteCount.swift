/// A size in bytes, which QEMU reads as a decimal number with a fraction and one suffix of `b k M G T P E`.
public struct ByteCount: PropertyValue, Comparable, CustomStringConvertible {
  /// The number of bytes.
  public let bytes: UInt64

  /// Creates a size of a number of bytes.
  public init(bytes: UInt64) { self.bytes = bytes }
  /// Creates a size of a number of bytes.
  public static func bytes(_ count: UInt64) -> ByteCount { ByteCount(bytes: count) }
  /// Returns a size of a number of KiB, or the largest size if it does not fit 64 bits.
  public static func kibibytes(_ count: UInt64) -> ByteCount { scaled(count, 10) }
  /// Returns a size of a number of MiB, or the largest size if it does not fit 64 bits.
  public static func mebibytes(_ count: UInt64) -> ByteCount { scaled(count, 20) }
  /// Returns a size of a number of GiB, or the largest size if it does not fit 64 bits.
  public static func gibibytes(_ count: UInt64) -> ByteCount { scaled(count, 30) }

  private static func scaled(_ count: UInt64, _ shift: UInt64) -> ByteCount {
    let (value, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
    return ByteCount(bytes: overflow ? .max : value)
  }

  /// Returns whether the left size is smaller.
  public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  /// The description of valid values.
  public static var expectation: String {
    "a size: a number, which may have a fraction, and one suffix of b, k, M, G, T, P or E"
  }

  /// Creates a size from its text; a bare number is in bytes.
  public init?(propertyText: String) { self.init(propertyText: propertyText, bareUnit: 1) }

  /// Creates a size from its text.
  /// - Parameter bareUnit: the unit of a number that ends in a digit, in bytes.
  init?(propertyText: String, bareUnit: UInt64) {
    guard let bytes = SizeReader.bytes(of: propertyText.utf8Span.span, bareUnit) else { return nil }
    self.bytes = bytes
  }

  /// The size with the largest suffix that is exact; bytes have `b`, so that no other unit is assumed.
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

/// A size for which the unit of a bare number is MiB. QEMU: `-m`.
public struct MemorySize: PropertyValue {
  /// The number of bytes.
  public let bytes: UInt64

  /// Creates a memory size from a size.
  public init(_ size: ByteCount) { bytes = size.bytes }
  /// The description of valid values.
  public static var expectation: String { ByteCount.expectation + "; a bare number counts MiB" }
  /// Creates a size from its text.
  public init?(propertyText: String) {
    guard let size = ByteCount(propertyText: propertyText, bareUnit: 1 << 20) else { return nil }
    bytes = size.bytes
  }
  /// The size with a suffix.
  public var propertyText: String { ByteCount(bytes: bytes).propertyText }
}
