public import QEMUJSON

extension JSON: QAPIValue {
  /// Creates the value from any JSON.
  public init(json: JSON) throws(QAPIError) { self = json }

  /// The value itself.
  public var json: JSON { self }
}

extension String: QAPIValue {
  /// Decodes a string.
  /// - Throws: ``QAPIError`` `wrongType`.
  public init(json: JSON) throws(QAPIError) {
    guard case .string(let value) = json else { throw QAPIError(expected: "a string", found: json) }
    self = value
  }

  /// The value as a JSON string.
  public var json: JSON { .string(self) }
}

extension Bool: QAPIValue {
  /// Decodes a boolean.
  /// - Throws: ``QAPIError`` `wrongType`.
  public init(json: JSON) throws(QAPIError) {
    guard case .bool(let value) = json else { throw QAPIError(expected: "a boolean", found: json) }
    self = value
  }

  /// The value as a JSON boolean.
  public var json: JSON { .bool(self) }
}

extension Double: QAPIValue {
  /// Decodes any number.
  /// - Throws: ``QAPIError`` `wrongType`.
  public init(json: JSON) throws(QAPIError) {
    guard let value = json.doubleValue else { throw QAPIError(expected: "a number", found: json) }
    self = value
  }

  /// The value as a JSON number; a whole one is an integer, as QEMU writes it.
  public var json: JSON { Int64(exactly: self).map { .integer($0) } ?? .number(self) }
}

extension FixedWidthInteger where Self: Sendable {
  /// Decodes an integer that fits this type.
  /// - Throws: ``QAPIError`` `wrongType` or `outOfRange`.
  public init(json: JSON) throws(QAPIError) {
    let value: Self?
    switch json {
    case .integer(let number): value = Self(exactly: number)
    case .unsigned(let number): value = Self(exactly: number)
    default: throw QAPIError(expected: "an integer", found: json)
    }
    guard let value else {
      throw QAPIError(.outOfRange, "expected an integer from \(Self.min) to \(Self.max)", evidence: json)
    }
    self = value
  }

  /// The value as a JSON integer.
  public var json: JSON { Int64(exactly: self).map { .integer($0) } ?? JSON(UInt64(clamping: self)) }
}

extension Int8: QAPIValue {}
extension Int16: QAPIValue {}
extension Int32: QAPIValue {}
extension Int64: QAPIValue {}
extension UInt8: QAPIValue {}
extension UInt16: QAPIValue {}
extension UInt32: QAPIValue {}
extension UInt64: QAPIValue {}

extension Array: QAPIValue where Element: QAPIValue {
  /// Decodes an array, element by element.
  /// - Throws: ``QAPIError`` with the index of the invalid element.
  public init(json: JSON) throws(QAPIError) {
    guard case .array(let values) = json else { throw QAPIError(expected: "an array", found: json) }
    self = []
    reserveCapacity(values.count)
    for value in values {
      do throws(QAPIError) {
        append(try Element(json: value))
      } catch {
        throw error.inside(.element(count))
      }
    }
  }

  /// The elements as a JSON array.
  public var json: JSON { .array(map(\.json)) }
}
