import LinuxSystem
import QEMUDiagnosis
import QEMUJSON
import QMP

extension SupervisorConnection {
  /// Completes a start: QEMU outlives this process, and the rules apply from now on.
  func commit(_ supervision: Supervision) async throws(LifecycleError) {
    do throws(QMPError) {
      _ = try await call("commit", supervision.json, within: .seconds(10))
    } catch {
      throw LifecycleError(
        error.code == .cancelled ? .cancelled : .commandFailed,
        "the supervisor did not complete the start: \(error.summary)", evidence: error.evidence,
        remedy: error.remedy)
    }
  }

  /// Attaches the supervisor to a running QEMU.
  /// - Returns: the greeting of QEMU's monitor.
  func adopt(
    _ record: MachineRecord, _ supervision: Supervision, pidfd: SharedDescriptor, within timeout: Duration
  ) async throws(QMPError) -> QMPGreeting? {
    var arguments = supervision.json
    arguments["run"] = .string(record.run.id)
    arguments["pid"] = .integer(Int64(record.process.pid))
    return try await call("adopt", arguments, passing: [pidfd], within: timeout)["greeting"]
      .flatMap(QMPGreeting.init)
  }

  /// Stops QEMU, and waits until it has exited.
  /// - Parameters:
  ///   - policy: the steps; nil for those of the virtual machine's rules.
  ///   - reason: the command, for the journal.
  ///   - timeout: the timeout for the answer; nil for one that is longer than all steps together.
  /// - Returns: the outcome; nil if QEMU does not exit after SIGKILL.
  func stop(
    _ policy: ShutdownPolicy?, by reason: String, within timeout: Duration? = nil
  ) async throws(QMPError) -> StopOutcome? {
    var arguments: JSONObject = ["by": .string(reason)]
    arguments["steps"] = policy?.json
    let total = (policy?.steps ?? []).reduce(Duration.seconds(600)) { $0 + $1.timeout }
    let answer = try await call("stop", arguments, within: timeout ?? total)
    if answer["stuck"] != nil { return nil }
    return StopOutcome(
      step: answer["step"]?.stringValue.flatMap(ShutdownPolicy.Step.init(rawValue:)),
      end: answer["end"].map(ProcessEnd.init(ending:)) ?? .unknown,
      remarks: (answer["remarks"]?.arrayValue ?? []).compactMap(\.stringValue))
  }
}
