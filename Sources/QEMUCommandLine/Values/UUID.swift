/// A universally unique identifier of 128 bits.
public struct UUID: PropertyValue, CustomStringConvertible {
  /// The text in lower case, with its dashes.
  public let description: String

  /// The description of valid values.
  public static var expectation: String { "a UUID such as 550e8400-e29b-41d4-a716-446655440000" }

  /// Creates a UUID from its text with dashes; letters may be in either case.
  public init?(propertyText: String) {
    let bytes = propertyText.utf8Span.span
    guard bytes.count == 36 else { return nil }
    var hasCapitals = false
    for index in bytes.indices {
      let byte = bytes[index]
      let isDash = index == 8 || index == 13 || index == 18 || index == 23
      guard isDash ? byte == UInt8(ascii: "-") : digit(byte) != nil else { return nil }
      hasCapitals = hasCapitals || UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte
    }
    description = hasCapitals ? propertyText.lowercased() : propertyText
  }

  /// The text.
  public var propertyText: String { description }
}
