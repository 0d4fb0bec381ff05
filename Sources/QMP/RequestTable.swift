/// What belongs to the commands that wait, by their ids. Ids are small and given again, so a look-up is one step.
struct RequestTable<Value> {
  private var values: [Value?] = []
  /// How many commands have something here.
  private(set) var count = 0

  subscript(id: SessionMachine.RequestID) -> Value? { isPlace(id) ? values[Int(id)] : nil }

  /// Ids in use, in their order, each with what belongs to it.
  var entries: [(id: SessionMachine.RequestID, value: Value)] {
    values.indices.compactMap { place in values[place].map { (SessionMachine.RequestID(place), $0) } }
  }

  /// Takes what belongs to an id that has nothing here yet.
  mutating func insert(_ value: Value, for id: SessionMachine.RequestID) {
    while values.count <= id { values.append(nil) }
    values[Int(id)] = value
    count += 1
  }

  /// Gives back what belongs to an id; nil where nothing does.
  mutating func remove(_ id: SessionMachine.RequestID) -> Value? {
    guard isPlace(id), let value = values[Int(id)] else { return nil }
    values[Int(id)] = nil
    count -= 1
    return value
  }

  private func isPlace(_ id: SessionMachine.RequestID) -> Bool { id >= 0 && id < values.count }
}
