import Glibc
public import LinuxSystem
public import QAPI
public import QEMUCommandLine
public import QEMUDiagnosis
public import QEMUJSON
import QEMUObservation
public import QEMUVerification
public import QMP

/// A QEMU process with its monitor: it can be queried, verified, resumed and stopped.
///
/// It runs on the event loop of its session. From ``start(_:)`` to ``release()`` it holds the lock of the virtual
/// machine's directory, so that no other command changes it. QEMU continues to run after ``release()``;
/// ``adopt(_:in:timeout:)`` attaches to it again.
public actor VirtualMachine {
  /// The virtual machine's name.
  public nonisolated let name: MachineName
  /// The record of the virtual machine.
  public internal(set) var record: MachineRecord
  /// The greeting of QEMU's monitor.
  public let greeting: QMPGreeting
  /// The time of each stage of the start; zero for a virtual machine that was adopted.
  public private(set) var timing: StartTiming

  let process: ChildProcess
  let session: QMPSession
  /// The connection to the supervisor, which has the session; nil if there is no supervisor.
  let supervisor: SupervisorConnection?
  let directory: MachineDirectory
  let begin: ContinuousClock.Instant
  var lock: SharedDescriptor?
  /// A Boolean value that indicates whether the guest has run; an exit after that is not a failure of the start.
  private var hasGuestRun: Bool
  /// The error that prevented the last verdict from being recorded; nil if it was recorded.
  public private(set) var recordFailure: LifecycleError?
  /// The comparison with the last request, and the arguments of that request.
  private var prepared: (requested: [String], verification: Verification)?

  /// The executor: the event loop of its session.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

  init(
    name: MachineName, record: MachineRecord, greeting: QMPGreeting, timing: StartTiming,
    process: ChildProcess,
    session: QMPSession,
    supervisor: SupervisorConnection? = nil, directory: MachineDirectory, lock: SharedDescriptor?,
    begin: ContinuousClock.Instant, verification: Verification? = nil, hasGuestRun: Bool = false
  ) {
    self.name = name
    self.record = record
    self.greeting = greeting
    self.timing = timing
    self.process = process
    self.session = session
    self.supervisor = supervisor
    self.directory = directory
    self.lock = lock
    self.begin = begin
    self.hasGuestRun = hasGuestRun
    prepared = verification.map { (record.requested, $0) }
  }
}

// MARK: - Use

extension VirtualMachine {
  /// Compares the live virtual machine with a request, and records the verdict.
  /// - Parameters:
  ///   - configuration: the request; nil for the recorded one.
  ///   - policy: the findings to accept in addition to those accepted at the start, and whether every finding that is
  ///     not confirmed is a failure.
  ///   - isDeep: whether values that no query returns are read from QEMU's memory, and the system call filter from the
  ///     kernel, for which the process is stopped briefly.
  ///   - timeout: the timeout for all of QEMU's answers together; nil for the timeout of each command. Properties whose
  ///     query is not answered are unobserved.
  /// - Returns: the report, and the observation it is based on. If the verdict could not be recorded, ``recordFailure``
  ///   is the error.
  /// - Throws: ``LifecycleError``: `startFailed` if QEMU exits meanwhile; `commandFailed` if the connection is lost;
  ///   `unsupportedOption`, `cancelled`.
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
    await recordVerdict()
    return (report, observation)
  }

  /// Records the verdict; a failure is kept in ``recordFailure``, so that the report is returned nevertheless.
  private func recordVerdict() async {
    do throws(LifecycleError) {
      try await writeVerdict()
      recordFailure = nil
    } catch {
      recordFailure = error
    }
  }

  private func writeVerdict() async throws(LifecycleError) {
    if lock != nil { return try directory.write(record) }
    // Another command may have changed the record since it was read.
    let lock = try await directory.lock(within: .seconds(2))
    defer { withExtendedLifetime(lock) {} }
    var present = try directory.record()
    guard present.process == record.process else { return }
    (present.accelerator, present.verdict) = (record.accelerator, record.verdict)
    try directory.write(present)
  }

  /// Sets the remedy for a fallback according to QEMU's warning.
  private func explainFallback(_ report: inout VerificationReport) {
    guard report.accelerator.verdict == .fellBack else { return }
    let warnings = StartWarning.all(
      in: standardError, command: record.command, access: .ofThisHost)
    guard let warning = warnings.first(where: { $0.kind == .fellBack && $0.rule != nil }) else { return }
    report.accelerator.remedy = Remedy(.restart, warning.remedy)
  }

  /// Returns the comparison with the recorded request, which `apply` may have changed since the start.
  private func ownVerification() throws(LifecycleError) -> Verification {
    if let prepared, prepared.requested == record.requested { return prepared.verification }
    do throws(CommandLineError) {
      let verification = try Verification(of: QEMUConfiguration(arguments: record.requested))
      prepared = (record.requested, verification)
      return verification
    } catch {
      throw .unsupported(error)
    }
  }

  /// Resumes the guest. QMP: `cont`
  public func resume() async throws(LifecycleError) {
    try await completeStart()
    hasGuestRun = true
    _ = try await execute(Cont())
  }

  /// Pauses the guest. QMP: `stop`
  public func pause() async throws(LifecycleError) { _ = try await execute(Stop()) }

  /// Returns QEMU's run state. QMP: `query-status`
  /// - Parameter timeout: the timeout for QEMU's answer.
  public func runState(within timeout: Duration? = nil) async throws(LifecycleError) -> RunState {
    try await execute(QueryStatus(), timeout: timeout).status
  }

  /// Executes a typed QMP command, and decodes QEMU's reply.
  /// - Throws: ``LifecycleError``: `commandFailed` with QEMU's message; `startFailed` if QEMU exits; `timedOut`,
  ///   `cancelled`.
  public func execute<Command: QAPICommand>(
    _ command: Command, timeout: Duration? = nil
  ) async throws(LifecycleError) -> Command.Response {
    do throws(QMPError) {
      return try await session.execute(command, timeout: timeout)
    } catch {
      throw await explain(error)
    }
  }

  /// Executes any QMP command.
  /// - Throws: ``LifecycleError``: `commandFailed` with QEMU's message; `startFailed` if QEMU exits; `timedOut`,
  ///   `cancelled`.
  public func execute(
    _ command: String, _ arguments: JSONObject = [:], timeout: Duration? = nil
  ) async throws(LifecycleError) -> JSON {
    do throws(QMPError) {
      return try await session.execute(command, arguments: arguments, timeout: timeout)
    } catch {
      throw await explain(error)
    }
  }

  /// Returns QEMU's events from this call on.
  /// - Parameter capacity: the number of events that are kept for a slow reader.
  public func events(capacity: Int = 1024) async -> QMPEvents { await session.events(capacity: capacity) }

  /// The exit of QEMU; nil while it is running.
  public var end: ProcessEnd? { process.end }

  /// Waits for QEMU to exit.
  /// - Returns: the exit; nil if the timeout expired or the task was cancelled.
  public func waitForEnd(within timeout: Duration? = nil) async -> ProcessEnd? {
    await process.waitForEnd(within: timeout)
  }

  /// The recorded end of the run; nil if it has none.
  public var ending: MachineRecord.Ending? { (try? directory.recordIfAny())?.flatMap(\.ending) }

  /// Records that the start is complete. Otherwise the next start with this name would treat it as interrupted, and
  /// kill QEMU.
  func completeStart() async throws(LifecycleError) {
    if !record.isStarting { return }
    if let supervisor { try await supervisor.commit(record.supervision ?? Supervision()) }
    record.isStarting = false
    try directory.write(record)
  }

  /// Releases the virtual machine: QEMU continues to run, and other commands may work on it.
  public func release() async {
    process.disown()
    if lock != nil, process.end == nil { try? await completeStart() }
    await detach()
  }

  /// Releases the virtual machine. A start that is not complete remains recorded as incomplete.
  func detach() async {
    await session.close()
    lock = nil
  }

  /// The text of QEMU's standard error since it started.
  public var standardError: String { directory.text(of: record.run.standardError) }

  /// Determines the accelerator that runs the guest, and its properties.
  public func inspectAccelerator() async throws(LifecycleError) -> AcceleratorInspection {
    AcceleratorInspection(try await observe { AcceleratorInspection.needs(given: $0) })
  }

  /// Determines the configuration of the live virtual machine.
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

  /// Returns the error for a failed command. A lost connection usually means that QEMU has exited; then its exit is
  /// explained.
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

  /// Explains an exit of QEMU after machine initialization.
  ///
  /// - Parameter end: the exit of the process.
  /// - Returns: the cause and the remedy.
  public func diagnosis(of end: ProcessEnd) -> Diagnosis {
    Diagnosis(
      end: end, standardError: standardError, command: record.command, phase: .ready, access: .ofThisHost)
  }

  /// Explains an exit of QEMU as an error, with QEMU's messages, the command line, and the remedy.
  ///
  /// - Parameter end: the exit of the process.
  /// - Returns: an error of code `startFailed`.
  public func failure(_ end: ProcessEnd) -> LifecycleError {
    diagnosis(of: end).error(at: hasGuestRun ? .run : .verification)
  }

  /// Records the end of the run, if QEMU has exited.
  public func recordExit() async throws(LifecycleError) {
    guard let end = process.end else { return }
    // The supervisor has written the cause to its journal when it ends.
    if let supervisor { await supervisor.closeAwaitingEnd() }
    if lock == nil { return try await Self.note(end, of: record.process, by: nil, in: directory) }
    if try directory.recordIfAny() != nil { try recordEnding(by: nil, end) }
  }

  /// Records the end of the run; the step is nil if this command did not cause it.
  func recordEnding(by step: ShutdownPolicy.Step?, _ end: ProcessEnd) throws(LifecycleError) {
    record.ending = try directory.recordEnding(of: record.process, by: step, end: end)
  }
}
