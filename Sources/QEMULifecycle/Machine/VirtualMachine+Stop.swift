import Glibc
import QEMUJSON
import QMP

extension VirtualMachine {
  /// Stops the virtual machine, and returns when its process is gone.
  ///
  /// A guest that does not run cannot power off, so it is not asked. Each step that fails or takes too long leads to the next.
  /// - Returns: which step ended it, and how.
  /// - Throws: ``LifecycleError`` `cancelled` with the step that was reached; `stuck` where even SIGKILL has no effect.
  ///
  /// QMP: `system_powerdown`, `quit`
  @discardableResult
  public func stop(_ timetable: StopTimetable = StopTimetable()) async throws(LifecycleError) -> StopOutcome {
    var remarks: [String] = []
    for (step, patience) in timetable.steps where step == .kill || patience > .zero {
      if let end = process.end { return finish(nil, end, remarks) }
      if let remark = await take(step) {
        remarks.append(remark)
        continue
      }
      if let end = await process.waitForEnd(within: patience) { return finish(step, end, remarks) }
      if Task.isCancelled { throw Self.cancelled(name, step) }
      remarks.append("\(step.rawValue): still there after \(patience)")
    }
    throw LifecycleError(
      .stuck, "\"\(name)\" (pid \(process.pid)) does not end, not even by SIGKILL", evidence: remarks,
      remedy: "its process hangs in the kernel: see /proc/\(process.pid)/stack and the host's dmesg")
  }

  /// Takes a step; a text says why it was not taken.
  private func take(_ step: StopTimetable.Step) async -> String? {
    switch step {
    case .powerdown:
      let state = try? await session.execute("query-status", deadline: .seconds(2))["status"]?.stringValue
      if state != "running" {
        return "powerdown: the guest does not run (\(state ?? "QEMU does not answer"))"
      }
      return await send("system_powerdown")
    case .quit: return await send("quit")
    case .terminate: return signal(SIGTERM, "terminate")
    case .kill: return signal(SIGKILL, "kill")
    }
  }

  private func send(_ command: String) async -> String? {
    do throws(QMPError) {
      _ = try await session.execute(command, deadline: .seconds(2))
      return nil
    } catch {
      // QEMU may be gone before its reply is: that is what was wanted.
      return error.code == .connectionLost ? nil : "\(command): \(error.summary)"
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

  private func finish(
    _ step: StopTimetable.Step?, _ end: ProcessEnd, _ remarks: [String]
  ) -> StopOutcome {
    var remarks = remarks
    do throws(LifecycleError) {
      try noteEnding(step?.reason, end)
    } catch {
      // It is stopped all the same.
      remarks.append("the end could not be written down: \(error.summary)")
    }
    return StopOutcome(step: step, end: end, remarks: remarks)
  }

  /// Ends the virtual machine at once and removes what is recorded of this run: it was never let run.
  ///
  /// What was recorded of the run before it under this name stands again.
  public func discard() async {
    // Also when the caller's task is cancelled: nothing may be left.
    _ = await Task { try? await stop(StopTimetable(powerdown: .zero, quit: .seconds(2), terminate: .zero)) }
      .value
    // Under the lock: once it is given back, the directory may be another run's.
    try? folder.rollBack(record.run)
    await release()
  }
}
