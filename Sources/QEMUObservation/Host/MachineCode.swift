import Glibc
import LinuxSystem
import QEMUVerification

/// The code of a function of the running program, from which the addresses of variables and fields are read.
///
/// Only the forms that compilers for x86_64 generate for such functions are known; any other code has no result.
struct MachineCode {
  /// The address in memory.
  let address: UInt64
  let bytes: [UInt8]

  /// The number of bytes that are read for the first instructions of a function.
  static let beginning = 64
  /// The first instruction of a function that is a valid target of indirect jumps.
  private static let landing: [UInt8] = [0xF3, 0x0F, 0x1E, 0xFA]

  /// Reads exported functions.
  /// - Parameters:
  ///   - wanted: the names of the functions.
  ///   - symbols: the symbols of the program.
  ///   - base: the base address of the program.
  ///   - memory: the memory of the process.
  ///   - longest: the maximum number of bytes of each function.
  static func functions(
    _ wanted: Set<String>, _ symbols: ELFSymbols, _ base: UInt64, _ memory: borrowing Descriptor,
    longest: Int = beginning
  ) -> [String: MachineCode] {
    if wanted.isEmpty { return [:] }
    return symbols.symbols(.function, wanted).compactMapValues { symbol in
      MachineCode(at: base &+ symbol.address, min(symbol.size, longest), memory)
    }
  }

  /// Reads a number of bytes; nil if they cannot be read.
  init?(at address: UInt64, _ count: Int, _ memory: borrowing Descriptor) {
    guard let place = off_t(exactly: address), let bytes = readBytes(memory.number, place, count) else {
      return nil
    }
    self.init(address: address, bytes: bytes)
  }

  init(address: UInt64, bytes: [UInt8]) { (self.address, self.bytes) = (address, bytes) }

  /// The offset of the first instruction after the landing instruction, if there is one.
  private var start: Int { bytes.starts(with: Self.landing) ? Self.landing.count : 0 }

  /// Returns whether its first instruction begins with an opcode.
  func begins(with opcode: [UInt8]) -> Bool { bytes.dropFirst(start).starts(with: opcode) }

  /// Returns the bytes of the variable that the first instruction loads into the return register.
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

  /// Returns the 32-bit offset in the first instruction with this opcode; nil if it is not positive.
  func offset(behind opcode: [UInt8]) -> Int? {
    guard let index = index(behind: opcode), let offset = bytes.value(at: index, Int32.self), offset > 0
    else {
      return nil
    }
    return Int(offset)
  }

  /// Returns the 8-bit offset in the first instruction with this opcode; nil if it is not positive.
  func shortOffset(behind opcode: [UInt8]) -> Int? {
    guard let index = index(behind: opcode), let offset = bytes.value(at: index, Int8.self), offset > 0
    else { return nil }
    return Int(offset)
  }

  /// Returns the address to which the relative distance at an index refers.
  func place(at index: Int) -> UInt64? {
    guard let distance = bytes.value(at: index, Int32.self) else { return nil }
    return address &+ UInt64(index + 4) &+ UInt64(bitPattern: Int64(distance))
  }

  private func index(behind opcode: [UInt8]) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: opcode) }.map { $0 + opcode.count }
  }
}
