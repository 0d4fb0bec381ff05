/// The values of the commands that wait, by id. Ids are small and are reused, so a lookup is one array access.
struct RequestTable<Value> {
  private var values: [Value?] = []
  /// The number of commands that have a value.
  private(set) var count = 0

  subscript(id: SessionStateMachine.RequestID) -> Value? { isPlace(id) ? values[Int(id)] : nil }

  /// The ids that are in use, in order, each with its value.
  var entries: [(id: SessionStateMachine.RequestID, value: Value)] {
    values.indices.compactMap { place in values[place].map { (SessionStateMachine.RequestID(place), $0) } }
  }

  /// Inserts the value of an id that has none yet.
  mutating func insert(_ value: Value, for id: SessionStateMachine.RequestID) {
    while values.count <= id { values.append(nil) }
    values[Int(id)] = value
    count += 1
  }

  /// Removes and returns the value of an id; returns nil if it has none.
  mutating func remove(_ id: SessionStateMachine.RequestID) -> Value? {
    guard isPlace(id), let value = values[Int(id)] else { return nil }
    values[Int(id)] = nil
    count -= 1
    return value
  }

  private func isPlace(_ id: SessionStateMachine.RequestID) -> Bool { id >= 0 && id < values.count }
}
