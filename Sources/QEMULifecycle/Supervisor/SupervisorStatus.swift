import LinuxSystem
public import QEMUCommandLine
import QEMUDiagnosis
import QEMUJSON
import QMP

/// The supervisor of a virtual machine, as its status shows it.
public struct SupervisorStatus: Sendable, Hashable {
  /// The process id of the supervisor; nil if the kernel does not report it.
  public let pid: Int32?
  /// The id of the run; nil if QEMU is not running.
  let run: String?
  /// The ends after which QEMU is started again.
  public let restart: LifecycleSection.Restart
  /// The number of restarts within the time of the limit.
  public let restartCount: Int
  /// The time until QEMU is started again; nil if that is not due.
  public let restartDelay: Duration?

  /// Reads the answer of a supervisor.
  init(_ json: JSON, pid: Int32?) {
    self.pid = pid
    run = json["run"]?.stringValue
    restart = json["restart"]?.stringValue.flatMap(LifecycleSection.Restart.init(rawValue:)) ?? .never
    restartCount = json["restarts"]?.integerValue.flatMap { Int(exactly: $0) } ?? 0
    restartDelay = json["restart-after"]?.integerValue.map { .milliseconds($0) }
  }
}

/// The sockets on which a supervisor serves QMP clients.
public struct ClientSockets: Sendable, Hashable {
  /// The path of the socket for all commands that the rules allow.
  public let readWrite: String
  /// The path of the socket for queries.
  public let readOnly: String
}

extension SupervisorConnection {
  /// Returns the status of the supervisor; nil if it does not answer in time.
  func status(within timeout: Duration) async -> SupervisorStatus? {
    guard let answer = try? await call("status", within: timeout) else { return nil }
    return SupervisorStatus(answer, pid: pid)
  }
}

extension MachineDirectory {
  /// Returns the status of a supervisor whose QEMU is not running; nil if there is none.
  func supervisorWithoutQEMU(within timeout: Duration) async -> SupervisorStatus? {
    guard let supervisor = try? await SupervisorConnection.connect(to: self, within: timeout) else {
      return nil
    }
    let status = await supervisor.status(within: timeout)
    await supervisor.session.close()
    return status
  }

  /// Returns QEMU's version and the rules of the supervisor that runs a run; nil if there is no supervisor.
  func supervisor(
    of run: RunFiles, within timeout: Duration
  ) async throws(LifecycleError) -> (version: String?, supervision: Supervision)? {
    guard let supervisor = try await SupervisorConnection.connect(to: self, within: timeout) else {
      return nil
    }
    let version = await supervisor.session.greeting?.version.description
    let answer = try? await supervisor.call("status", within: timeout)
    await supervisor.session.close()
    guard let answer, answer["run"]?.stringValue == run.id else { return nil }
    return (version, Supervision(json: answer["rules"] ?? .null))
  }

  /// The sockets that QMP clients connect to.
  var clientSockets: ClientSockets {
    ClientSockets(readWrite: file("qmp.sock"), readOnly: file("qmp-ro.sock"))
  }
}
