import Foundation
import QEMU
import Testing

/// A program restarts a virtual machine with the library.
@Suite struct RestartTests {
  private static let board = ["-machine", "none"]

  private static func configuration(_ more: [String]) throws -> QEMUConfiguration {
    try QEMUConfiguration(arguments: ["-nodefaults", "-display", "none"] + board + more)
  }

  @Test(arguments: QEMUMatrix.any)
  func aRestartReturnsTheVerifiedVirtualMachine(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(launchRequest(qemu, Self.board, state))
      let restarted = try await machine.restart(with: Self.configuration(["-object", "iothread,id=t"]))
      #expect(restarted.report.verdict == .confirmed)
      #expect(restarted.record.requested.contains("iothread,id=t"))
      #expect(await restarted.record.process != machine.record.process)
      await restarted.machine.discard()
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aConfigurationThatDoesNotStartIsRolledBack(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let board = Self.board + ["-object", "iothread,id=t"]
      let machine = try await VirtualMachine.start(launchRequest(qemu, board, state))
      let wanted = try Self.configuration(["-blockdev", "file,node-name=x,filename=/nonexistent/image"])
      let error = await #expect(throws: LifecycleError.self) { try await machine.restart(with: wanted) }
      #expect(error?.evidence.contains { $0.contains("rolled back") } == true)
      let previous = try await VirtualMachine.adopt(machine.name, in: state)
      #expect(await previous.record.requested.contains("iothread,id=t"))
      await previous.discard()
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aRestartWithoutTheBinaryLeavesTheVirtualMachineRunning(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let binary = state.path + "-qemu-system-\(qemu.architecture)"
      try FileManager.default.createSymbolicLink(atPath: binary, withDestinationPath: qemu.path)
      defer { try? FileManager.default.removeItem(atPath: binary) }
      var request = try launchRequest(qemu, Self.board, state)
      request.binary = try QEMUBinary(finding: binary)
      let machine = try await VirtualMachine.start(request)
      let process = await machine.record.process
      try FileManager.default.removeItem(atPath: binary)
      await #expect(throws: LifecycleError.self) { try await machine.restart(with: Self.configuration([])) }
      let same = try await VirtualMachine.adopt(machine.name, in: state)
      #expect(await same.record.process == process)
      await same.discard()
    }
  }
}
