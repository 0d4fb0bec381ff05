import ChaosRun
import Foundation
import QEMU
import Testing

/// Commands that meet each other, and that are killed anywhere, never cost a record or start a second QEMU.
@Suite struct ChaosTests {
  @Test(arguments: QEMUMatrix.any) func nothingIsLostWhateverIsKilled(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try FileManager.default.createDirectory(
        atPath: command.state.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let program = CommandUnderTest.program
      let faults = program.deletingLastPathComponent().appending(path: "libFaultInjection.so")
      try #require(FileManager.default.fileExists(atPath: faults.path(percentEncoded: false)))
      let run = ChaosRun(
        program: program.path(percentEncoded: false), qemu: qemu.path,
        faults: faults.path(percentEncoded: false), state: command.state.path)
      let outcome = try await run.run(steps: 100, seed: 1)
      #expect(outcome.violations == [])
      #expect(outcome.steps >= 100 && outcome.killed > 5 && outcome.machines > 5, "\(outcome)")
      try? FileManager.default.removeItem(atPath: "\(command.state.path)/decoy")
    }
  }
}
