import Glibc
import LinuxSystem
import QEMUDiagnosis

extension MachineRecord.Ending {
  /// The explanation if the socket remains: QEMU removes it at an orderly exit.
  private static let crashed =
    "it was killed or crashed; the exit status is unknown, because no command was waiting for QEMU to exit"
  private static let orderly =
    "its guest shut down, or a client of its monitor sent quit; the exit status is unknown, because no "
    + "command was waiting for QEMU to exit"

  /// Reads the end of a process that its parent has not reaped.
  fileprivate init?(ofZombie process: ProcessIdentity, text: String) {
    guard let end = ProcessEnd(ofZombie: process) else { return nil }
    self.init(cause: .unrequested, end: end, text: text)
  }

  /// Infers an end from QEMU's last messages, and from whether its socket remains.
  fileprivate init(text: String, command: [String], leftSocket: Bool) {
    // QEMU prints a message about a signal that it handles, and about a crash that it detects.
    let diagnosis = Diagnosis(
      end: leftSocket ? .signalled(6, coreDumped: false) : .exited(code: 0), standardError: text,
      command: command, phase: .ready)
    let isDetermined = leftSocket ? CrashRules.names.contains(diagnosis.rule ?? "") : diagnosis.reportsSignal
    let cause: Cause =
      leftSocket
      ? .crash(isDetermined ? diagnosis.cause : Self.crashed)
      : .exit(isDetermined ? diagnosis.cause : Self.orderly)
    self.init(cause: cause, end: .unknown, text: text)
  }
}

extension MachineDirectory {
  /// Infers the end of a run that no command recorded; nil if the host was restarted since.
  func inferredEnding(of record: MachineRecord) -> MachineRecord.Ending? {
    if record.process.bootID != ProcessIdentity.currentBootID { return nil }
    if let ending = MachineRecord.Ending(ofZombie: record.process, text: lastMessages(of: record.run)) {
      return ending
    }
    let socket = UnixSocketPath(directory: path, name: record.socket)
    return MachineRecord.Ending(
      text: lastMessages(of: record.run), command: record.command,
      leftSocket: !socket.isIndirect && access(socket.path, F_OK) == 0)
  }
}
