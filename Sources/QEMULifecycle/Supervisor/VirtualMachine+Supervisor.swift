import LinuxSystem
public import QEMUDiagnosis
import QMP

/// The access of a command to a virtual machine.
public enum MachineAccess: Sendable, Hashable {
  /// Other commands may work on it at the same time, if it has a supervisor.
  case shared
  /// Other commands that change it wait.
  case exclusive
}

extension VirtualMachine {
  /// The process id of its supervisor; nil if it has none.
  public nonisolated var supervisorPID: Int32? { supervisor?.pid }

  /// The status of its supervisor when it was attached; nil if it has none.
  nonisolated var supervisorStatus: SupervisorStatus? { supervisor?.status }

  /// Attaches to a virtual machine through its supervisor, without its lock.
  /// - Returns: nil if it has no supervisor that is running, or is being started.
  static func shared(
    _ directory: MachineDirectory, _ known: ChildProcess?, until end: ContinuousClock.Instant
  ) async throws(LifecycleError) -> VirtualMachine? {
    let record = try directory.record()
    if record.supervision == nil || record.isStarting { return nil }
    let found =
      known?.identity == record.process && known?.hasExited == false
      ? known : try RecordedProcess.find(record, in: directory)
    guard let process = found, ProcessStat(pid: process.pid)?.isStopped != true,
      let supervisor = try await SupervisorConnection.connect(to: directory, within: max(end - .now, .zero))
    else { return nil }
    return try await machine(record, process, directory, nil, supervisor, until: end)
  }

  private static func machine(
    _ record: MachineRecord, _ process: ChildProcess, _ directory: MachineDirectory,
    _ lock: SharedDescriptor?, _ connection: SupervisorConnection, until end: ContinuousClock.Instant
  ) async throws(LifecycleError) -> VirtualMachine? {
    var supervisor = connection
    supervisor.status = await supervisor.status(within: max(end - .now, .milliseconds(100)))
    guard let greeting = await supervisor.session.greeting, let status = supervisor.status, status.run != nil
    else {
      await supervisor.session.close()
      return nil
    }
    guard status.run == record.run.id else {
      await supervisor.session.close()
      throw LifecycleError(
        .foreign,
        "the supervisor of \"\(record.name)\" belongs to process \(status.pid ?? 0), which runs another QEMU",
        remedy: "see which process bound the socket (ss -lxp), or end the recorded QEMU with qemuctl kill "
          + record.name)
    }
    return VirtualMachine(
      name: directory.name, record: record, greeting: greeting, timing: StartTiming(), process: process,
      session: supervisor.session, supervisor: supervisor, directory: directory, lock: lock, begin: .now,
      hasGuestRun: true)
  }

  /// Attaches to a virtual machine through its supervisor. A supervisor that has ended is replaced.
  /// - Returns: nil if it has no supervisor.
  static func supervised(
    _ record: MachineRecord, _ process: ChildProcess, _ directory: MachineDirectory, _ lock: SharedDescriptor,
    until end: ContinuousClock.Instant
  ) async throws(LifecycleError) -> VirtualMachine? {
    guard let supervision = record.supervision else { return nil }
    let supervisor: SupervisorConnection
    if let present = try await SupervisorConnection.connect(to: directory, within: max(end - .now, .zero)) {
      supervisor = present
    } else if let other = try await replaced(record, supervision, process, directory, until: end) {
      supervisor = other
    } else {
      return nil
    }
    return try await machine(record, process, directory, lock, supervisor, until: end)
  }

  /// Starts another supervisor for a running QEMU whose supervisor has ended.
  /// - Returns: nil if its program is not installed, or cannot attach to QEMU.
  private static func replaced(
    _ record: MachineRecord, _ supervision: Supervision, _ process: ChildProcess,
    _ directory: MachineDirectory, until end: ContinuousClock.Instant
  ) async throws(LifecycleError) -> SupervisorConnection? {
    // A start that was interrupted is not continued.
    guard !record.isStarting, let program = try? SupervisorProgram.find() else { return nil }
    let supervisor = try await SupervisorConnection.start(program, of: directory)
    let greeting = try? await supervisor.adopt(
      record, supervision, pidfd: process.sharedHandle(), within: max(end - .now, .seconds(1)))
    await supervisor.session.close()
    if greeting == nil { return nil }
    // The greeting of a new connection is QEMU's.
    return try await SupervisorConnection.connect(to: directory, within: max(end - .now, .seconds(1)))
  }

  /// Ends a supervisor that waits to start QEMU again.
  /// - Parameters:
  ///   - name: the name of the virtual machine.
  ///   - state: the state directory.
  /// - Returns: whether there was one.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`, `hostUnusable`, `timedOut`, `cancelled`;
  ///   `commandFailed` if the supervisor does not end.
  @discardableResult
  public static func stopRestarting(
    _ name: MachineName, in state: StateDirectory
  ) async throws(LifecycleError) -> Bool {
    let directory = MachineDirectory(name, in: state)
    return try directory.record().supervision == nil ? false : try await endIdleSupervisor(directory)
  }

  /// Ends a supervisor whose QEMU is not running.
  /// - Returns: whether there was one.
  @discardableResult
  static func endIdleSupervisor(_ directory: MachineDirectory) async throws(LifecycleError) -> Bool {
    guard let supervisor = try await SupervisorConnection.connect(to: directory, within: .seconds(10)) else {
      return false
    }
    if await supervisor.status(within: .seconds(10))?.run != nil {
      await supervisor.session.close()
      return false
    }
    do throws(QMPError) {
      _ = try await supervisor.stop(nil, by: "stop")
    } catch {
      // It may have ended by itself.
      if error.code != .connectionLost {
        throw LifecycleError(
          error.code == .cancelled ? .cancelled : .commandFailed,
          "the supervisor of \"\(directory.name)\" did not end: \(error.summary)", evidence: error.evidence,
          remedy: "repeat the command")
      }
    }
    await supervisor.closeAwaitingEnd()
    return true
  }

  /// Stops the virtual machine through its supervisor.
  func stop(
    _ policy: ShutdownPolicy, through supervisor: SupervisorConnection
  ) async throws(LifecycleError) -> StopOutcome {
    do throws(QMPError) {
      let reason = policy == .immediate ? "kill" : "stop"
      if let outcome = try await supervisor.stop(policy, by: reason) {
        await supervisor.closeAwaitingEnd()
        return await finish(outcome.step, outcome.end, outcome.remarks)
      }
    } catch {
      if error.code == .cancelled { throw Self.cancelled(name, .powerdown) }
      if let end = await process.waitForEnd(within: .seconds(2)) {
        return await finish(nil, end, ["the supervisor ended during the stop: \(error.summary)"])
      }
      throw LifecycleError(
        .commandFailed, "the supervisor of \"\(name)\" did not stop it: \(error.summary)",
        evidence: error.evidence, remedy: "repeat the command, or run qemuctl kill \(name)")
    }
    throw LifecycleError(
      .stuck, "\"\(name)\" (pid \(process.pid)) did not exit after SIGKILL",
      remedy: "the process is blocked in the kernel: see /proc/\(process.pid)/stack and the host's dmesg")
  }
}
