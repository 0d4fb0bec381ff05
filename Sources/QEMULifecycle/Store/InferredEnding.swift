import Glibc
import QMP

extension MachineRecord.Ending {
  /// The reason of an end that left its socket behind, which QEMU removes when it ends in an orderly way.
  static let crashed =
    "it was killed or crashed; the exit status is unknown, as no command watched it end"
  private static let orderly =
    "its guest shut down, or a client of its monitor made it quit; the exit status is unknown, as no command "
    + "watched it end"

  /// Reads the end out of a process that its parent has not reaped.
  fileprivate init?(ofZombie process: ProcessIdentity, text: String) {
    guard let end = ProcessEnd(ofZombie: process) else { return nil }
    self.init(reason: Self.byItself, end: end, text: text)
  }

  /// Tells an end by what it left: QEMU's last messages, and the socket.
  fileprivate init(text: String, command: [String], leftSocket: Bool) {
    // QEMU tells of a signal that it obeys, and of a crash that it finds itself.
    let told = Diagnosis(
      end: leftSocket ? .signalled(6, coreDumped: false) : .exited(code: 0), standardError: text,
      command: command, phase: .ready)
    let isTold = leftSocket ? CrashRules.names.contains(told.rule ?? "") : told.tellsOfSignal
    self.init(
      reason: isTold ? told.cause : leftSocket ? Self.crashed : Self.orderly, end: .unknown, text: text)
  }
}

extension MachineFolder {
  /// The end of a run that nobody recorded; nil where the host was restarted.
  func inferredEnding(of record: MachineRecord) -> MachineRecord.Ending? {
    if record.process.bootID != ProcessIdentity.currentBootID { return nil }
    if let ending = MachineRecord.Ending(ofZombie: record.process, text: lastWords(of: record.run)) {
      return ending
    }
    let socket = UnixSocketPath(folder: path, name: record.socket)
    return MachineRecord.Ending(
      text: lastWords(of: record.run), command: record.command,
      leftSocket: !socket.isIndirect && access(socket.path, F_OK) == 0)
  }
}
