import Glibc
import LinuxSystem
import QAPI
import QEMUCommandLine
public import QEMUDiagnosis
import QEMUJSON
import QEMUObservation
import QEMUVerification
import QMP

extension VirtualMachine {
  /// Starts QEMU paused: no guest instruction runs before ``resume()``.
  ///
  /// A start that fails leaves no process, socket or file behind.
  /// - Returns: the virtual machine, after machine initialization is complete.
  /// - Throws: ``LifecycleError``: `alreadyRunning`, `binaryUnusable`, `notQEMU`, `unsupportedOption`, `stateUnusable`,
  ///   `hostUnusable`, `busy`, `foreign`, `unproven`, `timedOut`, `cancelled`; `startFailed` with QEMU's error output,
  ///   its exit status and its command line.
  ///
  /// QEMU: `-S`
  public static func start(_ request: LaunchRequest) async throws(LifecycleError) -> VirtualMachine {
    // All steps run on the event loop of the session, without a switch of threads.
    try await withTaskExecutorPreference(EventLoop.shared) { () async throws(LifecycleError) in
      let begin = ContinuousClock.now
      try LaunchPlan.requireManageable(request.configuration)
      try ProcFileSystem.require()
      try request.state.create()
      let directory = MachineDirectory(request.name, in: request.state)
      let lock = try await claim(directory, request.state)
      do throws(LifecycleError) {
        return try await start(request, directory, lock, begin)
      } catch {
        try? directory.rollBack()
        throw error
      }
    }
  }

  /// Locks the directory of a name, and prepares it for a new run.
  /// - Throws: ``LifecycleError``: `alreadyRunning`, `busy`, `foreign`, `unproven`, `stateUnusable`, `hostUnusable`,
  ///   `cancelled`.
  private static func claim(
    _ directory: MachineDirectory, _ state: StateDirectory
  ) async throws(LifecycleError) -> SharedDescriptor {
    let lock = try await directory.claim(within: .seconds(10))
    if let record = try directory.recordIfAny(), let process = try RecordedProcess.find(record, in: directory)
    {
      guard record.isStarting, await endInterruptedStart(process, record, directory) else {
        throw LifecycleError(
          .alreadyRunning,
          "\"\(directory.name)\" is already running (pid \(record.process.pid)); nothing was changed",
          remedy: "stop it first (qemuctl stop \(directory.name)), or use another --name")
      }
    }
    try directory.requireNoLiveRun()
    try directory.restore()
    try directory.prepareRun()
    return lock
  }

  /// Ends a QEMU whose start was interrupted before its guest ran.
  /// - Returns: whether QEMU has ended. A QEMU that does not answer, or whose guest has run since, is not changed.
  private static func endInterruptedStart(
    _ process: ChildProcess, _ record: MachineRecord, _ directory: MachineDirectory
  ) async -> Bool {
    let socket = UnixSocketPath(directory: directory.path, name: record.socket)
    if let (session, _) = try? await connect(socket, record, .seconds(5)) {
      let state = try? await session.execute(QueryStatus()).status
      if state == .prelaunch { try? process.send(signal: SIGKILL) }
      await session.close()
    }
    // A child that has not executed QEMU yet exits by itself.
    return await process.waitForEnd(within: .seconds(5)) != nil
  }

  private static func start(
    _ request: LaunchRequest, _ directory: MachineDirectory, _ lock: SharedDescriptor,
    _ begin: ContinuousClock.Instant
  ) async throws(LifecycleError) -> VirtualMachine {
    let supervisor = try await request.beginSupervisor(in: directory)
    let launcher: Launcher
    do throws(LifecycleError) {
      launcher = try await Launcher(request, directory, supervisor)
    } catch {
      await Task { await supervisor?.closeAwaitingEnd() }.value
      throw error
    }
    var timing = StartTiming()
    // This takes place while QEMU initializes the machine.
    async let verification = try? Verification.prepared(for: launcher.request.configuration)
    let launched = try await launcher.launch(&timing, since: begin)
    if launcher.plan.isTracingKVM { await endTrace(launched.session) }
    return VirtualMachine(
      name: request.name, record: launched.record, greeting: launched.greeting, timing: timing,
      process: launched.process, session: launched.session, supervisor: launched.supervisor,
      directory: directory, lock: lock, begin: begin, verification: await verification)
  }

  /// Ends the trace of QEMU's calls to KVM after machine initialization.
  ///
  /// A QEMU that refuses the command continues to trace, one line for each call.
  private static func endTrace(_ session: QMPSession) async {
    _ = try? await session.execute(
      "trace-event-set-state", arguments: ["name": .string(KVMCalls.event), "enable": false])
  }

  /// Attaches to a recorded virtual machine that is running.
  ///
  /// The process is verified to be the recorded one, and to be the one that serves the monitor.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - timeout: the timeout for the lock and for QEMU's answer, together.
  ///   - access: whether other commands may work on it at the same time.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`, `notRunning`, `busy`, `foreign`, `unproven`,
  ///   `stuck`, `timedOut`, `cancelled`, `hostUnusable`.
  public static func adopt(
    _ name: MachineName, in state: StateDirectory, timeout: Duration = .seconds(10),
    access: MachineAccess = .shared
  ) async throws(LifecycleError) -> VirtualMachine {
    let directory = MachineDirectory(name, in: state)
    _ = try directory.record()
    return try await adopt(directory, known: nil, timeout: timeout, access: access)
  }

  /// Attaches to a recorded virtual machine.
  /// - Parameter known: the process of the record before the lock was held; nil if it was not searched.
  static func adopt(
    _ directory: MachineDirectory, known: ChildProcess?, timeout: Duration, access: MachineAccess
  ) async throws(LifecycleError) -> VirtualMachine {
    let end = ContinuousClock.now + timeout
    if access == .shared, let shared = try await shared(directory, known, until: end) { return shared }
    let lock = try await directory.lock(within: max(end - .now, .zero))
    let record = try directory.record()
    let found =
      known?.identity == record.process && known?.hasExited == false
      ? known : try RecordedProcess.find(record, in: directory)
    guard let process = found else { throw notRunning(record) }
    if ProcessStat(pid: record.process.pid)?.isStopped == true { throw stopped(record) }
    if let supervised = try await supervised(record, process, directory, lock, until: end) {
      return supervised
    }
    let socket = UnixSocketPath(directory: directory.path, name: record.socket)
    let (session, greeting) = try await connect(socket, record, max(end - .now, .zero))
    return VirtualMachine(
      name: directory.name, record: record, greeting: greeting, timing: StartTiming(), process: process,
      session: session, directory: directory, lock: lock, begin: .now, hasGuestRun: true)
  }

  private static func connect(
    _ socket: UnixSocketPath, _ record: MachineRecord, _ timeout: Duration
  ) async throws(LifecycleError) -> (QMPSession, QMPGreeting) {
    let descriptor: Descriptor
    do throws(SystemError) {
      descriptor = try socket.connect()
    } catch {
      if error.isOfHost { throw .ofHost(error) }
      throw LifecycleError(
        .stuck,
        "\"\(record.name)\" is running (pid \(record.process.pid)), but its monitor cannot be reached: \(error)",
        remedy: "end it with qemuctl kill \(record.name)")
    }
    let session = QMPSession(socket: descriptor)
    try await requirePeer(session, record)
    do throws(QMPError) {
      return (session, try await session.negotiate(timeout: timeout))
    } catch {
      if error.code == .cancelled { throw cancelled(record) }
      throw stuck(record, error)
    }
  }

  /// Throws an error if the process that serves the monitor is not the recorded one. Another process may have bound the
  /// path.
  private static func requirePeer(_ session: QMPSession, _ record: MachineRecord) async throws(LifecycleError)
  {
    let peer = try? await session.peer()
    if peer?.pid == record.process.pid { return }
    await session.close()
    // The peer is the process that called `listen` last; QEMU calls it during machine initialization.
    if let peer, Glibc.kill(peer.pid, 0) < 0, errno == ESRCH {
      throw LifecycleError(
        .stuck,
        "\"\(record.name)\" is running (pid \(record.process.pid)), but machine initialization is not complete",
        evidence: ["its start was interrupted"], remedy: "end it with qemuctl kill \(record.name)")
    }
    throw LifecycleError(
      .foreign,
      "the monitor of \"\(record.name)\" belongs to process \(peer?.pid ?? 0), not to its QEMU (\(record.process.pid))",
      remedy:
        "see which process bound the socket (ss -lxp), or end the recorded QEMU with qemuctl kill \(record.name)"
    )
  }

  private static func notRunning(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .notRunning, "\"\(record.name)\" is not running",
      evidence: record.ending.map { ["it ended: \($0)"] } ?? [],
      remedy: "start it again; qemuctl logs \(record.name) prints its error output")
  }

  private static func stopped(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .stuck,
      "\"\(record.name)\" does not answer: its process (\(record.process.pid)) is stopped by a signal",
      remedy: "continue it with kill -CONT \(record.process.pid), or end it with qemuctl kill \(record.name)"
    )
  }

  private static func stuck(_ record: MachineRecord, _ error: QMPError) -> LifecycleError {
    LifecycleError(
      error.code == .timedOut ? .timedOut : .stuck,
      "\"\(record.name)\" is running (pid \(record.process.pid)), but does not answer: \(error.summary)",
      evidence: error.evidence,
      remedy:
        "check whether another client is connected to its monitor, or end it with qemuctl kill \(record.name)"
    )
  }

  private static func cancelled(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .cancelled, "the command on \"\(record.name)\" was cancelled", remedy: "repeat the command")
  }
}

extension Launcher {
  func makeRecord(of process: ChildProcess) throws(LifecycleError) -> MachineRecord {
    let requested: [String]
    do throws(CommandLineError) {
      requested = try request.configuration.arguments()
    } catch {
      throw LifecycleError(.unsupportedOption, error.description, remedy: error.remedy)
    }
    return MachineRecord(
      name: request.name.description, process: process.identity, socket: run.socket,
      binary: request.binary.path,
      version: profile.version, requested: requested, command: command, started: Int64(time(nil)),
      accelerator: nil,
      verdict: nil, accepted: request.accepted, user: request.user,
      directory: request.directory ?? workingDirectory,
      environment: request.configuration.environment.map { "\($0.name)=\($0.value)" },
      driftPolicy: request.driftPolicy,
      supervision: request.supervisor == nil ? nil : request.supervision, ending: nil, isStarting: true)
  }
}
