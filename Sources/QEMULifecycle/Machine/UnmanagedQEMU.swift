import Glibc
public import LinuxSystem
public import QAPI
public import QEMUCommandLine
public import QEMUDiagnosis
import QEMUObservation
public import QEMUVerification
import QMP

/// A QEMU that `qemuctl` did not start: it is compared with its own command line, and not changed.
///
/// Its monitor is queried only if no other client is connected, and the connection is closed afterwards. If the monitor
/// cannot be queried, only the host's evidence is used.
public struct UnmanagedQEMU: Sendable {
  /// The process.
  public let process: ProcessIdentity
  /// The configuration that it was started with.
  public let configuration: QEMUConfiguration
  /// The access to its monitor.
  public let monitor: MonitorAccess

  private static let timeout = Duration.seconds(2)

  /// Reads the command line of a process.
  /// - Throws: ``LifecycleError``: `notRunning` if there is no such process; `notQEMU` if its program is not QEMU;
  ///   `unsupportedOption` if its command line cannot be parsed; `hostUnusable`.
  public init(pid: Int32) throws(LifecycleError) {
    guard let process = ProcessIdentity(reading: pid) else { throw QEMUProgram.unreadable(pid, errno) }
    self.process = process
    configuration = try QEMUProgram.configuration(of: pid)
    monitor = Self.monitor(of: configuration, pid)
  }

  /// Makes the value for a recorded virtual machine whose monitor does not answer; only the host's evidence is used.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - reason: the reason why the monitor is not queried.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `notRunning`, `foreign`, `unproven`, `unsupportedOption`,
  ///   `stateUnusable`, `hostUnusable`.
  public init(
    unanswering name: MachineName, in state: StateDirectory, because reason: String
  ) throws(LifecycleError) {
    let directory = MachineDirectory(name, in: state)
    let record = try directory.record()
    guard try RecordedProcess.find(record, in: directory) != nil else {
      throw LifecycleError(
        .notRunning, "\"\(name)\" is not running",
        remedy: "start it again; qemuctl logs \(name) prints its error output")
    }
    process = record.process
    monitor = .unreachable(reason: reason)
    do throws(CommandLineError) {
      configuration = try QEMUConfiguration(arguments: record.requested)
    } catch {
      throw .unsupported(error)
    }
  }

  private static func monitor(of configuration: QEMUConfiguration, _ pid: Int32) -> MonitorAccess {
    let sockets = UnixSockets(of: pid)
    if let reason = sockets.obstacle, !configuration.listeningMonitors.isEmpty {
      return .unreachable(reason: reason)
    }
    var taken: String?
    for listener in configuration.listeningMonitors {
      let descriptor = listener.hasPrefix("fd:") ? String(listener.dropFirst("fd:".count)) : nil
      guard let path = descriptor.map(sockets.path(ofDescriptor:)) ?? listener, sockets.isListening(path)
      else { continue }
      if !sockets.isConnected(path) { return .free(path: path) }
      // A supervisor holds the monitor, and serves other clients.
      let served = UnixSocketPath(
        directory: UnixSocketPath(path).directory, name: SupervisorConnection.socket
      ).path
      if sockets.isListening(served) { return .free(path: served) }
      taken = path
    }
    return taken.map(MonitorAccess.taken) ?? .none
  }

  /// Compares it with its command line.
  /// - Parameters:
  ///   - policy: the findings that are waived, and whether everything unconfirmed is a failure.
  ///   - isDeep: whether values that no query returns are read from QEMU's memory.
  ///   - timeout: the timeout for all of QEMU's answers together; nil for the timeout of each command.
  /// - Returns: the report, the observation it is based on, and QEMU's version and run state if its monitor answered.
  /// - Throws: ``LifecycleError``: `notRunning` if it exits meanwhile; `commandFailed` if the connection is lost;
  ///   `unsupportedOption`, `cancelled`, `hostUnusable`.
  public func verify(
    by policy: VerificationPolicy = VerificationPolicy(), deep isDeep: Bool = false,
    within timeout: Duration? = nil
  ) async throws(LifecycleError) -> (
    report: VerificationReport, observation: Observation, monitor: (version: String, state: RunState)?
  ) {
    let verification = try Verification.prepared(for: configuration, policy)
    let end = timeout.map { ContinuousClock.now + $0 }
    let session = try await connect(within: min(timeout ?? Self.timeout, Self.timeout))
    let observer = Observer(
      session: session.value, pid: process.pid, monitorUnavailability: session.unavailability,
      isDeep: isDeep, end: end)
    let observation: Observation
    do throws(QMPError) {
      observation = try await observer.observe { verification.needs(given: $0) }
    } catch {
      await session.value?.close()
      throw LifecycleError(.commandFailed, error.summary, evidence: error.evidence, remedy: error.remedy)
    }
    let answer = await answer(of: session.value, unlessUnansweredIn: observation)
    await session.value?.close()
    guard let now = ProcessIdentity(reading: process.pid) else {
      throw QEMUProgram.unreadable(process.pid, errno)
    }
    guard now == process else {
      throw LifecycleError(
        .notRunning, "process \(process.pid) ended while it was verified", remedy: "specify a running process"
      )
    }
    return (verification.judge(observation, by: policy), observation, answer)
  }

  /// Returns QEMU's version and run state; nil if its monitor does not answer.
  private func answer(
    of session: QMPSession?, unlessUnansweredIn observation: Observation
  ) async -> (version: String, state: RunState)? {
    guard let session, observation.unanswered.isEmpty, let version = await session.greeting?.version,
      let status = try? await session.execute(QueryStatus(), timeout: Self.timeout)
    else { return nil }
    return (version.description, status.status)
  }

  /// Connects to the monitor. If another client has connected meanwhile, this fails at the timeout.
  private func connect(within timeout: Duration) async throws(LifecycleError) -> (
    value: QMPSession?, unavailability: MonitorUnavailability?
  ) {
    guard case .free(let path) = monitor else { return (nil, monitor.unavailability) }
    // A stopped process accepts the connection and never answers.
    if let reason = ProcessStat.stopReason(of: process.pid) {
      return (nil, MonitorUnavailability(reason, isTemporary: true))
    }
    do throws(QMPError) {
      // The path is relative to the root or working directory of the process.
      let root = path.hasPrefix("/") ? "/proc/\(process.pid)/root" : "/proc/\(process.pid)/cwd/"
      return (try await QMPSession.connect(path: root + path, timeout: timeout), nil)
    } catch {
      if error.code == .cancelled {
        throw LifecycleError(.cancelled, error.summary, remedy: error.remedy)
      }
      let reason = "its monitor \(path) does not answer: \(error.summary); \(error.remedy)"
      return (nil, MonitorUnavailability(reason, isTemporary: true))
    }
  }
}

extension Verification {
  /// Returns the comparison with a request.
  /// - Throws: ``LifecycleError`` `unsupportedOption` if the request contradicts itself, or lacks a finding that is
  ///   waived.
  static func prepared(
    for configuration: QEMUConfiguration, _ policy: VerificationPolicy = VerificationPolicy()
  ) throws(LifecycleError) -> Verification {
    do throws(CommandLineError) {
      let verification = try Verification(of: configuration)
      try verification.requireFindings(named: policy.accepted)
      return verification
    } catch {
      throw .unsupported(error)
    }
  }
}
