/// The members of a JSON object, in order.
///
/// Two objects are equal if they have the same members, in any order. A lookup is linear: QMP's objects are small.
public struct JSONObject: Sendable {
  /// A member of an object.
  public struct Member: Sendable, Hashable {
    /// The member's key.
    public let name: String
    /// The member's value.
    public var value: JSON

    /// Creates a member.
    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The members, in order, each key once.
  public private(set) var members: [Member]

  /// Creates an empty object.
  public init() { members = [] }

  /// Creates an object from pairs; a repeated key keeps its first position and its last value.
  public init(_ pairs: some Sequence<(String, JSON)>) {
    members = []
    var places: [[UInt8]: Int] = [:]
    for (name, value) in pairs {
      // A linear search is faster for a few keys.
      if members.count < 16 {
        self[name] = value
        continue
      }
      if places.isEmpty {
        for (place, member) in members.enumerated() { places[Array(member.name.utf8)] = place }
      }
      let key = Array(name.utf8)
      if let place = places[key] {
        members[place].value = value
      } else {
        places[key] = members.count
        members.append(Member(name, value))
      }
    }
  }

  /// Creates an object from members whose keys are distinct.
  init(distinct members: [Member]) { self.members = members }

  /// The value of the member `name`; setting nil removes the member.
  public subscript(name: String) -> JSON? {
    get { Self.index(of: name, in: members).map { members[$0].value } }
    set {
      let index = Self.index(of: name, in: members)
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name, value))
      case (nil, nil): break
      }
    }
  }

  /// Returns the index of the member `name`. Keys are equal if their bytes are: Swift's strings compare canonically
  /// equivalent characters as equal, QEMU does not.
  package static func index(of name: String, in members: [Member]) -> Int? {
    let length = name.utf8.count
    return members.firstIndex {
      $0.name.utf8.count == length && $0.name == name && $0.name.utf8.elementsEqual(name.utf8)
    }
  }

  /// The keys, in order.
  public var names: [String] { members.map(\.name) }

  /// The number of members.
  public var count: Int { members.count }

  /// A Boolean value that indicates whether the object has no members.
  public var isEmpty: Bool { members.isEmpty }
}

extension JSONObject: Hashable {
  /// Returns whether both objects have the same members, in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members == right.members
      || (left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value })
  }

  /// Hashes the members independently of their order.
  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for member in members { combined ^= member.hashValue }
    hasher.combine(combined)
  }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
  /// Returns an iterator over the members, in order.
  public func makeIterator() -> Array<Member>.Iterator { members.makeIterator() }

  /// Creates an object; a repeated key keeps its first position and its last value.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
