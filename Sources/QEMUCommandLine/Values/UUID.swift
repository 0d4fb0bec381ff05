/// A number of 128 bits that names something for ever.
public struct UUID: PropertyValue, CustomStringConvertible {
  /// The text in lower case, with its dashes.
  public let description: String

  /// In words.
  public static var expectation: String { "a UUID such as 550e8400-e29b-41d4-a716-446655440000" }

  /// Reads a UUID with or without dashes in their places; letters of either case.
  public init?(propertyText: String) {
    let digits = propertyText.utf8.filter { $0 != UInt8(ascii: "-") }
    let places = propertyText.utf8.enumerated().filter { $1 == UInt8(ascii: "-") }.map(\.offset)
    guard digits.count == 32, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      places == [8, 13, 18, 23]
    else { return nil }
    description = propertyText.lowercased()
  }

  /// The text.
  public var propertyText: String { description }
}
