/// A table of values by name, with lookup by the bytes of a name, without a string.
final class NameTable<Value: Sendable>: Sendable {
  /// The names, in the order in which they were added.
  let names: [String]
  /// The values of the names; separate from them, because a search reads only names.
  let values: [Value]
  /// The hash table of indices of ``names``, with linear probing; -1 is an empty slot.
  private let places: [Int32]

  /// Creates a table; if a name is repeated, its last value is kept.
  init(_ pairs: [(String, Value)]) {
    var names: [String] = []
    var values: [Value] = []
    var known: [[UInt8]: Int] = [:]
    for (name, value) in pairs {
      if let place = known[Array(name.utf8)] {
        values[place] = value
      } else {
        known[Array(name.utf8)] = names.count
        names.append(name)
        values.append(value)
      }
    }
    var places = [Int32](repeating: -1, count: Self.capacity(for: names.count))
    for (number, name) in names.enumerated() {
      var place = Self.hash(name.utf8Span.span) & (places.count - 1)
      while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
      places[place] = Int32(number)
    }
    self.names = names
    self.values = values
    self.places = places
  }

  /// Returns a power of two that leaves at least half of the slots free.
  private static func capacity(for count: Int) -> Int {
    var capacity = 4
    while capacity < 2 * count { capacity *= 2 }
    return capacity
  }

  private static func hash(_ bytes: Span<UInt8>) -> Int {
    var hash: UInt32 = 0x811C_9DC5
    for index in bytes.indices { hash = (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
    return Int(hash ^ (hash >> 15))
  }

  subscript(name: Span<UInt8>) -> Value? { place(of: name).map { values[$0] } }

  /// Returns the index of a name in ``names``; nil if there is none.
  func place(of name: Span<UInt8>) -> Int? {
    var place = Self.hash(name) & (places.count - 1)
    while places[place] >= 0 {
      let number = Int(places[place])
      if areEqual(names[number].utf8Span.span, name) { return number }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }

  subscript(name: String) -> Value? { self[name.utf8Span.span] }
}
