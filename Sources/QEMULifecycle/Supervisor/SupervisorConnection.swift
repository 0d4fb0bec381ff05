import CLinux
import Glibc
import LinuxSystem
import QEMUDiagnosis
import QEMUJSON
import QEMUSupervision
import QMP

/// A connection to the supervisor of a virtual machine, over which QMP commands reach QEMU, too.
struct SupervisorConnection: Sendable {
  static let socket = "control.sock"
  /// The descriptor of the connection in a process that the supervisor or a command starts.
  static let descriptor: Int32 = 3

  /// The session; the supervisor answers commands whose names begin with `supervisor-`.
  let session: QMPSession
  /// The status when the connection was made; nil if it was not read.
  var status: SupervisorStatus?
  /// The supervisor's pid; nil if this process started it and does not know its pid in another namespace.
  let pid: Int32?

  /// Connects to the supervisor of a virtual machine.
  /// - Returns: nil if there is none.
  /// - Throws: ``LifecycleError``: `hostUnusable`; `timedOut` if it does not answer; `cancelled`.
  static func connect(
    to directory: MachineDirectory, within timeout: Duration
  ) async throws(LifecycleError) -> SupervisorConnection? {
    let descriptor: Descriptor
    do throws(SystemError) {
      descriptor = try UnixSocketPath(directory: directory.path, name: socket).connect()
    } catch {
      if error.isOfHost { throw .ofHost(error) }
      // A full queue means that a supervisor does not answer.
      if ![EAGAIN, EINTR, EINPROGRESS].contains(error.number) { return nil }
      throw LifecycleError(
        .timedOut, "the supervisor of \"\(directory.name)\" does not answer: \(error)",
        remedy:
          "end it (ps -C qemuctl-supervisor); QEMU continues to run, and the next command starts another one")
    }
    let session = QMPSession(socket: descriptor, isFirstClient: true)
    let peer = try? await session.peer()
    guard let peer, [geteuid(), 0].contains(peer.uid) else {
      await session.close()
      throw LifecycleError(
        .foreign,
        "the socket \"\(directory.path)/\(socket)\" belongs to process \(peer?.pid ?? 0) of another user",
        remedy: "see which process bound the socket (ss -lxp)")
    }
    return try await negotiated(session, peer.pid, directory, within: timeout)
  }

  static func negotiated(
    _ session: QMPSession, _ pid: Int32?, _ directory: MachineDirectory, within timeout: Duration
  ) async throws(LifecycleError) -> SupervisorConnection? {
    do throws(QMPError) {
      try await session.negotiate(timeout: timeout)
      return SupervisorConnection(session: session, pid: pid)
    } catch {
      switch error.code {
      case .connectionLost: return nil
      case .cancelled:
        throw LifecycleError(
          .cancelled, "the command on \"\(directory.name)\" was cancelled", remedy: "repeat the command")
      default:
        throw LifecycleError(
          .timedOut, "the supervisor of \"\(directory.name)\" does not answer: \(error.summary)",
          evidence: pid.map { ["its pid is \($0)"] } ?? [],
          remedy: "end it with kill -9 \(pid.map(String.init) ?? "PID"); QEMU continues to run, and the next "
            + "command starts another supervisor")
      }
    }
  }

  /// Closes the connection, and waits until the supervisor has ended, which it does when QEMU has.
  func closeAwaitingEnd() async {
    let process = pid.flatMap { ProcessIdentity(reading: $0) }.flatMap { try? ChildProcess.adopt($0) }
    await session.close()
    _ = await process?.waitForEnd(within: .seconds(5))
  }

  /// Calls the supervisor.
  /// - Parameters:
  ///   - name: the name of the call.
  ///   - arguments: its arguments.
  ///   - descriptors: the descriptors that are passed with it.
  ///   - timeout: the timeout for the answer.
  func call(
    _ name: String, _ arguments: JSONObject = [:], passing descriptors: [SharedDescriptor] = [],
    within timeout: Duration
  ) async throws(QMPError) -> JSON {
    try await session.execute(
      "supervisor-\(name)", arguments: arguments, passing: descriptors, timeout: timeout)
  }
}
