/// Values grouped by name, in the order in which the names first occur. Names are compared by their bytes, as in QEMU.
struct OrderedGroups<Value> {
  private(set) var groups: [(name: String, values: [Value])] = []
  private var places: [[UInt8]: Int] = [:]

  /// The values of a name.
  subscript(name: String) -> [Value]? { places[Array(name.utf8)].map { groups[$0].values } }

  /// Appends a value to those of a name.
  mutating func add(_ value: Value, to name: String) {
    let key = Array(name.utf8)
    if let place = places[key] {
      groups[place].values.append(value)
    } else {
      places[key] = groups.count
      groups.append((name, [value]))
    }
  }
}
