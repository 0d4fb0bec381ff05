public import QEMUCommandLine
public import QEMUDiagnosis
public import QEMUVerification

/// A virtual machine that was started and verified.
public struct VerifiedStart: Sendable {
  /// The virtual machine; it is attached until it is released.
  public let machine: VirtualMachine
  /// The record of the virtual machine.
  public let record: MachineRecord
  /// The comparison with the request.
  public let report: VerificationReport
  /// The state after the verification.
  public let state: MachineState
  /// A Boolean value that indicates whether QEMU was ended because of a drift; its guest did not run.
  public let isDiscarded: Bool
  /// QEMU's messages during its start.
  public let standardError: String
}

extension VirtualMachine {
  /// Starts QEMU paused, verifies it, and then resumes the guest, unless the request has `-S`.
  ///
  /// Until the guest is resumed, an error leaves no process, socket or file behind.
  /// - Parameters:
  ///   - request: the request.
  ///   - action: the action on a drift.
  ///   - policy: the findings that are waived, and whether everything unconfirmed is a failure.
  /// - Returns: the virtual machine with its report.
  /// - Throws: ``LifecycleError``, as ``start(_:)``, ``verify(against:by:deep:within:)`` and ``resume()`` do.
  ///
  /// QEMU: `-S`, QMP: `cont`
  public static func start(
    _ request: LaunchRequest, onDrift action: DriftPolicy,
    by policy: VerificationPolicy = VerificationPolicy()
  ) async throws(LifecycleError) -> VerifiedStart {
    let machine = try await start(request)
    do throws(LifecycleError) {
      return try await machine.verifyAndResume(
        onDrift: action, by: policy, isPaused: request.configuration.has("S"))
    } catch {
      await machine.discard()
      throw error
    }
  }

  private func verifyAndResume(
    onDrift action: DriftPolicy, by policy: VerificationPolicy, isPaused: Bool
  ) async throws(LifecycleError) -> VerifiedStart {
    let report = try await verify(by: policy).report
    let isDiscarded = report.verdict == .drifted && action == .enforce
    let (record, messages) = (record, standardError)
    var state = MachineState.stopped
    if isDiscarded {
      await discard()
    } else {
      state = try await resumedState(isPaused: isPaused)
    }
    return VerifiedStart(
      machine: self, record: record, report: report, state: state, isDiscarded: isDiscarded,
      standardError: messages)
  }

  /// Resumes the guest, unless it is to remain paused.
  /// - Returns: the run state; `stopped` if the guest has already ended its QEMU.
  private func resumedState(isPaused: Bool) async throws(LifecycleError) -> MachineState {
    // QEMU would be ended with this process.
    if isPaused { try await completeStart() }
    do throws(LifecycleError) {
      return .live(isPaused ? try await runState() : try await resumeReadingState())
    } catch {
      guard !isPaused, end != nil else { throw error }
      return .stopped
    }
  }
}
