import Glibc
import QEMUVerification
import QMP

/// The code of a function of the running program, which tells where the variables and fields that it reads are.
///
/// Only what compilers for x86_64 make of such functions is known; all else says nothing.
struct MachineCode {
  /// The address in memory.
  let address: UInt64
  let bytes: [UInt8]

  /// As much of a function as is looked at for its first instructions.
  static let beginning = 64
  /// The first instruction of a function that is a valid target of indirect jumps.
  private static let landing: [UInt8] = [0xF3, 0x0F, 0x1E, 0xFA]

  /// Reads exported functions, each as far as it goes or as is looked at.
  /// - Parameter longest: how many bytes of each are looked at.
  static func functions(
    _ wanted: Set<String>, _ symbols: ELFSymbols, _ base: UInt64, _ memory: borrowing Descriptor,
    longest: Int = beginning
  ) -> [String: MachineCode] {
    if wanted.isEmpty { return [:] }
    return symbols.symbols(.function, wanted).compactMapValues { symbol in
      MachineCode(at: base &+ symbol.address, min(symbol.size, longest), memory)
    }
  }

  /// Reads so many bytes; nil where there are not as many.
  init?(at address: UInt64, _ count: Int, _ memory: borrowing Descriptor) {
    guard let place = off_t(exactly: address), let bytes = readBytes(memory.number, place, count) else {
      return nil
    }
    self.init(address: address, bytes: bytes)
  }

  init(address: UInt64, bytes: [UInt8]) { (self.address, self.bytes) = (address, bytes) }

  /// Where its first instruction stands.
  private var start: Int { bytes.starts(with: Self.landing) ? Self.landing.count : 0 }

  /// Returns whether its first instruction begins so.
  func begins(with opcode: [UInt8]) -> Bool { bytes.dropFirst(start).starts(with: opcode) }

  /// The bytes of the variable that the first instruction takes into the register of what is returned.
  func variable(_ memory: borrowing Descriptor) -> HostAnswer? {
    // mov and movzbl.
    for (opcode, size) in [([0x8B, 0x05] as [UInt8], 4), ([0x0F, 0xB6, 0x05], 1)]
    where begins(with: opcode) {
      guard let place = place(at: start + opcode.count).flatMap({ off_t(exactly: $0) }),
        let value = readBytes(memory.number, place, size)
      else { return nil }
      return .text(Hexadecimal.text(value))
    }
    return nil
  }

  /// Returns the address that the first instruction with this opcode refers to, relative to the next instruction.
  func place(behind opcode: [UInt8]) -> UInt64? { index(behind: opcode).flatMap(place) }

  /// The number that the first instruction with this beginning adds to a register.
  func offset(behind opcode: [UInt8]) -> Int? {
    guard let index = index(behind: opcode), let offset = bytes.value(at: index, Int32.self), offset > 0
    else {
      return nil
    }
    return Int(offset)
  }

  /// The same of an instruction that has the number in one byte.
  func shortOffset(behind opcode: [UInt8]) -> Int? {
    guard let index = index(behind: opcode), let offset = bytes.value(at: index, Int8.self), offset > 0
    else { return nil }
    return Int(offset)
  }

  /// The place that the distance at an index refers to.
  func place(at index: Int) -> UInt64? {
    guard let distance = bytes.value(at: index, Int32.self) else { return nil }
    return address &+ UInt64(index + 4) &+ UInt64(bitPattern: Int64(distance))
  }

  private func index(behind opcode: [UInt8]) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: opcode) }.map { $0 + opcode.count }
  }
}
