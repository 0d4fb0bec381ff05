import Testing

@testable import QEMULifecycle

/// Tests of the steps of stopping a virtual machine: their order and their timeouts.
@Suite struct ShutdownPolicyTests {
  static let tables: [(policy: ShutdownPolicy, seconds: [Int64])] = [
    (ShutdownPolicy(), [30, 5, 5, 10]), (.immediate, [0, 0, 0, 10]),
    (ShutdownPolicy(powerdown: .seconds(1), quit: .seconds(2), terminate: .seconds(3)), [1, 2, 3, 10]),
    (ShutdownPolicy(powerdown: .zero), [0, 5, 5, 10]), (ShutdownPolicy(quit: .zero), [30, 0, 5, 10]),
    (ShutdownPolicy(terminate: .seconds(60)), [30, 5, 60, 10]),
  ]

  @Test(arguments: tables)
  func theGentleStepsComeFirstEachWithItsTimeout(_ row: (policy: ShutdownPolicy, seconds: [Int64])) {
    #expect(row.policy.steps.map(\.step) == [.powerdown, .quit, .terminate, .kill])
    #expect(row.policy.steps.map(\.timeout) == row.seconds.map { Duration.seconds($0) })
  }

  /// Else a machine that nothing ends would be given up without SIGKILL.
  @Test(arguments: tables)
  func theLastStepIsAlwaysTaken(_ row: (policy: ShutdownPolicy, seconds: [Int64])) throws {
    #expect(try #require(row.policy.steps.last).timeout > .zero)
  }

  static let reasons: [(ShutdownPolicy.Step, String)] = [
    (.powerdown, "stopped by powerdown"), (.quit, "stopped by quit"), (.terminate, "stopped by terminate"),
    (.kill, "stopped by kill"),
  ]

  @Test(arguments: reasons)
  func aStepIsWrittenDownByItsName(step: ShutdownPolicy.Step, reason: String) {
    #expect(MachineRecord.Ending.Cause.stop(step).description == reason)
  }
}
