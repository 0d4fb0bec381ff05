import Glibc
import LinuxSystem
import QAPI
public import QEMUDiagnosis
import QMP

extension VirtualMachine {
  /// Stops the virtual machine, and returns after its process has exited.
  ///
  /// If a step fails or times out, the next one follows. `powerdown` is skipped if the guest is not running.
  /// - Returns: the step that ended it, and the exit of the process.
  /// - Throws: ``LifecycleError``: `cancelled` with the last step that was taken; `stuck` if QEMU does not exit after
  ///   SIGKILL.
  ///
  /// QMP: `system_powerdown`, `quit`
  @discardableResult
  public func stop(_ policy: ShutdownPolicy = ShutdownPolicy()) async throws(LifecycleError) -> StopOutcome {
    if let supervisor { return try await stop(policy, through: supervisor) }
    var remarks: [String] = []
    for (step, timeout) in policy.steps where step == .kill || timeout > .zero {
      if let end = process.end { return await finish(nil, end, remarks) }
      if let remark = await take(step) {
        remarks.append(remark)
        continue
      }
      if let end = await process.waitForEnd(within: timeout) {
        return await finish(step, end, remarks)
      }
      if Task.isCancelled { throw Self.cancelled(name, step) }
      remarks.append("\(step.rawValue): still running after \(timeout)")
    }
    throw LifecycleError(
      .stuck, "\"\(name)\" (pid \(process.pid)) did not exit after SIGKILL", evidence: remarks,
      remedy: "the process is blocked in the kernel: see /proc/\(process.pid)/stack and the host's dmesg")
  }

  /// Takes a step.
  /// - Returns: the reason if the step was skipped or failed; else nil.
  private func take(_ step: ShutdownPolicy.Step) async -> String? {
    switch step {
    case .powerdown:
      let state = try? await session.execute(QueryStatus(), timeout: .seconds(2)).status
      if state != .running {
        return "powerdown: the guest is not running (\(state?.text ?? "QEMU does not answer"))"
      }
      return await send(SystemPowerdown())
    case .quit: return await send(Quit())
    case .terminate: return signal(SIGTERM, "terminate")
    case .kill: return signal(SIGKILL, "kill")
    }
  }

  private func send<Command: QAPICommand>(_ command: Command) async -> String? {
    do throws(QMPError) {
      _ = try await session.execute(command, timeout: .seconds(2))
      return nil
    } catch {
      // QEMU may exit before it has sent its reply.
      return error.code == .connectionLost ? nil : "\(Command.name): \(error.summary)"
    }
  }

  private func signal(_ number: Int32, _ name: String) -> String? {
    do throws(SystemError) {
      try process.send(signal: number)
      return nil
    } catch {
      return "\(name): \(error)"
    }
  }

  func finish(
    _ step: ShutdownPolicy.Step?, _ end: ProcessEnd, _ remarks: [String]
  ) async -> StopOutcome {
    var remarks = remarks
    do throws(LifecycleError) {
      if lock == nil {
        try await Self.note(end, of: record.process, by: step, in: directory)
      } else {
        try recordEnding(by: step, end)
      }
    } catch {
      // The virtual machine is stopped nevertheless.
      remarks.append("the exit could not be recorded: \(error.summary)")
    }
    return StopOutcome(step: step, end: end, remarks: remarks)
  }

  /// Ends a virtual machine whose guest has not run, and removes the record and the files of this run.
  ///
  /// The record of the previous run is restored.
  public func discard() async {
    // This is done even if the caller's task is cancelled.
    _ = await Task { try? await stop(ShutdownPolicy(powerdown: .zero, quit: .seconds(2), terminate: .zero)) }
      .value
    // The lock is still held: after its release another run may use the directory.
    try? directory.rollBack(record.run)
    await release()
  }
}
