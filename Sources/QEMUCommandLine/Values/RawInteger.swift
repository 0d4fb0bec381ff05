/// A number that QEMU reads without looking at what stands behind it: any text is taken.
public struct RawInteger: PropertyValue, ExpressibleByIntegerLiteral {
  /// The number as it is written.
  public let propertyText: String

  /// The number; nil where the text is none.
  public var number: Int64? { Int64(propertyText: propertyText) }

  /// Takes a number.
  public init(integerLiteral value: Int64) { propertyText = String(value) }

  /// The description of valid values.
  public static var expectation: String { "a whole number" }
  /// Takes any text without a NUL.
  public init?(propertyText: String) {
    if propertyText.hasByte(0) { return nil }
    self.propertyText = propertyText
  }
}
