/// The members of a JSON object, in their order.
///
/// Two objects are equal when they have the same members, whatever their order. A lookup walks the members: QMP's
/// objects are small.
public struct JSONObject: Sendable {
  /// One member of an object.
  public struct Member: Sendable, Hashable {
    /// The member's key.
    public let name: String
    /// The member's value.
    public var value: JSON

    /// Makes a member.
    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The members, in order, each key once.
  public private(set) var members: [Member]

  /// Makes an empty object.
  public init() { members = [] }

  /// Makes an object of pairs; a repeated key keeps its first place and its last value.
  public init(_ pairs: some Sequence<(String, JSON)>) {
    members = []
    var places: [[UInt8]: Int] = [:]
    for (name, value) in pairs {
      // Few keys are found faster by looking at each.
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

  /// Takes members whose keys the caller knows to be distinct.
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

  /// The place of the member `name`. Keys are the same where their bytes are: to Swift's strings an accent that is written
  /// in another way is the same, to QEMU it is not.
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

  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }
}

extension JSONObject: Hashable {
  /// Compares the members, not their order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members == right.members
      || (left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value })
  }

  /// Hashes the members so that their order does not count.
  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for member in members { combined ^= member.hashValue }
    hasher.combine(combined)
  }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
  /// Walks the members in order.
  public func makeIterator() -> Array<Member>.Iterator { members.makeIterator() }

  /// Makes an object; a repeated key keeps its first place and its last value.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
