public import QEMUCommandLine
public import QEMUObservation

/// A request to start a virtual machine.
public struct LaunchRequest: Sendable {
  /// The standard input and output of QEMU.
  public enum Console: Sendable, Hashable {
    /// The input is empty; the output goes to a log in the virtual machine's directory.
    case log
    /// The input and output are those of this process.
    case inherited
  }

  /// The name of the virtual machine.
  public var name: MachineName
  /// The command line.
  public var configuration: QEMUConfiguration
  /// The QEMU binary.
  public var binary: QEMUBinary
  /// The state directory.
  public var state: StateDirectory
  /// The user to whom QEMU changes before its guest runs, a name or `UID:GID`; nil for the user in the configuration,
  /// or, if there is none, for the user of this process.
  ///
  /// QEMU: `-run-with user=NAME|UID:GID`, `-runas`
  public var user: String?
  /// The standard input and output of QEMU.
  public var console = Console.log
  /// The timeout for machine initialization.
  public var timeout = Duration.seconds(60)
  /// The findings that are waived, `OPTION` or `OPTION.PROPERTY`.
  public var accepted: [String] = []

  /// Makes a request.
  public init(
    name: MachineName, configuration: QEMUConfiguration, binary: QEMUBinary,
    state: StateDirectory = StateDirectory()
  ) {
    self.name = name
    self.configuration = configuration
    self.binary = binary
    self.state = state
  }
}

/// The time at which each stage of a start was reached, counted from its beginning.
public struct StartTiming: Sendable, Hashable {
  /// The time at which QEMU was executed.
  public internal(set) var spawned: Duration = .zero
  /// The time at which QEMU's greeting arrived: its monitor exists, and its machine initialization begins; nil before.
  public internal(set) var greeting: Duration?
  /// The time at which QEMU answered its first command: machine initialization was complete.
  public internal(set) var ready: Duration = .zero
  /// The time at which the virtual machine had been verified; nil before.
  public internal(set) var verified: Duration?
}
