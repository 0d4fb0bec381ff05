import Glibc
import QAPI
import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import QMP

extension VirtualMachine {
  /// Starts QEMU frozen: no guest instruction runs before ``resume()``.
  /// - Returns: the virtual machine, its machine built.
  /// - Throws: ``LifecycleError``: `alreadyRunning`, `binaryUnusable`, `notQEMU`, `unsupportedOption`, `stateUnusable`,
  ///   `hostUnusable`, `startFailed` with QEMU's own words, how it ended and its command line, `timedOut`, `cancelled`. Nothing is left
  ///   behind.
  ///
  /// QEMU: `-S`
  public static func start(_ request: LaunchRequest) async throws(LifecycleError) -> VirtualMachine {
    // On the loop of its session from the first step on: no change of threads until the caller has the machine.
    try await withTaskExecutorPreference(EventLoop.shared) { () async throws(LifecycleError) in
      let begin = ContinuousClock.now
      try LaunchPlan.requireManageable(request.configuration)
      try ProcFileSystem.require()
      try request.state.create()
      let folder = MachineFolder(request.name, in: request.state)
      let lock = try await claim(folder, request.state)
      do throws(LifecycleError) {
        return try await start(request, folder, lock, begin)
      } catch {
        try? folder.rollBack()
        throw error
      }
    }
  }

  /// Takes the directory of a name, once it is sure that nothing runs under it.
  private static func claim(
    _ folder: MachineFolder, _ state: StateDirectory
  ) async throws(LifecycleError) -> SharedDescriptor {
    let lock = try await folder.claim(within: .seconds(10))
    if let record = try folder.recordIfAny(), let process = try RecordedProcess.find(record, in: folder) {
      guard record.isStarting, await endInterruptedStart(process, record, folder) else {
        throw LifecycleError(
          .alreadyRunning,
          "\"\(folder.name)\" is already running (pid \(record.process.pid)); nothing was changed",
          remedy: "stop it first (qemuctl stop \(folder.name)), or start under another --name")
      }
    }
    try folder.requireNoLiveRun()
    try folder.restore()
    try folder.prepareRun()
    return lock
  }

  /// Ends a QEMU whose start was interrupted before its guest ran.
  /// - Returns: whether it has ended; one that does not answer, or that somebody else let run, is left alone.
  private static func endInterruptedStart(
    _ process: QEMUProcess, _ record: MachineRecord, _ folder: MachineFolder
  ) async -> Bool {
    let socket = UnixSocketPath(folder: folder.path, name: record.socket)
    if let (session, _) = try? await connect(socket, record, .seconds(5)) {
      let state = try? await session.execute(QueryStatus()).status
      if state == .prelaunch { try? process.send(signal: SIGKILL) }
      await session.close()
    }
    // One that had not executed QEMU yet ends by itself.
    return await process.waitForEnd(within: .seconds(5)) != nil
  }

  private static func start(
    _ request: LaunchRequest, _ folder: MachineFolder, _ lock: SharedDescriptor,
    _ begin: ContinuousClock.Instant
  ) async throws(LifecycleError) -> VirtualMachine {
    let launcher = try await Launcher(request, folder)
    var timing = StartTiming()
    // While QEMU builds its machine there is time for it.
    async let verification = try? Verification.prepared(for: launcher.request.configuration)
    let launched = try await launcher.launch(&timing, since: begin)
    if launcher.plan.isTracingKVM { await endTrace(launched.session) }
    return VirtualMachine(
      name: request.name, record: launched.record, greeting: launched.greeting, timing: timing,
      process: launched.process, session: launched.session, folder: folder, lock: lock, begin: begin,
      verification: await verification)
  }

  /// Ends the trace of QEMU's calls to KVM: what they set up is set up once the machine is built.
  ///
  /// A QEMU that refuses it goes on tracing, which costs it a line for each call.
  private static func endTrace(_ session: QMPSession) async {
    _ = try? await session.execute(
      "trace-event-set-state", arguments: ["name": .string(KVMCalls.event), "enable": false])
  }

  /// Takes hold of a recorded virtual machine that runs.
  ///
  /// The process is proved to be the recorded one, and the monitor by the process at its other end.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - deadline: how long another command may keep it and QEMU may take to answer, in all.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `notRunning`, `busy`, `foreign`, `stuck`, `timedOut`,
  ///   `hostUnusable`.
  public static func adopt(
    _ name: MachineName, in state: StateDirectory, deadline: Duration = .seconds(10)
  ) async throws(LifecycleError) -> VirtualMachine {
    let folder = MachineFolder(name, in: state)
    let end = ContinuousClock.now + deadline
    _ = try folder.record()
    let lock = try await folder.lock(within: deadline)
    let record = try folder.record()
    guard let process = try RecordedProcess.find(record, in: folder) else { throw notRunning(record) }
    if ProcessStat(pid: record.process.pid)?.isStopped == true { throw stopped(record) }
    let socket = UnixSocketPath(folder: folder.path, name: record.socket)
    let (session, greeting) = try await connect(socket, record, max(end - .now, .zero))
    return VirtualMachine(
      name: name, record: record, greeting: greeting, timing: StartTiming(), process: process,
      session: session,
      folder: folder,
      lock: lock, begin: .now, guestRan: true)
  }

  private static func connect(
    _ socket: UnixSocketPath, _ record: MachineRecord, _ deadline: Duration
  ) async throws(LifecycleError) -> (QMPSession, QMPGreeting) {
    let descriptor: Descriptor
    do throws(SystemError) {
      descriptor = try socket.connect()
    } catch {
      if error.isOfHost { throw .ofHost(error) }
      throw LifecycleError(
        .stuck,
        "\"\(record.name)\" lives (pid \(record.process.pid)), and its monitor cannot be reached: \(error)",
        remedy: "qemuctl kill \(record.name) ends it")
    }
    let session = QMPSession(socket: descriptor)
    try await requirePeer(session, record)
    do throws(QMPError) {
      return (session, try await session.negotiate(deadline: deadline))
    } catch {
      if error.code == .cancelled { throw cancelled(record) }
      throw stuck(record, error)
    }
  }

  /// The process at the other end must be the recorded one: a path can be taken over.
  private static func requirePeer(_ session: QMPSession, _ record: MachineRecord) async throws(LifecycleError)
  {
    let peer = try? await session.peer()
    if peer?.pid == record.process.pid { return }
    await session.close()
    // It belongs to whoever listened last: QEMU does so once it has built its machine.
    if let peer, Glibc.kill(peer.pid, 0) < 0, errno == ESRCH {
      throw LifecycleError(
        .stuck, "\"\(record.name)\" lives (pid \(record.process.pid)) and has not built its machine",
        evidence: ["its start was interrupted"], remedy: "qemuctl kill \(record.name) ends it")
    }
    throw LifecycleError(
      .foreign,
      "the monitor of \"\(record.name)\" belongs to process \(peer?.pid ?? 0), not to its QEMU (\(record.process.pid))",
      remedy: "see who bound the socket (ss -lxp); qemuctl kill \(record.name) ends the recorded QEMU")
  }

  private static func notRunning(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .notRunning, "\"\(record.name)\" does not run",
      evidence: record.ending.map { ["it ended: \($0.reason) (\($0.end))"] } ?? [],
      remedy: "start it again; qemuctl logs \(record.name) shows what it said")
  }

  private static func stopped(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .stuck,
      "\"\(record.name)\" does not answer: its process (\(record.process.pid)) is stopped by a signal",
      remedy: "let it go on with kill -CONT \(record.process.pid), or end it with qemuctl kill \(record.name)"
    )
  }

  private static func stuck(_ record: MachineRecord, _ error: QMPError) -> LifecycleError {
    LifecycleError(
      error.code == .timedOut ? .timedOut : .stuck,
      "\"\(record.name)\" lives (pid \(record.process.pid)) and does not answer: \(error.summary)",
      evidence: error.evidence,
      remedy: "see whether another client holds its monitor; qemuctl kill \(record.name) ends it")
  }

  private static func cancelled(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .cancelled, "the command on \"\(record.name)\" was cancelled", remedy: "repeat the command")
  }
}

extension Launcher {
  func makeRecord(of process: QEMUProcess) throws(LifecycleError) -> MachineRecord {
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
      verdict: nil, accepted: request.accepted, user: request.user, ending: nil, isStarting: true)
  }
}
