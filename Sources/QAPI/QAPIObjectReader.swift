public import QEMUJSON

/// A reader of the members of a JSON object, which tracks the members that were read, so that the rest can be kept.
///
/// Its generic functions are not specialized for each type: for the whole schema, that would be an eighth of the code,
/// and save half a millisecond for the largest reply.
public struct QAPIObjectReader {
  private let members: [JSONObject.Member]
  /// The first 64 members that were read, as bits. Larger objects are rare, and use a set for the others.
  private var taken: UInt64 = 0
  private var takenBeyond: Set<Int> = []
  private var remaining: Int

  /// Creates a reader of an object.
  public init(_ object: JSONObject) {
    members = object.members
    remaining = members.count
  }

  /// Reads a required member.
  /// - Throws: ``QAPIError`` `missingMember`, or the error of the member's decoding, with its path.
  @inline(never)
  @_semantics("optimize.sil.specialize.generic.never")
  public mutating func required<Value: QAPIValue>(_ name: String) throws(QAPIError) -> Value {
    guard let value = take(name) else { throw QAPIError(missing: name, in: members) }
    return try decode(value, name)
  }

  /// Reads an optional member.
  /// - Throws: ``QAPIError``: the error of the member's decoding, with its path.
  @inline(never)
  @_semantics("optimize.sil.specialize.generic.never")
  public mutating func optional<Value: QAPIValue>(_ name: String) throws(QAPIError) -> Value? {
    guard let value = take(name) else { return nil }
    return try decode(value, name)
  }

  /// Returns the members that were not read, and marks them as read.
  public mutating func rest() -> JSONObject {
    if remaining == 0 { return JSONObject() }
    var rest = JSONObject()
    for (index, member) in members.enumerated() where mark(index) { rest[member.name] = member.value }
    return rest
  }

  @inline(never)
  @_semantics("optimize.sil.specialize.generic.never")
  private func decode<Value: QAPIValue>(_ value: JSON, _ name: String) throws(QAPIError) -> Value {
    do throws(QAPIError) {
      return try Value(json: value)
    } catch {
      throw error.inside(.member(name))
    }
  }

  private mutating func take(_ name: String) -> JSON? {
    guard let index = JSONObject.index(of: name, in: members) else { return nil }
    _ = mark(index)
    return members[index].value
  }

  /// Marks a member as read; returns false if it already was.
  private mutating func mark(_ index: Int) -> Bool {
    let isNew: Bool
    if index < 64 {
      let bit: UInt64 = 1 << UInt64(index)
      isNew = taken & bit == 0
      taken |= bit
    } else {
      isNew = takenBeyond.insert(index).inserted
    }
    if isNew { remaining -= 1 }
    return isNew
  }
}
