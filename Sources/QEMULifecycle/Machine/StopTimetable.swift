/// How a virtual machine is stopped: what is tried, and for how long, before the next is.
public struct StopTimetable: Sendable, Hashable {
  /// One way to end a virtual machine, the gentle ones first.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    /// The guest is asked, as by its power button. QMP: `system_powerdown`
    case powerdown
    /// QEMU is told to end; the guest is not asked. QMP: `quit`
    case quit
    /// SIGTERM.
    case terminate
    /// SIGKILL.
    case kill

    /// What is written down of a virtual machine that it ended.
    var reason: String { "stopped by \(rawValue)" }
  }

  /// The steps in order, each with the time that it is given.
  public var steps: [(step: Step, patience: Duration)] { zip(Step.allCases, patiences).map { ($0, $1) } }
  private var patiences: [Duration]

  /// - Parameters:
  ///   - powerdown: how long the guest may take to power off; zero does not ask it.
  ///   - quit: how long QEMU may take to quit.
  ///   - terminate: how long QEMU may take to obey SIGTERM.
  public init(
    powerdown: Duration = .seconds(30), quit: Duration = .seconds(5), terminate: Duration = .seconds(5)
  ) {
    patiences = [powerdown, quit, terminate, .seconds(10)]
  }

  /// Ends it at once.
  public static let immediate = StopTimetable(powerdown: .zero, quit: .zero, terminate: .zero)
}

/// Which step ended a virtual machine.
public struct StopOutcome: Sendable, Hashable {
  /// The step after which the process was gone; nil where it was gone before.
  public let step: StopTimetable.Step?
  /// How the process ended.
  public let end: ProcessEnd
  /// What was tried before, and why it did not do.
  public let remarks: [String]
}
