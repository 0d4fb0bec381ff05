/// A number of mebibytes for a property that QEMU reads as a bare number.
public struct MebibyteCount: PropertyValue, ExpressibleByIntegerLiteral {
  /// The number of MiB.
  public let count: UInt32

  /// Creates a number of mebibytes.
  public static func mebibytes(_ count: UInt32) -> MebibyteCount { MebibyteCount(count: count) }

  private init(count: UInt32) { self.count = count }
  /// Creates a number of mebibytes.
  public init(integerLiteral value: UInt32) { count = value }

  /// The description of valid values.
  public static var expectation: String { "a whole number of MiB from 0 to 4294967295, without a suffix" }
  /// Creates a value from a bare number.
  public init?(propertyText: String) {
    guard let count = UInt32(propertyText: propertyText) else { return nil }
    self.count = count
  }
  /// The bare number.
  public var propertyText: String { String(count) }
  /// Returns whether QEMU would accept the text.
  public static func judge(_ text: String) -> PropertyJudgement { judgeInteger(text, as: UInt32.self) }
}

/// A number of bytes for a property that QEMU reads as a bare number; -1 is QEMU's default.
public struct PlainByteCount: PropertyValue, ExpressibleByIntegerLiteral {
  /// The number of bytes.
  public let bytes: Int64

  /// Creates a number of bytes.
  public static func bytes(_ count: Int64) -> PlainByteCount { PlainByteCount(integerLiteral: count) }
  /// Creates a number of bytes.
  public init(integerLiteral value: Int64) { bytes = value }

  /// The description of valid values.
  public static var expectation: String { "a whole number of bytes, without a suffix" }
  /// Creates a value from a bare number.
  public init?(propertyText: String) {
    guard let bytes = Int64(propertyText: propertyText) else { return nil }
    self.bytes = bytes
  }
  /// The bare number.
  public var propertyText: String { String(bytes) }
  /// Returns whether QEMU would accept the text.
  public static func judge(_ text: String) -> PropertyJudgement { judgeInteger(text, as: Int64.self) }
}

/// Zero, which disables the feature, or a power of two.
public struct PowerOfTwoCount: PropertyValue {
  /// The number; zero for off.
  public let count: UInt32

  /// The value that disables the feature.
  public static let off = PowerOfTwoCount(unchecked: 0)
  /// Returns two to the power of an exponent from 0 to 31; a larger exponent is reduced to 31.
  public static func twoToThe(_ exponent: UInt8) -> PowerOfTwoCount {
    PowerOfTwoCount(unchecked: 1 << min(exponent, 31))
  }

  private init(unchecked count: UInt32) { self.count = count }

  /// Creates a count; nil if the number is neither zero nor a power of two.
  public init?(_ count: UInt32) {
    guard count & (count &- 1) == 0 else { return nil }
    self.count = count
  }

  /// The description of valid values.
  public static var expectation: String { "0 or a power of two up to 2147483648, without a suffix" }
  /// Creates a value from a bare number.
  public init?(propertyText: String) {
    guard let count = UInt32(propertyText: propertyText) else { return nil }
    self.init(count)
  }
  /// The bare number.
  public var propertyText: String { String(count) }
  /// Returns whether QEMU would accept the text.
  public static func judge(_ text: String) -> PropertyJudgement {
    let judgement = judgeInteger(text, as: UInt32.self)
    guard judgement == .valid, let count = UInt32(propertyText: text) else { return judgement }
    if PowerOfTwoCount(count) != nil { return .valid }
    let below = UInt32(1) << UInt32(31 - count.leadingZeroBitCount)
    return .outOfRange("it must be 0 or a power of two, such as \(below)")
  }
}

/// Zero, which disables the feature, or a size that is a power of two.
public struct PowerOfTwoSize: PropertyValue {
  /// The size; zero for off.
  public let size: ByteCount

  /// The value that disables the feature.
  public static let off = PowerOfTwoSize(unchecked: ByteCount(bytes: 0))
  private init(unchecked size: ByteCount) { self.size = size }

  /// Creates a value from a size; nil if it is neither zero nor a power of two.
  public init?(_ size: ByteCount) {
    guard size.bytes & (size.bytes &- 1) == 0 else { return nil }
    self.size = size
  }

  /// The description of valid values.
  public static var expectation: String { "0 or a size that is a power of two, such as 2M" }
  /// Creates a value from a size's text.
  public init?(propertyText: String) {
    guard let size = ByteCount(propertyText: propertyText) else { return nil }
    self.init(size)
  }
  /// The size.
  public var propertyText: String { size.bytes == 0 ? "0" : size.propertyText }
  /// Returns whether QEMU would accept the text.
  public static func judge(_ text: String) -> PropertyJudgement {
    guard let size = ByteCount(propertyText: text) else { return .malformed }
    return PowerOfTwoSize(size) == nil ? .outOfRange("it must be 0 or a power of two") : .valid
  }
}
