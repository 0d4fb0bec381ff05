import CLinux
import Glibc
import LinuxSystem
import QEMUDiagnosis
import QMP

extension SupervisorConnection {
  /// Starts the supervisor of a virtual machine, and waits until it answers. It ends with the connection unless a start
  /// is completed.
  static func start(
    _ program: SupervisorProgram, of directory: MachineDirectory
  ) async throws(LifecycleError) -> SupervisorConnection {
    try await begin(program, of: directory).answered(directory)
  }

  /// Starts the supervisor of a virtual machine. It initializes while this process continues.
  static func begin(
    _ program: SupervisorProgram, of directory: MachineDirectory
  ) throws(LifecycleError) -> SupervisorConnection {
    var ends: [Int32] = [-1, -1]
    let result = clinux_socket_pair(&ends)
    if result < 0 { throw .ofHost(SystemError(-result, "make a socket pair")) }
    let ours = Descriptor(owning: ends[0])
    let pid = try spawn(program, directory, connection: SharedDescriptor(Descriptor(owning: ends[1])))
    return SupervisorConnection(session: QMPSession(socket: ours, isFirstClient: true), pid: pid)
  }

  /// Waits until the supervisor answers.
  func answered(_ directory: MachineDirectory) async throws(LifecycleError) -> SupervisorConnection {
    if let connection = try await Self.negotiated(session, pid, directory, within: .seconds(30)) {
      return connection
    }
    throw LifecycleError(
      .startFailed, "the supervisor of \"\(directory.name)\" ended: \(directory.supervisorMessages)",
      remedy: "check the state directory \(directory.path), or start the virtual machine with --no-supervisor"
    )
  }

  private static func spawn(
    _ program: SupervisorProgram, _ directory: MachineDirectory, connection: SharedDescriptor
  ) throws(LifecycleError) -> Int32 {
    guard let files = try directory.open() else { throw directory.noSuchMachine() }
    do throws(SystemError) {
      let empty = SharedDescriptor(try Descriptor.open("/dev/null", O_RDWR))
      let log = SharedDescriptor(
        try files.create(MachineDirectory.supervisorLog, O_WRONLY | O_TRUNC | O_APPEND))
      return try ChildProcess.spawnDetached(
        program.path, [directory.name.description, files.path, program.command], environment: .current,
        passing: [
          .init(empty, as: 0), .init(empty, as: 1), .init(log, as: 2), .init(connection, as: descriptor),
        ])
    } catch {
      if error.isOfHost { throw .ofHost(error) }
      throw LifecycleError(
        .binaryUnusable, "the supervisor cannot be started: \(error)",
        remedy: "install it again, or start the virtual machine with --no-supervisor")
    }
  }
}

extension MachineDirectory {
  static let supervisorLog = "supervisor.log"

  /// The supervisor's messages.
  fileprivate var supervisorMessages: String {
    let messages = text(of: Self.supervisorLog).split(whereSeparator: \.isNewline).suffix(3)
    return messages.isEmpty ? "it has printed no message" : messages.joined(separator: "; ")
  }
}
