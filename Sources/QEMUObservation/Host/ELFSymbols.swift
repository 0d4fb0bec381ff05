import CLinux
package import Glibc
import LinuxSystem

/// The dynamic symbols of a program's file.
struct ELFSymbols {
  struct Symbol {
    /// Its address in the file.
    let address: UInt64
    let size: Int
  }

  /// The type of a symbol.
  package enum Kind: UInt8 {
    case variable = 1
    case function = 2
  }

  /// A Boolean value that indicates whether addresses are relative to the base address of the program.
  let isRelocated: Bool
  private let symbols: [UInt8]
  private let names: [UInt8]

  private static let headerSize = 64
  private static let sectionSize = 64
  private static let symbolSize = 24
  private static let dynamicSymbols: UInt32 = 11
  /// The maximum size of a table, in bytes; no QEMU has a larger one.
  private static let largest = 1 << 26

  /// Reads the symbol table of a file; nil if it has none, or is not a program for this type of host.
  init?(_ file: borrowing Descriptor) {
    guard let header = Self.read(file, 0, Self.headerSize),
      header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]),
      let type = header.value(at: 16, UInt16.self), let place = header.value(at: 40, UInt64.self),
      let count = header.value(at: 60, UInt16.self),
      let sections = Self.read(file, place, Int(count) * Self.sectionSize)
    else { return nil }
    func section(_ index: Int) -> [UInt8]? {
      guard let offset = sections.value(at: index * Self.sectionSize + 24, UInt64.self),
        let size = sections.value(at: index * Self.sectionSize + 32, UInt64.self),
        size <= UInt64(Self.largest)
      else { return nil }
      return Self.read(file, offset, Int(size))
    }
    let index = (0..<Int(count)).first {
      sections.value(at: $0 * Self.sectionSize + 4, UInt32.self) == Self.dynamicSymbols
    }
    guard let index, let link = sections.value(at: index * Self.sectionSize + 40, UInt32.self),
      let symbols = section(index), let names = section(Int(link))
    else { return nil }
    isRelocated = type == 3
    (self.symbols, self.names) = (symbols, names)
  }

  /// Returns the variables or functions with the wanted names, if they exist.
  func symbols(_ kind: Kind, _ wanted: Set<String>) -> [String: Symbol] {
    var found: [String: Symbol] = [:]
    let wantedBytes = Dictionary(wanted.map { (Array($0.utf8), $0) }) { first, _ in first }
    for place in stride(from: 0, to: symbols.count - Self.symbolSize + 1, by: Self.symbolSize) {
      guard symbols[place + 4] & 15 == kind.rawValue, let name = symbols.value(at: place, UInt32.self),
        let address = symbols.value(at: place + 8, UInt64.self), address != 0,
        let size = symbols.value(at: place + 16, UInt64.self), 1...4096 ~= size,
        let wanted = wantedBytes[nameBytes(from: Int(name))]
      else { continue }
      found[wanted] = Symbol(address: address, size: Int(size))
    }
    return found
  }

  private func nameBytes(from place: Int) -> [UInt8] {
    guard place < names.count else { return [] }
    return Array(names[place...].prefix { $0 != 0 })
  }

  private static func read(_ file: borrowing Descriptor, _ offset: UInt64, _ count: Int) -> [UInt8]? {
    guard count <= largest, let offset = off_t(exactly: offset) else { return nil }
    return readBytes(file.number, offset, count)
  }
}

/// Reads a number of bytes of a file or of a process's memory; nil if there are fewer.
package func readBytes(_ file: Int32, _ offset: off_t, _ count: Int) -> [UInt8]? {
  var done = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
    while done < count, let start = buffer.baseAddress {
      let length = pread(file, start + done, count - done, offset + off_t(done))
      if length < 0, errno == EINTR { continue }
      if length <= 0 { break }
      done += length
    }
    initialised = done
  }
  return bytes.count == count ? bytes : nil
}

extension [UInt8] {
  /// Returns the number at a position, in the byte order of the host; nil beyond the end.
  func value<Number: FixedWidthInteger>(at place: Int, _ type: Number.Type) -> Number? {
    guard place >= 0, place + MemoryLayout<Number>.size <= count else { return nil }
    return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: type) }
  }
}
