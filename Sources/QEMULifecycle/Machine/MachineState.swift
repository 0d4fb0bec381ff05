public import QAPI

/// The state of a virtual machine.
public enum MachineState: Sendable, Hashable, CustomStringConvertible {
  /// QEMU is running and answers: its run state. QMP: `query-status`
  case live(RunState)
  /// QEMU has exited.
  case stopped
  /// QEMU crashed, or was ended by a signal that no command sent.
  case failed
  /// QEMU is running but does not answer.
  case stuck
  /// The recorded process is not the QEMU of this virtual machine.
  case foreign
  /// Another command holds the lock, or the process is not visible here.
  case unknown

  /// The state in one word: QEMU's name of the run state, or the name of the case.
  public var description: String {
    switch self {
    case .live(let state): state.text
    case .stopped: "stopped"
    case .failed: "failed"
    case .stuck: "stuck"
    case .foreign: "foreign"
    case .unknown: "unknown"
    }
  }
}
