import LinuxSystem
import QEMUVerification

/// The ACPI tables that QEMU made for its guest, which are adjacent in a separate block of QEMU's memory.
enum FirmwareMemory {
  /// The size of areas that are searched. The block has 2 MiB, and may be adjacent to others; a larger area is guest
  /// memory.
  private static let sizes: ClosedRange<UInt64> = 1 << 16...16 << 20
  private static let longestTable = 1 << 20
  /// The OEM id of QEMU, which follows the signature, length, revision and checksum in each table.
  private static let maker = Array("BOCHS ".utf8)

  static func read(
    _ wanted: [GlobalVariable], _ maps: String, _ memory: borrowing Descriptor
  ) -> [GlobalVariable: HostAnswer] {
    if wanted.isEmpty { return [:] }
    for area in areas(maps) {
      guard let bytes = readBytes(memory.number, area.start, area.count) else { continue }
      let tables = tables(in: bytes)
      // Every machine with ACPI tables has this one.
      guard tables["FACP"] != nil else { continue }
      return Dictionary(
        uniqueKeysWithValues: wanted.map { variable in
          let answer = tables[variable.symbol].map { HostAnswer.text(Hexadecimal.text($0)) }
          return (variable, answer ?? .unavailable("this machine has no ACPI table \(variable.symbol)"))
        })
    }
    return ProcessMemory.all(wanted, .unavailable("no ACPI tables were found in QEMU's memory"))
  }

  /// Returns the anonymous areas, those with the size of the block first.
  private static func areas(_ maps: String) -> [(start: Int, count: Int)] {
    let areas = maps.split(separator: "\n").compactMap { line -> (start: Int, count: Int)? in
      let fields = line.split(separator: " ")
      let bounds = fields.first?.split(separator: "-").compactMap { UInt64($0, radix: 16) } ?? []
      guard fields.count == 5, fields[1].hasPrefix("rw-"), bounds.count == 2, bounds[1] > bounds[0],
        sizes.contains(bounds[1] - bounds[0]), let start = Int(exactly: bounds[0])
      else { return nil }
      return (start, Int(bounds[1] - bounds[0]))
    }
    return areas.filter { $0.count == 2 << 20 } + areas.filter { $0.count != 2 << 20 }
  }

  /// Returns the tables by their signature; of several with one signature, the first.
  static func tables(in bytes: [UInt8]) -> [String: [UInt8]] {
    var tables: [String: [UInt8]] = [:]
    bytes.withUnsafeBufferPointer { all in
      var place = 10
      while place + maker.count <= all.count {
        guard all[place] == maker[0], all[place..<place + maker.count].elementsEqual(maker) else {
          place += 1
          continue
        }
        let start = place - 10
        let length = (0..<4).reversed().reduce(0) { $0 << 8 | Int(all[start + 4 + $1]) }
        let signature = String(decoding: all[start..<start + 4], as: UTF8.self)
        if 36...longestTable ~= length, start + length <= all.count, tables[signature] == nil {
          tables[signature] = Array(all[start..<start + length])
        }
        place += maker.count
      }
    }
    return tables
  }
}
