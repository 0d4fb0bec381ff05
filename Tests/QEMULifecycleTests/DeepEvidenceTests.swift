import CLinux
import QEMUVerification
import Testing

@testable import QEMULifecycle
@testable import QEMUObservation

/// A system call filter says of a call what the kernel would do with it.
@Suite struct SystemCallFilterTests {
  private static let load: UInt16 = 0x20
  private static let isEqual: UInt16 = 0x15
  private static let isAtLeast: UInt16 = 0x35
  private static let end: UInt16 = 0x06
  private static let allow: UInt32 = 0x7FFF_0000
  private static let kill: UInt32 = 0x8000_0000
  private static let fail: UInt32 = 0x0005_0001

  private func filter(_ instructions: [(UInt16, UInt8, UInt8, UInt32)]) -> SystemCallFilter {
    SystemCallFilter(
      instructions.map {
        clinux_filter_instruction(code: $0.0, jump_true: $0.1, jump_false: $0.2, operand: $0.3)
      })
  }

  @Test func callsAreTakenByTheirNumberAndArchitecture() {
    let filter = filter([
      (Self.load, 0, 0, 4), (Self.isEqual, 0, 5, 0xC000_003E), (Self.load, 0, 0, 0),
      (Self.isAtLeast, 3, 0, 0x4000_0000),
      (Self.isEqual, 2, 0, 57), (Self.isEqual, 2, 0, 59), (Self.end, 0, 0, Self.allow),
      (Self.end, 0, 0, Self.kill),
      (Self.end, 0, 0, Self.fail),
    ])
    #expect(filter.allows(1) == true)
    #expect(filter.allows(57) == false)
    #expect(filter.allows(59) == false)
    #expect(filter.allows(0x4000_0001) == false)
  }

  @Test func whatIsNotKnownOrDoesNotEndSaysNothing() {
    #expect(filter([]).allows(1) == nil)
    #expect(filter([(0x87, 0, 0, 0), (Self.end, 0, 0, Self.allow)]).allows(1) == nil)
    #expect(filter([(0x05, 0, 0, .max), (Self.end, 0, 0, Self.allow)]).allows(1) == nil)
    #expect(filter([(Self.isEqual, 200, 200, 1)]).allows(1) == nil)
  }

  @Test func aProcessThatIsNotThereHasNoFilterToShow() {
    guard case .unavailable = SystemCallFilter.describe(.max) else {
      Issue.record("it shows one")
      return
    }
  }
}

/// A line of the kernel's tables of sockets is an address as people write it.
@Suite struct ProcessSocketsTests {
  @Test(arguments: [
    ("0100007F:16A9", "127.0.0.1:5801"), ("00000000:0000", "0.0.0.0:0"),
    ("00000000000000000000000001000000:0035", "[::1]:53"),
    ("B80D01200000000000000000010000FF:FFFF", "[2001:db8::ff00:1]:65535"),
  ])
  func anAddressIsRead(text: String, address: String) {
    #expect(ProcessSockets.address(text[...]) == address)
  }

  @Test(arguments: ["", ":", "0100007F", "0100007F:", "0100007:0001", "0100007F:10000", "zz00007F:0001"])
  func anythingElseIsNone(text: String) { #expect(ProcessSockets.address(text[...]) == nil) }

  @Test func theTableHasAHeadingAndAnInodeInItsTenthColumn() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
      5: 0100007F:170E 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0
      too short
      """
    let rows = ProcessSockets.rows(of: table)
    #expect(rows.map(\.local) == ["127.0.0.1:5902"])
    #expect(rows.map(\.inode) == ["4711"])
  }
}

/// Tests that the first instructions of a function show the variable that it reads, for code of known compilers.
@Suite struct MachineCodeTests {
  private func code(_ bytes: [UInt8]) -> MachineCode { MachineCode(address: 0x1000, bytes: bytes) }

  @Test func aPlaceIsCountedFromTheInstructionBehind() {
    // mov 0x10(%rip),%rax behind a push; the next instruction lies at 0x1008.
    #expect(code([0x53, 0x48, 0x8B, 0x05, 0x10, 0, 0, 0, 0xC3]).place(behind: [0x48, 0x8B, 0x05]) == 0x1018)
    #expect(code([0x48, 0x8B, 0x05, 0xF9, 0xFF, 0xFF, 0xFF]).place(behind: [0x48, 0x8B, 0x05]) == 0x1000)
  }

  @Test func anOffsetIsAPositiveNumber() {
    #expect(code([0x48, 0x8D, 0x87, 0xB8, 0x40, 0, 0, 0xC3]).offset(behind: [0x48, 0x8D, 0x87]) == 0x40B8)
    #expect(code([0x48, 0x8D, 0x87, 0xFF, 0xFF, 0xFF, 0xFF]).offset(behind: [0x48, 0x8D, 0x87]) == nil)
  }

  @Test(arguments: [[], [0x48], [0x48, 0x8B, 0x05], [0x48, 0x8B, 0x05, 1, 2, 3]] as [[UInt8]])
  func codeThatBreaksOffSaysNothing(bytes: [UInt8]) {
    #expect(code(bytes).place(behind: [0x48, 0x8B, 0x05]) == nil)
    #expect(code(bytes).offset(behind: [0x48, 0x8B, 0x05]) == nil)
  }
}
