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

  /// The description of valid values.
  public static var expectation: String {
    "a size: a number, which may have a fraction, and one suffix of b, k, M, G, T, P or E"
  }

  /// Reads a size; a bare number counts bytes.
  public init?(propertyText: String) { self.init(propertyText: propertyText, bareUnit: 1) }

  /// Reads a size.
  /// - Parameter bareUnit: how many bytes a number that ends in a digit counts.
  init?(propertyText: String, bareUnit: UInt64) {
    guard let bytes = SizeReader.bytes(of: propertyText.utf8Span.span, bareUnit) else { return nil }
    self.bytes = bytes
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
  /// The description of valid values.
  public static var expectation: String { ByteCount.expectation + "; a bare number counts MiB" }
  /// Reads a size.
  public init?(propertyText: String) {
    guard let size = ByteCount(propertyText: propertyText, bareUnit: 1 << 20) else { return nil }
    bytes = size.bytes
  }
  /// The size with a suffix.
  public var propertyText: String { ByteCount(bytes: bytes).propertyText }
}
