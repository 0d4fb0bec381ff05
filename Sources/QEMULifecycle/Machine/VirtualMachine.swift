import Glibc
public import QEMUCommandLine
public import QEMUJSON
public import QEMUVerification
public import QMP

/// A QEMU process that is held: it can be asked, verified, let run, and stopped.
///
/// It runs on the event loop of its session. Between ``start(_:)`` and ``release()`` the virtual machine's folder is locked
/// for other commands; afterwards the virtual machine lives on, and ``adopt(_:in:deadline:)`` finds it again.
public actor VirtualMachine {
  /// The virtual machine's name.
  public nonisolated let name: MachineName
  /// What is written down about it.
  public private(set) var record: MachineRecord
  /// What QEMU said of itself.
  public let greeting: QMPGreeting
  /// How long each stage of the start took; zero for one that was adopted.
  public private(set) var timing: StartTiming

  let process: QEMUProcess
  let session: QMPSession
  let folder: MachineFolder
  private let begin: ContinuousClock.Instant
  private var lock: SharedDescriptor?

  /// Runs on the event loop of its session.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

  private init(
    record: MachineRecord, greeting: QMPGreeting, timing: StartTiming, process: QEMUProcess,
    session: QMPSession,
    folder: MachineFolder, lock: SharedDescriptor, begin: ContinuousClock.Instant
  ) throws(LifecycleError) {
    name = try MachineName(record.name)
    self.record = record
    self.greeting = greeting
    self.timing = timing
    self.process = process
    self.session = session
    self.folder = folder
    self.lock = lock
    self.begin = begin
  }
}

// MARK: - Start and adoption

extension VirtualMachine {
  /// Starts QEMU frozen: no guest instruction runs before ``resume()``.
  /// - Returns: the virtual machine, its machine built.
  /// - Throws: ``LifecycleError``: `alreadyRunning`, `binaryUnusable`, `notQEMU`, `unsupportedOption`, `stateUnusable`,
  ///   `startFailed` with QEMU's own words, how it ended and its command line, `timedOut`, `cancelled`. Nothing is left
  ///   behind.
  ///
  /// QEMU: `-S`
  public static func start(_ request: LaunchRequest) async throws(LifecycleError) -> VirtualMachine {
    let begin = ContinuousClock.now
    try LaunchPlan.requireManageable(request.configuration)
    try request.state.create()
    let folder = MachineFolder(request.name, in: request.state)
    let lock = try await claim(folder, request.state)
    do throws(LifecycleError) {
      return try await start(request, folder, lock, begin)
    } catch {
      folder.remove()
      throw error
    }
  }

  /// Takes the folder of a name, once it is sure that nothing runs under it.
  private static func claim(
    _ folder: MachineFolder, _ state: StateDirectory
  ) async throws(LifecycleError) -> SharedDescriptor {
    try folder.create()
    let lock = try await folder.lock(within: .seconds(10))
    if let record = try? folder.record(), try liveProcess(record) != nil {
      throw LifecycleError(
        .alreadyRunning, "\"\(folder.name)\" runs already (pid \(record.process.pid)); it was not touched",
        remedy: "stop it first (qemuctl stop \(folder.name)), or start under another --name")
    }
    folder.clear()
    return lock
  }

  private static func start(
    _ request: LaunchRequest, _ folder: MachineFolder, _ lock: SharedDescriptor,
    _ begin: ContinuousClock.Instant
  ) async throws(LifecycleError) -> VirtualMachine {
    let launcher = try await Launcher(request, folder)
    var timing = StartTiming()
    let (process, session, greeting) = try await launcher.launch(&timing, since: begin)
    do throws(LifecycleError) {
      let record = try launcher.record(process, greeting)
      try folder.write(record)
      return try VirtualMachine(
        record: record, greeting: greeting, timing: timing, process: process, session: session,
        folder: folder,
        lock: lock, begin: begin)
    } catch {
      await session.close()
      throw await launcher.giveUp(process, error)
    }
  }

  /// Takes hold of a recorded virtual machine that runs.
  ///
  /// The process is proved by its start time, and the monitor by the process at its other end.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state folder.
  ///   - deadline: how long another command may keep it, and QEMU may take to answer.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `notRunning`, `busy`, `foreign`, `stuck`.
  public static func adopt(
    _ name: MachineName, in state: StateDirectory, deadline: Duration = .seconds(10)
  ) async throws(LifecycleError) -> VirtualMachine {
    let folder = MachineFolder(name, in: state)
    _ = try folder.record()
    let lock = try await folder.lock(within: deadline)
    let record = try folder.record()
    guard let process = try liveProcess(record) else { throw notRunning(record) }
    let socket = UnixSocketPath(folder: folder.path, name: record.socket)
    let (session, greeting) = try await connect(socket, record, deadline)
    return try VirtualMachine(
      record: record, greeting: greeting, timing: StartTiming(), process: process, session: session,
      folder: folder,
      lock: lock, begin: .now)
  }

  static func liveProcess(_ record: MachineRecord) throws(LifecycleError) -> QEMUProcess? {
    do throws(SystemError) {
      return try QEMUProcess.adopt(record.process)
    } catch {
      throw LifecycleError(
        .foreign, "process \(record.process.pid) cannot be held: \(error)",
        remedy: "run the command as the user who started \"\(record.name)\"")
    }
  }

  private static func connect(
    _ socket: UnixSocketPath, _ record: MachineRecord, _ deadline: Duration
  ) async throws(LifecycleError) -> (QMPSession, QMPGreeting) {
    let descriptor: Descriptor
    do throws(SystemError) {
      descriptor = try socket.connect()
    } catch {
      throw LifecycleError(
        .stuck,
        "\"\(record.name)\" lives (pid \(record.process.pid)), and its monitor cannot be reached: \(error)",
        remedy: "qemuctl kill \(record.name) ends it")
    }
    // A monitor may hand a client the late reply of its predecessor: ids begin where that one's did not.
    let session = QMPSession(socket: descriptor, firstID: .random(in: 1000...999_000))
    try await requirePeer(session, record)
    if ProcessStat(pid: record.process.pid)?.isStopped == true { throw stopped(record) }
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
      .stuck, "\"\(record.name)\" lives (pid \(record.process.pid)) and does not answer: \(error.summary)",
      evidence: error.evidence,
      remedy: "see whether another client holds its monitor; qemuctl kill \(record.name) ends it")
  }

  private static func cancelled(_ record: MachineRecord) -> LifecycleError {
    LifecycleError(
      .cancelled, "the command on \"\(record.name)\" was cancelled", remedy: "repeat the command")
  }
}

// MARK: - Use

extension VirtualMachine {
  /// Compares the live virtual machine with a request, and writes the verdict down.
  /// - Parameters:
  ///   - configuration: the request; nil for the one it was started with.
  ///   - accepted: drifts that are waived, besides those waived at the start.
  /// - Returns: the report, and what it rests on.
  /// - Throws: ``LifecycleError`` `startFailed` where QEMU dies meanwhile, `commandFailed` where the connection breaks.
  @discardableResult
  public func verify(
    against configuration: QEMUConfiguration? = nil, accepting accepted: [String] = []
  ) async throws(LifecycleError) -> (report: VerificationReport, observation: Observation) {
    let verification: Verification
    do throws(CommandLineError) {
      if let configuration {
        verification = try Verification(of: configuration)
      } else {
        verification = try Verification(of: QEMUConfiguration(arguments: record.requested))
      }
    } catch {
      throw LifecycleError(
        .unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
    }
    let observation = try await observe { verification.needs(given: $0) }
    let report = verification.judge(observation, accepting: record.accepted + accepted)
    if timing.ready != .zero, timing.verified == nil { timing.verified = .now - begin }
    record.accelerator = report.accelerator.live
    record.verdict = report.verdict.rawValue
    try folder.write(record)
    return (report, observation)
  }

  /// Lets the guest run. QMP: `cont`
  public func resume() async throws(LifecycleError) { _ = try await execute("cont") }

  /// Freezes the guest. QMP: `stop`
  public func pause() async throws(LifecycleError) { _ = try await execute("stop") }

  /// QEMU's run state, `running`, `prelaunch`, `paused`, … QMP: `query-status`
  public func runState() async throws(LifecycleError) -> String {
    try await execute("query-status")["status"]?.stringValue ?? "unknown"
  }

  /// Executes any QMP command.
  /// - Throws: ``LifecycleError`` `commandFailed` with QEMU's words, or with how it ended.
  public func execute(
    _ command: String, _ arguments: JSONObject = [:], deadline: Duration = QMPSession.defaultDeadline
  ) async throws(LifecycleError) -> JSON {
    do throws(QMPError) {
      return try await session.execute(command, arguments: arguments, deadline: deadline)
    } catch {
      throw await explain(error)
    }
  }

  /// Waits for QEMU's end.
  /// - Returns: how it ended, or nil when the deadline passed first or the task was cancelled.
  public func waitForEnd(within deadline: Duration? = nil) async -> ProcessEnd? {
    await process.waitForEnd(within: deadline)
  }

  /// Gives the virtual machine back: it lives on, and other commands may work on it.
  public func release() async {
    await session.close()
    lock = nil
  }

  /// What QEMU wrote to its standard error since it started.
  public var standardError: String { readProcText(folder.standardErrorLog) ?? "" }

  /// Finds out which accelerator runs the guest, and all that can be known of its properties.
  public func inspectAccelerator() async throws(LifecycleError) -> AcceleratorInspection {
    AcceleratorInspection(try await observe { AcceleratorInspection.needs(given: $0) })
  }

  private func observe(
    _ wanted: @Sendable (Observation) -> EvidenceNeeds
  ) async throws(LifecycleError) -> Observation {
    var observation = Observation()
    observation.hostPageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    observation.standardError = standardError
    // Each round can ask for what the one before has shown; five do for the longest chain, that of the interrupt
    // controllers under kvm.
    for _ in 0..<8 {
      let needs = wanted(observation)
      if needs.isEmpty { break }
      try await fetch(needs, into: &observation)
    }
    return observation
  }

  private func fetch(_ needs: EvidenceNeeds, into observation: inout Observation) async throws(LifecycleError)
  {
    async let host = needs.host.isEmpty ? [:] : HostEvidence.read(needs.host, of: process.pid)
    let results = await session.executeAll(needs.queries.map { ($0.command, $0.arguments) })
    for (query, result) in zip(needs.queries, results) {
      observation.answers[query] = try await answer(result)
    }
    observation.host.merge(await host) { $1 }
  }

  private func answer(_ result: Result<JSON, QMPError>) async throws(LifecycleError) -> QueryAnswer {
    switch result {
    case .success(let value): return .value(value)
    case .failure(let error):
      if error.code == .refused, let errorClass = error.errorClass {
        return .refused(errorClass: errorClass, description: error.qemuWords ?? error.summary)
      }
      throw await explain(error)
    }
  }

  /// A broken connection is mostly QEMU's end: then its words and its end say more.
  private func explain(_ error: QMPError) async -> LifecycleError {
    if error.code == .connectionLost, let end = await process.waitForEnd(within: .seconds(2)) {
      return Diagnosis(end: end, standardError: standardError, command: record.command).error(
        afterReadiness: true)
    }
    let code: LifecycleError.Code =
      switch error.code {
      case .timedOut: .timedOut
      case .cancelled: .cancelled
      default: .commandFailed
      }
    return LifecycleError(code, error.summary, evidence: error.evidence, remedy: error.remedy)
  }

  /// Writes down how the run ended, once it has and nobody did.
  public func noteEnd() throws(LifecycleError) {
    if record.ending == nil, let end = process.end { try noteEnding("ended by itself", end) }
  }

  /// Writes down how the run ended.
  func noteEnding(_ reason: String, _ end: ProcessEnd) throws(LifecycleError) {
    let text = standardError.split(whereSeparator: \.isNewline).suffix(20).joined(separator: "\n")
    record.ending = MachineRecord.Ending(reason: reason, end: end, text: text)
    try folder.write(record)
    UnixSocketPath(folder: folder.path, name: record.socket).remove()
  }

  /// Removes the folder of a virtual machine that has ended.
  func removeFolder() { folder.remove() }
}

extension Launcher {
  fileprivate func record(_ process: QEMUProcess, _ greeting: QMPGreeting) throws(LifecycleError)
    -> MachineRecord
  {
    let requested: [String]
    do throws(CommandLineError) {
      requested = try request.configuration.arguments()
    } catch {
      throw LifecycleError(.unsupportedOption, error.description, remedy: error.remedy)
    }
    return MachineRecord(
      name: request.name.description, process: process.identity, socket: socket.name,
      binary: request.binary.path,
      version: greeting.version, requested: requested, command: command, started: Int64(time(nil)),
      accelerator: nil,
      verdict: nil, accepted: request.accepted, ending: nil)
  }
}
