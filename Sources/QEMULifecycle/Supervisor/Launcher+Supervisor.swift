import Glibc
import LinuxSystem
import QEMUCommandLine
import QEMUDiagnosis
import QEMUJSON
import QEMUObservation
import QEMUSupervision
import QMP

extension LaunchRequest {
  /// Connects to the supervisor for this start: the one that starts this process, one that waits to start QEMU again, or
  /// a new one. It initializes while the start is planned.
  /// - Returns: nil for a virtual machine without a supervisor.
  func beginSupervisor(in directory: MachineDirectory) async throws(LifecycleError) -> SupervisorConnection? {
    guard let program = supervisor else { return nil }
    if let connection {
      let session = QMPSession(socket: Descriptor(owning: connection), isFirstClient: true)
      // It does not end if this start fails.
      return SupervisorConnection(session: session, pid: nil)
    }
    if let present = try await SupervisorConnection.connect(to: directory, within: .seconds(10)) {
      return present
    }
    return try SupervisorConnection.begin(program, of: directory)
  }
}

extension Launcher {
  /// Launches QEMU through a supervisor, which spawns it and stays its parent.
  ///
  /// Until the start is completed, the supervisor ends QEMU if this process closes the connection.
  func launch(
    through starting: SupervisorConnection, _ timing: inout StartTiming, since begin: ContinuousClock.Instant
  ) async throws(LifecycleError) -> Launched {
    do throws(LifecycleError) {
      return try await launch(with: try await starting.answered(directory), &timing, since: begin)
    } catch {
      // A failed start leaves nothing behind, not even if this task is cancelled.
      await Task { await starting.closeAwaitingEnd() }.value
      throw error
    }
  }

  private func launch(
    with supervisor: SupervisorConnection, _ timing: inout StartTiming,
    since begin: ContinuousClock.Instant
  ) async throws(LifecycleError) -> Launched {
    let process = try await prepare(supervisor)
    // The record is written before QEMU is executed, as it is without a supervisor.
    let record = try makeRecord(of: process)
    try directory.write(record)
    timing.spawned = .now - begin
    let answer: JSON
    do throws(QMPError) {
      answer = try await supervisor.call("execute", within: request.timeout)
    } catch {
      throw await giveUp(process, await notReady(error, supervisor))
    }
    if let number = answer["errno"]?.integerValue {
      throw BinaryProfile.unusable(
        request.binary, SystemError(Int32(truncatingIfNeeded: number), "execute \"\(request.binary.path)\""))
    }
    guard let greeting = answer["greeting"].flatMap(QMPGreeting.init) else {
      throw await giveUp(
        process, LifecycleError(.startFailed, "QEMU exited", remedy: "see QEMU's error output"),
        known: answer["ended"].map(ProcessEnd.init(ending:)))
    }
    timing.ready = .now - begin
    timing.greeting = answer["greeted-after"]?.integerValue.map { timing.spawned + .nanoseconds($0) }
    return Launched(
      process: process, session: supervisor.session, greeting: greeting, record: record,
      supervisor: supervisor)
  }

  /// Makes the supervisor start the child that waits to execute QEMU.
  private func prepare(_ supervisor: SupervisorConnection) async throws(LifecycleError) -> ChildProcess {
    let passed: [SharedDescriptor]
    do throws(SystemError) {
      passed = try files()
    } catch {
      throw notStarted(error)
    }
    let answer: JSON
    do throws(QMPError) {
      answer = try await supervisor.call("launch", passing: passed, within: .seconds(30))
    } catch {
      throw LifecycleError(
        error.code == .cancelled ? .cancelled : .startFailed, error.summary, evidence: error.evidence,
        remedy: error.remedy)
    }
    if let number = answer["errno"]?.integerValue {
      throw notStarted(SystemError(Int32(truncatingIfNeeded: number), "start \"\(request.binary.path)\""))
    }
    guard let pid = answer["pid"]?.integerValue.flatMap({ Int32(exactly: $0) }),
      let identity = ProcessIdentity(reading: pid), let process = try? ChildProcess.adopt(identity)
    else {
      throw LifecycleError(
        .startFailed, "the supervisor started QEMU, but its process cannot be examined",
        remedy: "check whether /proc is mounted for this user")
    }
    return process
  }

  /// Opens the files that are passed with a launch: the launch file, the log, and the listening socket of the monitor.
  private func files() throws(SystemError) -> [SharedDescriptor] {
    let listener = SharedDescriptor(try socket.listen())
    let log = try lockedLog()
    return [SharedDescriptor(try Descriptor.memoryFile(holding: launchFile.bytes)), log, listener]
  }

  private var launchFile: LaunchFile {
    LaunchFile(
      program: Array(request.binary.path.utf8), arguments: command.map { Array($0.utf8) },
      environment: environment.variables,
      directory: Array((request.directory ?? workingDirectory ?? "/").utf8),
      run: Array(run.id.utf8),
      descriptors: [
        (0, .consoleInput), (1, .consoleOutput), (2, .passed(0)), (LaunchPlan.monitorDescriptor, .passed(1)),
      ] + plan.secrets.map { ($0.descriptor, .bytes(Array($0.data.utf8))) },
      limitsCoreDumps: request.configuration.machine["dump-guest-core"] == nil)
  }

  private func notReady(_ error: QMPError, _ supervisor: SupervisorConnection) async -> LifecycleError {
    switch error.code {
    case .timedOut:
      let status = try? await supervisor.call("status", within: .seconds(2))
      let reason =
        status?["greeted"]?.boolValue == true
        ? "QEMU sent its greeting, but did not reply to qmp_capabilities: its main loop is not running"
        : "QEMU sent no greeting: it is stopped or stuck"
      return LifecycleError(
        .timedOut, "QEMU did not become ready within \(request.timeout): \(reason)",
        remedy: "see QEMU's error output and its command line; raise --timeout if QEMU is only slow")
    case .cancelled:
      return LifecycleError(.cancelled, "the start was cancelled", remedy: "repeat the command")
    default:
      return LifecycleError(.startFailed, error.summary, evidence: error.evidence, remedy: error.remedy)
    }
  }
}

/// The working directory of this process; nil if it was removed.
var workingDirectory: String? {
  guard let path = getcwd(nil, 0) else { return nil }
  defer { free(path) }
  return String(cString: path)
}

extension ProcessEnd {
  /// Reads the exit in a description of an end by the supervisor.
  init(ending json: JSON) {
    if let code = json["exit"]?.integerValue.flatMap({ Int32(exactly: $0) }) {
      self = .exited(code: code)
    } else if let number = json["signal"]?.integerValue.flatMap({ Int32(exactly: $0) }) {
      self = .signalled(number, coreDumped: json["core-dumped"]?.boolValue ?? false)
    } else {
      self = .unknown
    }
  }
}
