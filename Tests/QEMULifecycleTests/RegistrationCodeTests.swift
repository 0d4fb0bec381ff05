import Testing

@testable import QEMULifecycle
@testable import QEMUObservation

/// Tests of reading a registration and a getter from the code that compilers generate.
@Suite struct RegistrationCodeTests {
  private static let add: UInt64 = 0x2000
  private static let cast: UInt64 = 0x3000

  /// An instruction with the distance from its end to a place.
  private func instruction(_ code: [UInt8], to place: UInt64, at address: UInt64) -> [UInt8] {
    let distance = UInt32(truncatingIfNeeded: place &- (address &+ UInt64(code.count) &+ 4))
    return code + withUnsafeBytes(of: distance) { Array($0) }
  }

  private func code(_ parts: [(code: [UInt8], place: UInt64?)]) -> MachineCode {
    var bytes: [UInt8] = []
    for part in parts {
      let address = 0x1000 + UInt64(bytes.count)
      bytes += part.place.map { instruction(part.code, to: $0, at: address) } ?? part.code
    }
    return MachineCode(address: 0x1000, bytes: bytes)
  }

  @Test func theAddressesOfACallAreFollowedThroughRegisters() {
    let calls = code([
      // lea name(%rip),%r12; push; lea getter(%rip),%rcx; mov %r12,%rsi; call; mov %r12,%rsi; call; jmp.
      ([0x4C, 0x8D, 0x25], 0x5000), ([0x55], nil), ([0x48, 0x8D, 0x0D], 0x6000), ([0x4C, 0x89, 0xE6], nil),
      ([0xE8], Self.add), ([0x4C, 0x89, 0xE6], nil), ([0xE8], Self.add), ([0xE8], 0x7777),
      ([0xE9], Self.cast),
    ]).calls(to: [Self.add, Self.cast])
    #expect(calls.map(\.target) == [Self.add, Self.add, Self.cast])
    #expect(calls.map { $0.arguments[1] } == [0x5000, 0x5000, nil])
    #expect(calls.map { $0.arguments[3] } == [0x6000, nil, nil], "a call leaves nothing in its arguments")
  }

  static let loads: [(code: [UInt8], offset: Int?, size: Int)] = [
    ([0x8B, 0x80, 0x70, 0x02, 0, 0], 0x270, 4), ([0x0F, 0xB7, 0x80, 0x88, 0x02, 0, 0], 0x288, 2),
    ([0x48, 0x63, 0x40, 0x6C], 0x6C, 4), ([0x48, 0x8B, 0xB8, 0x90, 0x02, 0, 0], 0x290, 8),
    ([0x48, 0x8D, 0x54, 0x24, 0x04, 0x8B, 0x40, 0x64], 0x64, 4), ([0x0F, 0xB6, 0x40, 0x31], 0x31, 1),
    ([0x8B, 0x40, 0x80], nil, 0), ([0x8B, 0x44, 0x24, 0x04], nil, 0), ([0xC3], nil, 0),
    ([0x8B, 0x80], nil, 0),
  ]

  @Test(arguments: loads)
  func theFieldThatAGetterReadsIsFound(_ row: (code: [UInt8], offset: Int?, size: Int)) {
    let getter = code([([0x48, 0x83, 0xEC, 0x08], nil), ([0xE8], Self.cast), (row.code, nil)])
    let field = getter.field(behind: Self.cast)
    #expect(field?.offset == row.offset)
    #expect(field?.size ?? 0 == row.size)
    #expect(getter.field(behind: Self.add) == nil)
  }

  @Test func codeThatEndsAnywhereSaysNothing() {
    let whole = code([
      ([0x4C, 0x8D, 0x25], 0x5000), ([0x4C, 0x89, 0xE6], nil), ([0xE8], Self.cast),
      ([0x8B, 0x80, 1, 0, 0, 0], nil),
    ])
    for count in whole.bytes.indices {
      let part = MachineCode(address: 0x1000, bytes: Array(whole.bytes.prefix(count)))
      #expect(part.field(behind: Self.cast) == nil)
      #expect(part.calls(to: [Self.cast]).count == (count >= 15 ? 1 : 0))
    }
  }
}
