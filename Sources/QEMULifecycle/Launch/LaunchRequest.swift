public import QEMUCommandLine

/// What to start, and under which name.
public struct LaunchRequest: Sendable {
  /// Where QEMU's standard input and output go.
  public enum Console: Sendable, Hashable {
    /// Nothing is read; what is written is kept in the virtual machine's directory.
    case log
    /// They are this process's own.
    case inherited
  }

  /// The name under which the virtual machine is found again.
  public var name: MachineName
  /// The command line.
  public var configuration: QEMUConfiguration
  /// The program.
  public var binary: QEMUBinary
  /// The state directory.
  public var state: StateDirectory
  /// The user to whom QEMU changes before its guest runs, a name or `UID:GID`; nil where the configuration says it, or QEMU stays
  /// the caller's.
  ///
  /// QEMU: `-run-with user=NAME|UID:GID`, `-runas`
  public var user: String?
  /// Where QEMU's standard input and output go.
  public var console = Console.log
  /// The timeout for QEMU to create its machine.
  public var deadline = Duration.seconds(60)
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

/// When each stage of a start was reached, counted from its beginning.
public struct StartTiming: Sendable, Hashable {
  /// QEMU was executed.
  public internal(set) var spawned: Duration = .zero
  /// QEMU's machine was built: it answered its first command.
  public internal(set) var ready: Duration = .zero
  /// The virtual machine was compared with the request; nil before.
  public internal(set) var verified: Duration?
}
