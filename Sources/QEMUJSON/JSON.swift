/// A JSON value that keeps the order of an object's members.
///
/// Integers keep all of their 64 bits: ``integer(_:)`` holds those that fit `Int64`, ``unsigned(_:)`` those that fit
/// only `UInt64`. A number with a fraction or an exponent is a ``number(_:)``.
public enum JSON: Sendable, Hashable {
  /// The value `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// An integer that fits `Int64`.
  case integer(Int64)
  /// An integer above `Int64.max`; smaller ones are always ``integer(_:)``.
  case unsigned(UInt64)
  /// A number that was written with a fraction or an exponent.
  case number(Double)
  /// A string.
  case string(String)
  /// A list of values.
  case array([JSON])
  /// An object.
  case object(JSONObject)
}

extension JSON {
  /// Creates the canonical case for an integer: ``integer(_:)`` if it fits `Int64`, else ``unsigned(_:)``.
  public init(_ value: UInt64) {
    if let small = Int64(exactly: value) { self = .integer(small) } else { self = .unsigned(value) }
  }

  /// The value, if it is a boolean.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value, if it is an integer that fits `Int64`.
  public var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The value, if it is an integer that fits `UInt64`.
  public var unsignedValue: UInt64? {
    switch self {
    case .integer(let value): UInt64(exactly: value)
    case .unsigned(let value): value
    default: nil
    }
  }

  /// The value as a floating point number, if it is any number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value, if it is a string.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements, if this is an array.
  public var arrayValue: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The object, if this is one.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member `name`, if this is an object that has it.
  public subscript(name: String) -> JSON? {
    objectValue?[name]
  }

  /// The kind of value for a message, such as `a string`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .unsigned: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Creates `null`.
  public init(nilLiteral: ()) { self = .null }
  /// Creates a boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Creates an integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Creates a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Creates an array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Creates an object; a repeated key keeps its first position and its last value.
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
