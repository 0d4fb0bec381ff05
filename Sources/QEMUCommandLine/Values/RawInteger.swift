/// A number that QEMU reads without checking the text that follows it: any text is accepted.
public struct RawInteger: PropertyValue, ExpressibleByIntegerLiteral {
  /// The number as it was written.
  public let propertyText: String

  /// The number; nil if the text is not a number.
  public var number: Int64? { Int64(propertyText: propertyText) }

  /// Creates a value from a number.
  public init(integerLiteral value: Int64) { propertyText = String(value) }

  /// The description of valid values.
  public static var expectation: String { "a whole number" }
  /// Creates a value from a text; nil if it has a NUL character.
  public init?(propertyText: String) {
    if propertyText.hasByte(0) { return nil }
    self.propertyText = propertyText
  }
}
