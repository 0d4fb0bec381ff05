import Glibc
public import QAPI
public import QEMUCommandLine
public import QEMUJSON
public import QEMUVerification
public import QMP

/// A QEMU process that is held: it can be asked, verified, let run, and stopped.
///
/// It runs on the event loop of its session. Between ``start(_:)`` and ``release()`` the virtual machine's directory is locked
/// for other commands; afterwards the virtual machine lives on, and ``adopt(_:in:deadline:)`` finds it again.
public actor VirtualMachine {
  /// The virtual machine's name.
  public nonisolated let name: MachineName
  /// The record of the virtual machine.
  public internal(set) var record: MachineRecord
  /// The greeting of QEMU's monitor.
  public let greeting: QMPGreeting
  /// The duration of each stage of the start; zero for a virtual machine that was adopted.
  public private(set) var timing: StartTiming

  let process: QEMUProcess
  let session: QMPSession
  let folder: MachineFolder
  let begin: ContinuousClock.Instant
  var lock: SharedDescriptor?
  /// A Boolean value that indicates whether the guest has run; an exit after that is no failure of the start.
  private var guestRan: Bool
  /// The reason why the last verdict could not be written down; nil where it was.
  public private(set) var recordFailure: LifecycleError?
  /// The comparison with what was last asked for, and the words that it was made of.
  private var prepared: (requested: [String], verification: Verification)?

  /// Runs on the event loop of its session.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

  init(
    name: MachineName, record: MachineRecord, greeting: QMPGreeting, timing: StartTiming,
    process: QEMUProcess,
    session: QMPSession,
    folder: MachineFolder, lock: SharedDescriptor, begin: ContinuousClock.Instant,
    verification: Verification? = nil, guestRan: Bool = false
  ) {
    self.name = name
    self.record = record
    self.greeting = greeting
    self.timing = timing
    self.process = process
    self.session = session
    self.folder = folder
    self.lock = lock
    self.begin = begin
    self.guestRan = guestRan
    prepared = verification.map { (record.requested, $0) }
  }
}

// MARK: - Use

extension VirtualMachine {
  /// Compares the live virtual machine with a request, and writes the verdict down.
  /// - Parameters:
  ///   - configuration: the request; nil for the one it was started with.
  ///   - policy: the findings that are waived besides those waived at the start, and whether everything unconfirmed is a
  ///     failure.
  ///   - isDeep: whether what no query shows is read in QEMU's memory, and the kernel asked for the system call filter, for which
  ///     the process is stopped for a moment.
  ///   - timeout: how long QEMU's answers are waited for in all; nil for as long as each of its commands may take. What was not
  ///     answered is unobserved.
  /// - Returns: the report, and what it rests on. Where the verdict could not be written down, ``recordFailure`` says why.
  /// - Throws: ``LifecycleError`` `startFailed` where QEMU dies meanwhile, `commandFailed` where the connection breaks.
  @discardableResult
  public func verify(
    against configuration: QEMUConfiguration? = nil, by policy: VerificationPolicy = VerificationPolicy(),
    deep isDeep: Bool = false, within timeout: Duration? = nil
  ) async throws(LifecycleError) -> (report: VerificationReport, observation: Observation) {
    let verification =
      if let configuration { try Verification.prepared(for: configuration) } else { try ownVerification() }
    do throws(CommandLineError) {
      try verification.requireFindings(named: policy.accepted)
    } catch {
      throw LifecycleError(.unsupportedOption, error.description, remedy: error.remedy)
    }
    let observation = try await observe(deep: isDeep, until: timeout.map { .now + $0 }) {
      verification.needs(given: $0)
    }
    var policy = policy
    policy.accepted += record.accepted
    var report = verification.judge(observation, by: policy)
    explainFallback(&report)
    if timing.ready != .zero, timing.verified == nil { timing.verified = .now - begin }
    record.accelerator = report.accelerator.live
    record.verdict = report.verdict.rawValue
    writeDown()
    return (report, observation)
  }

  /// What was found out is worth telling also where it cannot be kept.
  private func writeDown() {
    do throws(LifecycleError) {
      try folder.write(record)
      recordFailure = nil
    } catch {
      recordFailure = error
    }
  }

  /// Adds what QEMU's own warning lets us know about a fallback.
  private func explainFallback(_ report: inout VerificationReport) {
    guard report.accelerator.verdict == .fellBack else { return }
    let warnings = StartWarning.all(
      in: standardError, command: record.command, access: .ofThisHost)
    guard let warning = warnings.first(where: { $0.kind == .fellBack && $0.rule != nil }) else { return }
    report.accelerator.remedy = Remedy(.restart, warning.remedy)
  }

  /// The comparison with what it was started with, or made into since.
  private func ownVerification() throws(LifecycleError) -> Verification {
    if let prepared, prepared.requested == record.requested { return prepared.verification }
    do throws(CommandLineError) {
      let verification = try Verification(of: QEMUConfiguration(arguments: record.requested))
      prepared = (record.requested, verification)
      return verification
    } catch {
      throw LifecycleError(
        .unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
    }
  }

  /// Lets the guest run. QMP: `cont`
  public func resume() async throws(LifecycleError) {
    try completeStart()
    guestRan = true
    _ = try await execute(Cont())
  }

  /// Freezes the guest. QMP: `stop`
  public func pause() async throws(LifecycleError) { _ = try await execute(Stop()) }

  /// QEMU's run state, `running`, `prelaunch`, `paused`, … QMP: `query-status`
  /// - Parameter timeout: how long QEMU may take to answer.
  public func runState(within timeout: Duration? = nil) async throws(LifecycleError) -> String {
    try await execute(QueryStatus(), deadline: timeout).status.text
  }

  /// Executes a QMP command that is a type, and decodes what QEMU answers.
  /// - Throws: ``LifecycleError`` `commandFailed` with QEMU's words, or with how it ended.
  public func execute<Command: QAPICommand>(
    _ command: Command, deadline: Duration? = nil
  ) async throws(LifecycleError) -> Command.Response {
    do throws(QMPError) {
      return try await session.execute(command, deadline: deadline)
    } catch {
      throw await explain(error)
    }
  }

  /// Executes any QMP command.
  /// - Throws: ``LifecycleError`` `commandFailed` with QEMU's words, or with how it ended.
  public func execute(
    _ command: String, _ arguments: JSONObject = [:], deadline: Duration? = nil
  ) async throws(LifecycleError) -> JSON {
    do throws(QMPError) {
      return try await session.execute(command, arguments: arguments, deadline: deadline)
    } catch {
      throw await explain(error)
    }
  }

  /// Begins to collect QEMU's events, from this call on.
  /// - Parameter capacity: how many events are kept for a slow reader.
  public func events(capacity: Int = 1024) async -> QMPEvents { await session.events(capacity: capacity) }

  /// The exit of QEMU; nil while it runs.
  public var end: ProcessEnd? { process.end }

  /// Waits for QEMU's end.
  /// - Returns: how it ended, or nil when the deadline passed first or the task was cancelled.
  public func waitForEnd(within deadline: Duration? = nil) async -> ProcessEnd? {
    await process.waitForEnd(within: deadline)
  }

  /// Writes down that the start is over: from here on the virtual machine is not ended by the next start of its name.
  private func completeStart() throws(LifecycleError) {
    if !record.isStarting { return }
    record.isStarting = false
    try folder.write(record)
  }

  /// Gives the virtual machine back: it lives on, and other commands may work on it.
  public func release() async {
    process.handOver()
    if lock != nil, process.end == nil { try? completeStart() }
    await giveBack()
  }

  /// Gives the virtual machine back as it was found.
  func giveBack() async {
    await session.close()
    lock = nil
  }

  /// The text of QEMU's standard error since it started.
  public var standardError: String { folder.text(of: record.run.standardError) }

  /// Finds out which accelerator runs the guest, and all that can be known of its properties.
  public func inspectAccelerator() async throws(LifecycleError) -> AcceleratorInspection {
    AcceleratorInspection(try await observe { AcceleratorInspection.needs(given: $0) })
  }

  /// Finds out everything that the live virtual machine shows of itself.
  public func inspect() async throws(LifecycleError) -> MachineInspection {
    MachineInspection(try await observe { MachineInspection.needs(given: $0) })
  }

  func observe(
    deep isDeep: Bool = false, until end: ContinuousClock.Instant? = nil,
    _ wanted: @Sendable (Observation) -> EvidenceNeeds
  ) async throws(LifecycleError) -> Observation {
    let observer = Observer(
      session: session, pid: process.pid, standardError: standardError, isDeep: isDeep, end: end)
    do throws(QMPError) {
      return try await observer.observe(wanted)
    } catch {
      throw await explain(error)
    }
  }

  /// A broken connection is mostly QEMU's end: then its words and its end say more.
  func explain(_ error: QMPError) async -> LifecycleError {
    if error.code == .connectionLost, let end = await process.waitForEnd(within: .seconds(2)) {
      return failure(end)
    }
    let code: LifecycleError.Code =
      switch error.code {
      case .timedOut: .timedOut
      case .cancelled: .cancelled
      default: .commandFailed
      }
    return LifecycleError(code, error.summary, evidence: error.evidence, remedy: error.remedy)
  }

  /// Explains an end of QEMU that came after its machine was built.
  ///
  /// - Parameter end: how the process ended.
  /// - Returns: the cause and what to do.
  public func diagnosis(of end: ProcessEnd) -> Diagnosis {
    Diagnosis(
      end: end, standardError: standardError, command: record.command, phase: .ready, access: .ofThisHost)
  }

  /// Explains an end of QEMU as an error, with QEMU's messages, the command line, and what to do.
  ///
  /// - Parameter end: how the process ended.
  /// - Returns: an error of code `startFailed`.
  public func failure(_ end: ProcessEnd) -> LifecycleError {
    diagnosis(of: end).error(at: guestRan ? .run : .verification)
  }

  /// Writes down how the run ended, once it has.
  public func noteEnd() async throws(LifecycleError) {
    guard let end = process.end else { return }
    if lock == nil { return try await Self.note(end, of: record.process, reason: nil, in: folder) }
    if try folder.recordIfAny() != nil { try noteEnding(nil, end) }
  }

  /// Writes down how the run ended; a reason of nil stands for an end that this command did not bring about.
  func noteEnding(_ reason: String?, _ end: ProcessEnd) throws(LifecycleError) {
    record.ending = try folder.noteEnding(of: record.process, reason: reason, end: end)
  }
}
