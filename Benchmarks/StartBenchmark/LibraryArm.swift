import BenchmarkSupport
import QEMU
import QEMUCommandLine
import QEMULifecycle
import QEMUVerification

/// Starts, verifies and stops by means of the library, as `qemuctl start` does.
struct LibraryArm {
  let request: LaunchRequest

  private static let policy = ShutdownPolicy(powerdown: .zero, quit: .seconds(10), terminate: .zero)

  /// One measured run.
  func run() async throws -> Sample {
    let cpu = processorTime()
    return try await withMachine { machine in
      _ = try await machine.verify()
      let cpuVerified = processorTime()
      let begin = ContinuousClock.now
      try await machine.stop(Self.policy)
      let end = ContinuousClock.now - begin
      let timing = await machine.timing
      return Sample(
        spawned: timing.spawned / .nanoseconds(1), ready: timing.ready / .nanoseconds(1),
        verified: (timing.verified ?? .zero) / .nanoseconds(1), end: end / .nanoseconds(1),
        processorTime: cpuVerified - cpu)
    }
  }

  /// One run that is not measured: what QEMU was told, what was asked of it, and the verdict.
  func rehearse() async throws -> (command: [String], plan: EvidencePlan, report: VerificationReport) {
    let verification = try Verification(of: request.configuration)
    return try await withMachine { machine in
      let (report, observation) = try await machine.verify()
      return (
        await machine.record.command, EvidencePlan(verification, observation, await machine.greeting.version),
        report
      )
    }
  }

  /// Starts the virtual machine, and leaves nothing of it.
  private func withMachine<Result>(_ body: (VirtualMachine) async throws -> Result) async throws -> Result {
    let machine = try await VirtualMachine.start(request)
    do {
      let result = try await body(machine)
      await machine.discard()
      return result
    } catch {
      await machine.discard()
      throw error
    }
  }
}
