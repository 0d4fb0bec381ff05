public import QEMUJSON

/// What a JSON value of the wire decodes to.
public protocol QAPIDecodable: Sendable {
  /// Decodes the value.
  /// - Throws: ``QAPIError`` with the path from this value to the one at fault.
  init(json: JSON) throws(QAPIError)
}

/// What encodes to a JSON value of the wire.
public protocol QAPIEncodable: Sendable {
  /// The value as it goes over the wire.
  var json: JSON { get }
}

/// A type of the schema.
///
/// Two values are equal when they say the same on the wire. One comparison serves all types: written out for each of them
/// it would be much of the module's code.
public protocol QAPIValue: QAPIDecodable, QAPIEncodable, Hashable {}

extension QAPIValue {
  /// Whether both say the same on the wire.
  @_semantics("optimize.sil.specialize.generic.never")
  public static func == (left: Self, right: Self) -> Bool { left.json == right.json }

  /// Hashes what the value says on the wire.
  @_semantics("optimize.sil.specialize.generic.never")
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

/// A type whose members lie flat in a JSON object, so that a base, a union and its branch share one object.
public protocol QAPIObject: QAPIValue {
  /// Takes this type's members from an object that is being read.
  init(reader: inout QAPIObjectReader) throws(QAPIError)
  /// Adds this type's members to an object.
  func write(to object: inout JSONObject)
}

extension QAPIObject {
  /// Decodes an object.
  /// - Throws: ``QAPIError`` with the path from this value to the one at fault.
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
}

/// An enumeration of the wire: a string.
///
/// A text that this package does not know is kept, and encodes to itself.
public protocol QAPIEnumeration: QAPIValue, CustomStringConvertible {
  /// The value that the wire spells `text`; a text that is not known gives the case `unknown`.
  init(text: String)
  /// The value as the wire spells it.
  var text: String { get }
  /// The values that were known when this was generated.
  static var known: [Self] { get }
}

extension QAPIEnumeration {
  /// Decodes a string.
  /// - Throws: ``QAPIError`` `wrongType` for what is not a string.
  @_semantics("optimize.sil.specialize.generic.never")
  public init(json: JSON) throws(QAPIError) {
    guard case .string(let text) = json else { throw QAPIError(expected: "a string", found: json) }
    self.init(text: text)
  }

  /// The value as a string.
  @_semantics("optimize.sil.specialize.generic.never")
  public var json: JSON { .string(text) }

  /// The value as the wire spells it.
  public var description: String { text }
}

extension JSONObject {
  /// Adds all members of `other`; one that is already here takes the new value.
  mutating func add(_ other: JSONObject) {
    for member in other { self[member.name] = member.value }
  }
}
