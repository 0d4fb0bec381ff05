public import QEMUJSON

/// Reads the members of one JSON object and remembers which were asked for, so that the rest is not lost.
///
/// Its generic functions are not copied for each type: for the whole schema the copies are an eighth of the code, and save
/// half a millisecond on the largest reply there is.
public struct QAPIObjectReader {
  private let members: [JSONObject.Member]
  /// The first 64 members as bits; objects of more are rare, and keep the others in a set.
  private var taken: UInt64 = 0
  private var takenBeyond: Set<Int> = []
  private var remaining: Int

  /// Begins to read an object.
  public init(_ object: JSONObject) {
    members = object.members
    remaining = members.count
  }

  /// Reads a member that must be there.
  /// - Throws: ``QAPIError`` `missingMember`, or what the member's own decoding throws, with its path.
  @inline(never)
  @_semantics("optimize.sil.specialize.generic.never")
  public mutating func required<Value: QAPIDecodable>(_ name: String) throws(QAPIError) -> Value {
    guard let value = take(name) else { throw QAPIError(missing: name, in: members) }
    return try decode(value, name)
  }

  /// Reads a member that may be absent.
  /// - Throws: ``QAPIError``: what the member's own decoding throws, with its path.
  @inline(never)
  @_semantics("optimize.sil.specialize.generic.never")
  public mutating func optional<Value: QAPIDecodable>(_ name: String) throws(QAPIError) -> Value? {
    guard let value = take(name) else { return nil }
    return try decode(value, name)
  }

  /// The members that nobody has asked for yet; after this there are none.
  public mutating func rest() -> JSONObject {
    if remaining == 0 { return JSONObject() }
    var rest = JSONObject()
    for (index, member) in members.enumerated() where mark(index) { rest[member.name] = member.value }
    return rest
  }

  @inline(never)
  @_semantics("optimize.sil.specialize.generic.never")
  private func decode<Value: QAPIDecodable>(_ value: JSON, _ name: String) throws(QAPIError) -> Value {
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

  /// Marks a member as asked for; false where it was already.
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
