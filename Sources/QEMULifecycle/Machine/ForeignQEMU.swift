import Glibc
public import QEMUCommandLine
public import QEMUVerification
import QMP

/// A QEMU that somebody else started: it is compared with its own command line, and left as it is.
///
/// Its monitor is only asked while nobody holds it, and given back at once. Where it cannot be asked, what the host tells is all
/// that is judged.
public struct ForeignQEMU: Sendable {
  /// The process.
  public let process: ProcessIdentity
  /// The configuration that it was started with.
  public let configuration: QEMUConfiguration
  /// The access to its monitor.
  public let monitor: MonitorAccess

  private static let timeout = Duration.seconds(2)

  /// Reads what a process was started with.
  /// - Throws: ``LifecycleError`` `notRunning` where there is no such process, `notQEMU` where it is none.
  public init(pid: Int32) throws(LifecycleError) {
    guard let process = ProcessIdentity(reading: pid) else { throw Self.noProcess(pid, errno) }
    self.process = process
    configuration = try Self.configuration(of: pid)
    monitor = Self.monitor(of: configuration, pid)
  }

  /// Takes a recorded virtual machine whose monitor does not answer: the host alone shows it.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - reason: the reason why the monitor is not asked.
  /// - Throws: ``LifecycleError`` `noSuchMachine`, `notRunning`, `unsupportedOption`.
  public init(
    unanswering name: MachineName, in state: StateDirectory, because reason: String
  ) throws(LifecycleError) {
    let folder = MachineFolder(name, in: state)
    let record = try folder.record()
    guard try RecordedProcess.find(record, in: folder) != nil else {
      throw LifecycleError(
        .notRunning, "\"\(name)\" does not run",
        remedy: "start it again; qemuctl logs \(name) shows what it said")
    }
    process = record.process
    monitor = .unreachable(reason: reason)
    do throws(CommandLineError) {
      configuration = try QEMUConfiguration(arguments: record.requested)
    } catch {
      throw LifecycleError(
        .unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
    }
  }

  /// Explains why nothing can be read of a process: it is gone only where the kernel says so.
  private static func noProcess(_ pid: Int32, _ number: Int32) -> LifecycleError {
    if !ProcFileSystem.isMounted || (pid > 0 && (kill(pid, 0) == 0 || errno != ESRCH)) {
      return .ofHost(SystemError(number, "read /proc/\(pid)"))
    }
    return LifecycleError(
      .notRunning, "there is no process \(pid)", remedy: "name one that runs: see pgrep -a qemu")
  }

  /// Reads what a process was started with.
  static func configuration(of pid: Int32) throws(LifecycleError) -> QEMUConfiguration {
    guard let text = readProcText("/proc/\(pid)/cmdline") else { throw noProcess(pid, errno) }
    let words = text.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
    let name = words.first?.split(separator: "/").last ?? ""
    // Where its program cannot be examined, its name is all that tells; then nothing of it is confirmed.
    guard QEMUProgram.isRun(by: pid) ?? (name.hasPrefix("qemu") || name.hasPrefix("kvm")) else {
      throw LifecycleError(
        .notQEMU, "process \(pid) is not QEMU", evidence: words.prefix(1).map { String($0.prefix(200)) },
        remedy: "name a process whose program is qemu-system-ARCH: see pgrep -a qemu")
    }
    do throws(CommandLineError) {
      return try QEMUConfiguration(words: words, unknownNames: .kept)
    } catch {
      let redaction = Redaction(arguments: words)
      throw LifecycleError(
        .unsupportedOption,
        "the command line of process \(pid) cannot be read: \(redaction.striking(error.description))",
        evidence: error.evidence.map(redaction.striking), remedy: error.remedy)
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
      taken = path
    }
    return taken.map(MonitorAccess.taken) ?? .none
  }

  /// Compares it with its command line.
  /// - Parameters:
  ///   - policy: the findings that are waived, and whether everything unconfirmed is a failure.
  ///   - isDeep: whether what no query shows is read in QEMU's memory.
  ///   - timeout: how long QEMU's answers are waited for in all; nil for as long as each of its commands may take.
  /// - Returns: the report, what it rests on, and the version where it was asked.
  /// - Throws: ``LifecycleError`` `notRunning` where it ends meanwhile, `commandFailed` where the connection breaks.
  public func verify(
    by policy: VerificationPolicy = VerificationPolicy(), deep isDeep: Bool = false,
    within timeout: Duration? = nil
  ) async throws(LifecycleError) -> (report: VerificationReport, observation: Observation, version: String?) {
    let verification = try Verification.prepared(for: configuration, policy)
    let end = timeout.map { ContinuousClock.now + $0 }
    let session = try await connect(within: min(timeout ?? Self.timeout, Self.timeout))
    let observer = Observer(
      session: session.value, pid: process.pid, silence: session.silence, isDeep: isDeep, end: end)
    let observation: Observation
    do throws(QMPError) {
      observation = try await observer.observe { verification.needs(given: $0) }
    } catch {
      await session.value?.close()
      throw LifecycleError(.commandFailed, error.summary, evidence: error.evidence, remedy: error.remedy)
    }
    let version = await session.value?.greeting?.version.description
    await session.value?.close()
    guard let now = ProcessIdentity(reading: process.pid) else { throw Self.noProcess(process.pid, errno) }
    guard now == process else {
      throw LifecycleError(
        .notRunning, "process \(process.pid) ended while it was looked at", remedy: "name one that runs")
    }
    return (verification.judge(observation, by: policy), observation, version)
  }

  /// A monitor that somebody takes in between is not waited for.
  private func connect(within timeout: Duration) async throws(LifecycleError) -> (
    value: QMPSession?, silence: MonitorSilence?
  ) {
    guard case .free(let path) = monitor else { return (nil, monitor.silence) }
    // A stopped process takes the connection and never answers.
    if let reason = ProcessStat.suspension(of: process.pid) {
      return (nil, MonitorSilence(reason, isTemporary: true))
    }
    do throws(QMPError) {
      // The path is the one that the process sees.
      let root = path.hasPrefix("/") ? "/proc/\(process.pid)/root" : "/proc/\(process.pid)/cwd/"
      return (try await QMPSession.connect(path: root + path, deadline: timeout), nil)
    } catch {
      if error.code == .cancelled {
        throw LifecycleError(.cancelled, error.summary, remedy: error.remedy)
      }
      let reason = "its monitor \(path) does not answer: \(error.summary); \(error.remedy)"
      return (nil, MonitorSilence(reason, isTemporary: true))
    }
  }
}

extension Verification {
  /// Prepares a comparison. A request that contradicts itself is explained as any other failure is.
  static func prepared(
    for configuration: QEMUConfiguration, _ policy: VerificationPolicy = VerificationPolicy()
  ) throws(LifecycleError) -> Verification {
    do throws(CommandLineError) {
      let verification = try Verification(of: configuration)
      try verification.requireFindings(named: policy.accepted)
      return verification
    } catch {
      throw LifecycleError(
        .unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
    }
  }
}
