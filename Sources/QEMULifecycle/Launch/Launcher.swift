import CLinux
import Glibc
import LinuxSystem
import QEMUCommandLine
import QEMUDiagnosis
import QEMUObservation
import QMP

/// A launcher of one QEMU: it listens, spawns, connects, and waits for the first answer or the exit.
///
/// If a step fails, the previous ones are undone: no process, socket, file or lock remains.
struct Launcher {
  let request: LaunchRequest
  let profile: BinaryProfile
  let directory: MachineDirectory
  /// The connection to the supervisor that launches QEMU; nil if there is none.
  let supervisor: SupervisorConnection?
  let plan: LaunchPlan
  let run = RunFiles()

  var socket: UnixSocketPath { UnixSocketPath(directory: directory.path, name: run.socket) }

  init(
    _ request: LaunchRequest, _ directory: MachineDirectory, _ supervisor: SupervisorConnection?
  ) async throws(LifecycleError) {
    self.directory = directory
    self.supervisor = supervisor
    profile = try await BinaryProfile.load(request.binary, cache: request.state.path)
    do throws(CommandLineError) {
      var request = request
      if let user = request.user { try request.configuration.setUser(user, version: profile.version) }
      self.request = request
      plan = try LaunchPlan(request.configuration, profile, callsFile: directory.file(run.calls))
    } catch {
      throw .unsupported(error)
    }
  }

  /// The argument vector, beginning with the binary.
  var command: [String] { [request.binary.path] + plan.arguments }

  /// The result of a launch.
  struct Launched {
    let process: ChildProcess
    let session: QMPSession
    let greeting: QMPGreeting
    let record: MachineRecord
    /// The connection to the supervisor, which has the session; nil if there is no supervisor.
    var supervisor: SupervisorConnection?
  }

  func launch(
    _ timing: inout StartTiming, since begin: ContinuousClock.Instant
  ) async throws(LifecycleError) -> Launched {
    if let supervisor { return try await launch(through: supervisor, &timing, since: begin) }
    let waiting = try spawn()
    // The record is written before QEMU is executed: if this process ends at any time, a later command finds the QEMU.
    let record = try makeRecord(of: waiting.process)
    try directory.write(record)
    let process = try execute(waiting)
    timing.spawned = .now - begin
    do throws(LifecycleError) {
      let session = try connect()
      do throws(LifecycleError) {
        let greeting = try await awaitReadiness(session, process)
        timing.ready = .now - begin
        timing.greeting = await session.greetingTime.map { $0 - begin }
        return Launched(process: process, session: session, greeting: greeting, record: record)
      } catch {
        await session.close()
        throw error
      }
    } catch {
      throw await giveUp(process, error)
    }
  }

  private func spawn() throws(LifecycleError) -> ChildProcess.Waiting {
    do throws(SystemError) {
      let listener = SharedDescriptor(try socket.listen())
      let streams = try openStreams()
      let secrets = try openSecrets()
      return try ChildProcess.spawnWaiting(
        request.binary.path, plan.arguments, environment: environment,
        directory: try request.directory.map { path throws(SystemError) in
          SharedDescriptor(try Descriptor.open(path, clinux_path_only | O_DIRECTORY))
        },
        passing: [
          .init(streams.input, as: 0), .init(streams.output, as: 1), .init(streams.error, as: 2),
          .init(listener, as: LaunchPlan.monitorDescriptor),
        ] + secrets.map { .init($0.file, as: $0.descriptor) })
    } catch {
      throw notStarted(error)
    }
  }

  /// Returns the error for a QEMU that could not be started because of the host or the state directory.
  func notStarted(_ error: SystemError) -> LifecycleError {
    if [EMFILE, ENFILE, ENOMEM, EAGAIN].contains(error.number) { return .ofHost(error) }
    return LifecycleError(
      .startFailed, "\(error)", remedy: "check whether the state directory \(directory.path) is usable")
  }

  private func execute(_ waiting: consuming ChildProcess.Waiting) throws(LifecycleError) -> ChildProcess {
    do throws(SystemError) {
      if request.configuration.machine["dump-guest-core"] == nil { waiting.limitCoreDumps() }
      return try waiting.execute()
    } catch {
      throw BinaryProfile.unusable(request.binary, error)
    }
  }

  var environment: ProcessEnvironment {
    .ofQEMU.setting(request.configuration.environment.map { ($0.name, $0.value) })
  }

  /// Writes the data of secrets to files in memory, which exist until their last descriptor is closed.
  private func openSecrets() throws(SystemError) -> [(file: SharedDescriptor, descriptor: Int32)] {
    try plan.secrets.map { secret throws(SystemError) in
      (SharedDescriptor(try Descriptor.memoryFile(holding: secret.data)), secret.descriptor)
    }
  }

  private struct Streams {
    let input: SharedDescriptor
    let output: SharedDescriptor
    let error: SharedDescriptor
  }

  private func openStreams() throws(SystemError) -> Streams {
    let error = try lockedLog()
    switch request.console {
    case .log:
      return Streams(
        input: SharedDescriptor(try Descriptor.open("/dev/null", O_RDONLY)),
        output: try log(run.console),
        error: error)
    case .inherited:
      return Streams(input: try duplicate(0), output: try duplicate(1), error: error)
    }
  }

  /// Opens the log of QEMU's standard error. QEMU holds a lock on it until it exits, which also shows a QEMU whose
  /// process is not visible.
  func lockedLog() throws(SystemError) -> SharedDescriptor {
    let log = try log(run.standardError)
    _ = try checked(clinux_lock(log.descriptor.number), "lock \"\(directory.file(run.standardError))\"")
    return log
  }

  func log(_ name: String) throws(SystemError) -> SharedDescriptor {
    guard let directory = try? directory.open() else {
      throw SystemError(ENOENT, "open \"\(directory.file(name))\"")
    }
    return SharedDescriptor(try directory.create(name, O_WRONLY | O_APPEND))
  }

  private func duplicate(_ number: Int32) throws(SystemError) -> SharedDescriptor {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    if copy < 0 { throw SystemError(errno, "duplicate descriptor \(number)") }
    return SharedDescriptor(Descriptor(owning: copy))
  }

  /// Connects to the monitor. Our copy of the listening socket is closed, so this fails if QEMU has exited.
  private func connect() throws(LifecycleError) -> QMPSession {
    do throws(SystemError) {
      return QMPSession(socket: try socket.connect(), isFirstClient: true)
    } catch {
      throw LifecycleError(
        .startFailed, "QEMU exited before it could be reached: \(error)", remedy: "see QEMU's error output")
    }
  }

  /// Waits for QEMU's first answer, or for its exit.
  private func awaitReadiness(
    _ session: QMPSession, _ process: ChildProcess
  ) async throws(LifecycleError) -> QMPGreeting {
    let watch = Task { if await process.waitForEnd() != nil { await session.close() } }
    defer { watch.cancel() }
    do throws(QMPError) {
      return try await session.negotiate(timeout: request.timeout)
    } catch {
      switch error.code {
      case .timedOut:
        throw LifecycleError(
          .timedOut, "QEMU did not become ready: \(error.summary)",
          remedy: "see QEMU's error output and its command line; raise --timeout if QEMU is only slow")
      case .cancelled:
        throw LifecycleError(.cancelled, "the start was cancelled", remedy: "repeat the command")
      default:
        throw LifecycleError(.startFailed, error.summary, evidence: error.evidence, remedy: error.remedy)
      }
    }
  }
}

// MARK: - Failure

extension Launcher {
  private static let timeout = Duration.seconds(2)

  /// Ends the process, cleans up, and returns the error with QEMU's error output.
  /// - Parameter known: the exit, if the supervisor has reported it.
  func giveUp(
    _ process: ChildProcess, _ error: LifecycleError, known: ProcessEnd? = nil
  ) async -> LifecycleError {
    let exitsByItself = error.code == .startFailed || error.code == .commandFailed
    // This task is not cancelled with the caller's: the process must have ended before this returns.
    let (seen, wasEndedHere) = await Task { await Self.end(process, graceful: exitsByItself) }.value
    let end = known ?? seen
    let words = directory.text(of: run.standardError)
    socket.remove()
    if !exitsByItself || wasEndedHere {
      return LifecycleError(
        error.code, error.summary, evidence: error.evidence + Diagnosis.evidence(words, command),
        remedy: error.remedy)
    }
    let diagnosis = Diagnosis(
      end: end, standardError: words, command: command, access: .ofThisHost)
    return diagnosis.error(
      at: error.code == .commandFailed ? .verification : .start,
      meant: diagnosis.refusesName ? await similarName() : nil)
  }

  /// Returns the name in this QEMU that is most similar to a name that it refused; nil if no name is similar.
  private func similarName() async -> String? {
    // If the binary cannot be queried, the failure is reported without a suggestion.
    guard let capabilities = try? await request.binary.capabilities(cachedIn: request.state) else {
      return nil
    }
    return request.configuration.findings(for: capabilities).lazy
      .filter { $0.weight == .refused }.compactMap(\.nearestName).first
  }

  /// Kills the process; if the end is graceful, only if the process does not exit within the timeout.
  /// - Returns: the exit, and whether this function caused it; then it does not explain the failure.
  private static func end(_ process: ChildProcess, graceful: Bool) async -> (ProcessEnd, Bool) {
    if graceful, let end = await process.waitForEnd(within: timeout) { return (end, false) }
    try? process.send(signal: SIGKILL)
    return (await process.waitForEnd(within: timeout) ?? .unknown, true)
  }
}
