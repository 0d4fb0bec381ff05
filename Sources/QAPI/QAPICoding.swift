public import QEMUJSON

/// A type of the schema: it can be decoded from a JSON value, and encoded as one.
///
/// Types conform to few protocols. Swift's runtime searches the conformances of the whole program, one after the other,
/// each time it looks for one, and those of the schema's types would be most of them.
public protocol QAPIValue: Sendable {
  /// Decodes the value.
  /// - Throws: ``QAPIError`` with the path from this value to the invalid one.
  init(json: JSON) throws(QAPIError)
  /// The value as QEMU reads and writes it.
  var json: JSON { get }
}

/// A type whose members are in a flat JSON object, so that a base, a union and its branch share one object.
///
/// Two objects are equal if their JSON is equal. They do not conform to `Equatable`; compare lists of them by
/// ``QAPIValue/json``.
public protocol QAPIObject: QAPIValue {
  /// Creates a value from this type's members in an object that is being read.
  init(reader: inout QAPIObjectReader) throws(QAPIError)
  /// Adds this type's members to an object.
  func write(to object: inout JSONObject)
}

extension QAPIObject {
  /// Decodes an object.
  /// - Throws: ``QAPIError`` with the path from this value to the invalid one.
  @_semantics("optimize.sil.specialize.generic.never")
  public init(json: JSON) throws(QAPIError) {
    guard case .object(let object) = json else { throw QAPIError(expected: "an object", found: json) }
    var reader = QAPIObjectReader(object)
    try self.init(reader: &reader)
  }

  /// The value as an object.
  @_semantics("optimize.sil.specialize.generic.never")
  public var json: JSON {
    var object = JSONObject()
    write(to: &object)
    return .object(object)
  }

  /// Returns whether the JSON of both values is equal.
  @_semantics("optimize.sil.specialize.generic.never")
  public static func == (left: Self, right: Self) -> Bool { left.json == right.json }

  /// Returns whether the JSON of the values differs.
  @_semantics("optimize.sil.specialize.generic.never")
  public static func != (left: Self, right: Self) -> Bool { left.json != right.json }
}

/// An enumeration, which is a string in JSON.
///
/// A value that this package does not know is kept, and is encoded unchanged.
public protocol QAPIEnumeration: QAPIValue, Hashable, CustomStringConvertible {
  /// Creates the value whose text is `text`; an unknown text becomes the case `unknown`.
  init(text: String)
  /// The text of the value in JSON.
  var text: String { get }
  /// The values that were known when this was generated.
  static var known: [Self] { get }
}

extension QAPIEnumeration {
  /// Decodes a string.
  /// - Throws: ``QAPIError`` `wrongType` if the value is not a string.
  @_semantics("optimize.sil.specialize.generic.never")
  public init(json: JSON) throws(QAPIError) {
    guard case .string(let text) = json else { throw QAPIError(expected: "a string", found: json) }
    self.init(text: text)
  }

  /// The value as a string.
  @_semantics("optimize.sil.specialize.generic.never")
  public var json: JSON { .string(text) }

  /// The text of the value in JSON.
  public var description: String { text }

  /// Returns whether the texts of both values are equal.
  @_semantics("optimize.sil.specialize.generic.never")
  public static func == (left: Self, right: Self) -> Bool { left.text == right.text }

  /// Hashes the text of the value.
  @_semantics("optimize.sil.specialize.generic.never")
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension JSONObject {
  /// Adds all members of `other`; existing members get the new value.
  mutating func add(_ other: JSONObject) {
    for member in other { self[member.name] = member.value }
  }
}
