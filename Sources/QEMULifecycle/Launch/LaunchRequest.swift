public import QEMUCommandLine
public import QEMUDiagnosis
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
  /// The action on a drift that is recorded for later starts; nil for the default.
  public var driftPolicy: DriftPolicy?
  /// The working directory of QEMU, to which relative paths refer; nil for that of this process.
  public var directory: String?
  /// The program of the supervisor; nil for a virtual machine without one.
  public var supervisor: SupervisorProgram?
  /// The descriptor of a connection to a supervisor that is running, and that starts this QEMU; nil to start one.
  package var connection: Int32?
  /// The rules for the supervisor.
  public var supervision = Supervision()
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

extension LaunchRequest {
  /// Makes a request for a new start of a recorded virtual machine.
  /// - Throws: ``LifecycleError``: `binaryUnusable`; `unsupportedOption` if the record has arguments that this version
  ///   cannot read.
  public init(_ record: MachineRecord, in state: StateDirectory) throws(LifecycleError) {
    var configuration: QEMUConfiguration
    do throws(CommandLineError) {
      configuration = try QEMUConfiguration(arguments: record.requested, unknownNames: .kept)
    } catch {
      throw .unsupported(error)
    }
    configuration.environment = record.environment.compactMap(
      QEMUConfiguration.EnvironmentVariable.init(text:))
    self.init(
      name: try MachineName(record.name), configuration: configuration,
      binary: try QEMUBinary(finding: record.binary), state: state)
    (directory, user, accepted) = (record.directory, record.user, record.accepted)
    driftPolicy = record.driftPolicy
    supervision = record.supervision ?? Supervision()
  }
}

extension QEMUConfiguration.EnvironmentVariable {
  /// Reads `NAME=VALUE`.
  fileprivate init?(text: String) {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    self.init(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
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
