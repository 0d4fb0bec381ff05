import Glibc
import QMP

// What can be done with a recorded virtual machine whether or not its monitor answers.

extension VirtualMachine {
  /// Ends a recorded virtual machine at once.
  ///
  /// The process is proved to be the recorded one; another that has its pid is never touched.
  /// - Returns: how it ended; step nil where it did not run.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `foreign`, `unproven`; `stuck` where SIGKILL has no effect.
  @discardableResult
  public static func kill(_ name: MachineName, in state: StateDirectory) async throws(LifecycleError)
    -> StopOutcome
  {
    try await end(name, in: state, terminate: .zero)
  }

  /// Ends a recorded virtual machine by signals: SIGTERM, and SIGKILL when that does not do.
  /// - Parameter terminate: how long it may take to obey SIGTERM; zero does not send it.
  /// - Returns: how it ended; step nil where it did not run.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `foreign`, `unproven`; `stuck` where SIGKILL has no effect.
  public static func end(
    _ name: MachineName, in state: StateDirectory, terminate: Duration
  ) async throws(LifecycleError) -> StopOutcome {
    let folder = MachineFolder(name, in: state)
    let record = try folder.record()
    guard let process = try RecordedProcess.find(record, in: folder) else {
      return StopOutcome(step: nil, end: record.ending?.end ?? .unknown, remarks: [])
    }
    let steps: [(StopTimetable.Step, Int32, Duration)] = [
      (.terminate, SIGTERM, terminate), (.kill, SIGKILL, .seconds(10)),
    ]
    for (step, number, patience) in steps where patience > .zero {
      try send(number, to: process, name)
      if let end = await process.waitForEnd(within: patience) {
        let remarks = await remarks(on: end, by: step, of: record, in: folder)
        return StopOutcome(step: step, end: end, remarks: remarks)
      }
      if Task.isCancelled { throw cancelled(name, step) }
    }
    throw LifecycleError(
      .stuck, "\"\(name)\" (pid \(process.pid)) does not end by SIGKILL",
      remedy: "its process hangs in the kernel: see /proc/\(process.pid)/stack and the host's dmesg")
  }

  /// Writes down how a run ended, unless another command keeps the record for long: that one writes it down itself.
  ///
  /// Nothing is written without the lock: a start of the same name may be writing its own record.
  static func note(
    _ end: ProcessEnd, of process: ProcessIdentity, reason: String?, in folder: MachineFolder
  ) async throws(LifecycleError) {
    let lock: SharedDescriptor
    do throws(LifecycleError) {
      lock = try await folder.lock(within: .seconds(10))
    } catch {
      // A record that is gone, or that another command holds, is that command's.
      if [.busy, .noSuchMachine].contains(error.code) { return }
      throw error
    }
    defer { withExtendedLifetime(lock) {} }
    guard try folder.recordIfAny() != nil else { return }
    _ = try folder.noteEnding(of: process, reason: reason, end: end)
  }

  /// Writes down how a run ended.
  /// - Returns: what went wrong: it has ended all the same.
  private static func remarks(
    on end: ProcessEnd, by step: StopTimetable.Step, of record: MachineRecord, in folder: MachineFolder
  ) async -> [String] {
    do throws(LifecycleError) {
      try await note(end, of: record.process, reason: step.reason, in: folder)
      return []
    } catch {
      return ["the end could not be written down: \(error.summary)"]
    }
  }

  /// A wait that ends early says nothing of the process.
  static func cancelled(_ name: MachineName, _ step: StopTimetable.Step) -> LifecycleError {
    LifecycleError(
      .cancelled, "the stop of \"\(name)\" was cancelled after \(step.rawValue); it may still be ending",
      remedy: "repeat the stop, or end it with qemuctl kill \(name)")
  }

  private static func send(_ number: Int32, to process: QEMUProcess, _ name: MachineName)
    throws(LifecycleError)
  {
    do throws(SystemError) {
      try process.send(signal: number)
    } catch {
      throw LifecycleError(
        .stuck, "\"\(name)\" cannot be ended: \(error)", remedy: "run the command as the user who started it")
    }
  }

  /// Removes what is recorded of a virtual machine that does not run.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `busy`, `foreign`, `unproven`; `alreadyRunning` where it runs.
  public static func remove(_ name: MachineName, in state: StateDirectory) async throws(LifecycleError) {
    let folder = MachineFolder(name, in: state)
    let lock = try await folder.lock(within: .seconds(10))
    defer { withExtendedLifetime(lock) {} }
    // Another command may have started a new run while this one waited.
    if try isRunning(folder) {
      throw LifecycleError(
        .alreadyRunning, "\"\(name)\" runs; it was not removed",
        remedy: "stop it first (qemuctl stop \(name))")
    }
    folder.remove()
  }

  /// Returns whether the virtual machine runs. Of a record that cannot be read the files tell that are in use.
  private static func isRunning(_ folder: MachineFolder) throws(LifecycleError) -> Bool {
    let record: MachineRecord
    do throws(LifecycleError) {
      record = try folder.record()
    } catch {
      // A start that was killed before it recorded its run leaves files, and nothing that runs.
      if error.code == .noSuchMachine { folder.remove() }
      guard error.code == .stateUnusable, try folder.isRecordDamaged() else { throw error }
      return try !folder.liveRuns().isEmpty
    }
    return try RecordedProcess.find(record, in: folder) != nil
  }

  /// What QEMU wrote to its standard error and its standard output.
  /// - Throws: ``LifecycleError`` `noSuchMachine`.
  public static func logs(
    of name: MachineName, in state: StateDirectory
  ) throws(LifecycleError) -> (standardError: String, console: String) {
    let folder = MachineFolder(name, in: state)
    let run = try folder.record().run
    return (folder.text(of: run.standardError), folder.text(of: run.console))
  }

  /// The bytes that QEMU wrote to its standard error and its standard output, which need not be UTF-8.
  /// - Throws: ``LifecycleError`` `noSuchMachine`.
  public static func logBytes(
    of name: MachineName, in state: StateDirectory
  ) throws(LifecycleError) -> (standardError: [UInt8], console: [UInt8]) {
    let folder = MachineFolder(name, in: state)
    let run = try folder.record().run
    return (folder.bytes(of: run.standardError), folder.bytes(of: run.console))
  }
}
