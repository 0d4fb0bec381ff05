import Glibc
import LinuxSystem
public import QEMUDiagnosis
import QMP

// Operations on a recorded virtual machine that need no monitor.

extension VirtualMachine {
  /// Ends a recorded virtual machine with SIGKILL.
  ///
  /// The process is verified to be the recorded one; another process that has its pid gets no signal.
  /// - Returns: the outcome; its step is nil if the virtual machine was not running.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`, `foreign`, `unproven`, `hostUnusable`,
  ///   `cancelled`; `stuck` if the signal cannot be sent, or QEMU does not exit after SIGKILL.
  @discardableResult
  public static func kill(_ name: MachineName, in state: StateDirectory) async throws(LifecycleError)
    -> StopOutcome
  {
    try await end(name, in: state, terminate: .zero)
  }

  /// Ends a recorded virtual machine with SIGTERM, and with SIGKILL after a timeout.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - terminate: the timeout for QEMU to exit after SIGTERM; zero does not send it.
  /// - Returns: the outcome; its step is nil if the virtual machine was not running.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`, `foreign`, `unproven`, `hostUnusable`,
  ///   `cancelled`; `stuck` if a signal cannot be sent, or QEMU does not exit after SIGKILL.
  public static func end(
    _ name: MachineName, in state: StateDirectory, terminate: Duration
  ) async throws(LifecycleError) -> StopOutcome {
    let directory = MachineDirectory(name, in: state)
    let record = try directory.record()
    guard let process = try RecordedProcess.find(record, in: directory) else {
      try await stopRestarting(name, in: state)
      return StopOutcome(step: nil, end: record.ending?.end ?? .unknown, remarks: [])
    }
    let policy = ShutdownPolicy(powerdown: .zero, quit: .zero, terminate: terminate)
    if let outcome = try await end(record, directory, policy) { return outcome }
    let steps: [(ShutdownPolicy.Step, Int32, Duration)] = [
      (.terminate, SIGTERM, terminate), (.kill, SIGKILL, .seconds(10)),
    ]
    for (step, number, timeout) in steps where timeout > .zero {
      try send(number, to: process, name)
      if let end = await process.waitForEnd(within: timeout) {
        let remarks = await remarks(on: end, by: step, of: record, in: directory)
        return StopOutcome(step: step, end: end, remarks: remarks)
      }
      if Task.isCancelled { throw cancelled(name, step) }
    }
    throw LifecycleError(
      .stuck, "\"\(name)\" (pid \(process.pid)) did not exit after SIGKILL",
      remedy: "the process is blocked in the kernel: see /proc/\(process.pid)/stack and the host's dmesg")
  }

  /// Ends a virtual machine through its supervisor, so that it does not start QEMU again.
  /// - Returns: nil if it has none, or one that does not answer. A file then records the request: the supervisor reads it
  ///   when QEMU has exited.
  private static func end(
    _ record: MachineRecord, _ directory: MachineDirectory, _ policy: ShutdownPolicy
  ) async throws(LifecycleError) -> StopOutcome? {
    if record.supervision == nil { return nil }
    do throws(LifecycleError) {
      guard let supervisor = try await SupervisorConnection.connect(to: directory, within: .seconds(2)) else {
        try directory.writeStopRequest(of: record.run)
        return nil
      }
      guard let outcome = try? await supervisor.stop(policy, by: "kill", within: .seconds(20)) else {
        await supervisor.session.close()
        throw LifecycleError(.timedOut, "the supervisor does not answer", remedy: "repeat the command")
      }
      await supervisor.closeAwaitingEnd()
      let remarks =
        outcome.remarks
        + (await remarks(on: outcome.end, by: outcome.step ?? .kill, of: record, in: directory))
      return StopOutcome(step: outcome.step ?? .kill, end: outcome.end, remarks: remarks)
    } catch {
      if error.code == .cancelled || error.code == .hostUnusable { throw error }
      try directory.writeStopRequest(of: record.run)
      return nil
    }
  }

  /// Records the end of a run, unless another command holds the lock for long: that command records it.
  ///
  /// Nothing is written without the lock: a start of the same name may be writing its own record.
  static func note(
    _ end: ProcessEnd, of process: ProcessIdentity, by step: ShutdownPolicy.Step?,
    in directory: MachineDirectory
  ) async throws(LifecycleError) {
    let lock: SharedDescriptor
    do throws(LifecycleError) {
      lock = try await directory.lock(within: .seconds(10))
    } catch {
      // Another command removed the record, or holds the lock and records the end.
      if [.busy, .noSuchMachine].contains(error.code) { return }
      throw error
    }
    defer { withExtendedLifetime(lock) {} }
    guard try directory.recordIfAny() != nil else { return }
    _ = try directory.recordEnding(of: process, by: step, end: end)
  }

  /// Records the end of a run.
  /// - Returns: the reason if that failed, which does not make the stop fail.
  private static func remarks(
    on end: ProcessEnd, by step: ShutdownPolicy.Step, of record: MachineRecord, in directory: MachineDirectory
  ) async -> [String] {
    do throws(LifecycleError) {
      try await note(end, of: record.process, by: step, in: directory)
      return []
    } catch {
      return ["the exit could not be recorded: \(error.summary)"]
    }
  }

  /// Returns the error for a stop that was cancelled: QEMU may still exit afterwards.
  static func cancelled(_ name: MachineName, _ step: ShutdownPolicy.Step) -> LifecycleError {
    LifecycleError(
      .cancelled, "the stop of \"\(name)\" was cancelled after \(step.rawValue); QEMU may still be exiting",
      remedy: "repeat the stop, or run qemuctl kill \(name)")
  }

  private static func send(_ number: Int32, to process: ChildProcess, _ name: MachineName)
    throws(LifecycleError)
  {
    do throws(SystemError) {
      try process.send(signal: number)
    } catch {
      throw LifecycleError(
        .stuck, "\"\(name)\" cannot be ended: \(error)", remedy: "run the command as the user who started it")
    }
  }

  /// Removes the record and the logs of a virtual machine that is not running.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `busy`, `foreign`, `unproven`, `stateUnusable`, `hostUnusable`,
  ///   `cancelled`; `alreadyRunning` if it is running.
  public static func remove(_ name: MachineName, in state: StateDirectory) async throws(LifecycleError) {
    let directory = MachineDirectory(name, in: state)
    let lock = try await directory.lock(within: .seconds(10))
    defer { withExtendedLifetime(lock) {} }
    // Another command may have started a new run while this one waited.
    if try !isRunning(directory) { try await endIdleSupervisor(directory) }
    if try isRunning(directory) {
      throw LifecycleError(
        .alreadyRunning, "\"\(name)\" is running; it was not removed",
        remedy: "stop it first (qemuctl stop \(name))")
    }
    directory.remove()
  }

  /// Returns whether the virtual machine is running: by its record, or by the files in use if the record cannot be
  /// read.
  private static func isRunning(_ directory: MachineDirectory) throws(LifecycleError) -> Bool {
    let record: MachineRecord
    do throws(LifecycleError) {
      record = try directory.record()
    } catch {
      // A start that was killed before it recorded its run leaves files, but no QEMU.
      if error.code == .noSuchMachine { directory.remove() }
      guard error.code == .stateUnusable, try directory.isRecordDamaged() else { throw error }
      return try !directory.liveRuns().isEmpty
    }
    return try RecordedProcess.find(record, in: directory) != nil
  }

  /// Returns the text that QEMU wrote to its standard error and its standard output.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`.
  public static func logs(
    of name: MachineName, in state: StateDirectory
  ) throws(LifecycleError) -> (standardError: String, console: String) {
    let directory = MachineDirectory(name, in: state)
    let run = try directory.record().run
    return (directory.text(of: run.standardError), directory.text(of: run.console))
  }

  /// Returns the bytes that QEMU wrote to its standard error and its standard output, which need not be UTF-8.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`.
  public static func logBytes(
    of name: MachineName, in state: StateDirectory
  ) throws(LifecycleError) -> (standardError: [UInt8], console: [UInt8]) {
    let directory = MachineDirectory(name, in: state)
    let run = try directory.record().run
    return (directory.bytes(of: run.standardError), directory.bytes(of: run.console))
  }
}
