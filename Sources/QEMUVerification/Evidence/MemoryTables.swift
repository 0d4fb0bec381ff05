/// An ACPI table of the guest's memory, in the format of ACPI 6.3. It is not trusted: a read outside of the table
/// returns nil.
struct AffinityTable {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func number(at place: Int, _ count: Int) -> UInt64? {
    guard place >= 0, count <= 8, place <= bytes.count - count else { return nil }
    return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  var count: Int { bytes.count }
}

/// The distances between nodes. ACPI: `SLIT`
struct DistanceTable {
  static let variable = GlobalVariable("SLIT", .acpiTable)
  private let table: AffinityTable

  init(_ bytes: [UInt8]) { table = AffinityTable(bytes) }

  /// Returns the distance from one node to another; nil if there are no such nodes.
  func distance(from source: UInt64, to target: UInt64) -> UInt64? {
    guard let nodes = table.number(at: 36, 8), source < nodes, target < nodes, nodes <= 256 else {
      return nil
    }
    return table.number(at: 44 + Int(source * nodes + target), 1)
  }
}

/// The latencies, bandwidths and caches of the nodes' memory. ACPI: `HMAT`
struct HeterogeneousMemoryTable {
  static let variable = GlobalVariable("HMAT", .acpiTable)

  /// The latencies or bandwidths of one kind of access.
  struct Locality {
    let hierarchy: UInt64
    let dataType: UInt64
    /// The values in nanoseconds, or MiB per second, by initiator and target.
    let values: [[UInt64]: UInt64]
  }

  /// A memory-side cache of a node.
  struct Cache {
    let node: UInt64
    let size: UInt64
    let level: UInt64
    let associativity: UInt64
    let policy: UInt64
    let line: UInt64
  }

  private(set) var initiators: [UInt64: UInt64] = [:]
  private(set) var localities: [Locality] = []
  private(set) var caches: [Cache] = []

  init(_ bytes: [UInt8]) {
    let table = AffinityTable(bytes)
    var place = 40
    while let kind = table.number(at: place, 2), let length = table.number(at: place + 4, 4), length >= 8,
      length <= UInt64(table.count - place)
    {
      switch kind {
      case 0: take(initiatorAt: place, table)
      case 1: take(localityAt: place, table)
      case 2: take(cacheAt: place, table)
      default: break
      }
      place += Int(length)
    }
  }

  private mutating func take(initiatorAt place: Int, _ table: AffinityTable) {
    guard let flags = table.number(at: place + 8, 2), flags & 1 == 1,
      let initiator = table.number(at: place + 12, 4), let node = table.number(at: place + 16, 4)
    else { return }
    initiators[node] = initiator
  }

  private mutating func take(localityAt place: Int, _ table: AffinityTable) {
    guard let hierarchy = table.number(at: place + 8, 1), let dataType = table.number(at: place + 9, 1),
      let sources = table.number(at: place + 12, 4), let targets = table.number(at: place + 16, 4),
      let base = table.number(at: place + 24, 8), sources <= 256, targets <= 256
    else { return }
    let (sourceCount, targetCount) = (Int(sources), Int(targets))
    let entries = place + 32 + 4 * (sourceCount + targetCount)
    var values: [[UInt64]: UInt64] = [:]
    for row in 0..<sourceCount {
      for column in 0..<targetCount {
        guard let source = table.number(at: place + 32 + 4 * row, 4),
          let target = table.number(at: place + 32 + 4 * (sourceCount + column), 4),
          let entry = table.number(at: entries + 2 * (row * targetCount + column), 2), entry > 0
        else { continue }
        // Latencies are in picoseconds.
        let (value, isTooMuch) = base.multipliedReportingOverflow(by: entry)
        if !isTooMuch { values[[source, target]] = dataType < 3 ? value / 1000 : value }
      }
    }
    localities.append(Locality(hierarchy: hierarchy & 15, dataType: dataType, values: values))
  }

  private mutating func take(cacheAt place: Int, _ table: AffinityTable) {
    guard let node = table.number(at: place + 8, 4), let size = table.number(at: place + 16, 8),
      let attributes = table.number(at: place + 24, 4)
    else { return }
    caches.append(
      Cache(
        node: node, size: size, level: attributes >> 4 & 15, associativity: attributes >> 8 & 15,
        policy: attributes >> 12 & 15, line: attributes >> 16))
  }
}
