public import LinuxSystem

/// The steps of stopping a virtual machine, and the timeout of each.
public struct ShutdownPolicy: Sendable, Hashable {
  /// A step of stopping a virtual machine.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    /// An ACPI shutdown request to the guest, like its power button. QMP: `system_powerdown`
    case powerdown
    /// A request to QEMU to exit, without a shutdown of the guest. QMP: `quit`
    case quit
    /// SIGTERM.
    case terminate
    /// SIGKILL.
    case kill
  }

  /// The steps in order, each with its timeout.
  public var steps: [(step: Step, timeout: Duration)] { zip(Step.allCases, timeouts).map { ($0, $1) } }
  private var timeouts: [Duration]

  /// Makes a policy; a step with a timeout of zero is skipped.
  /// - Parameters:
  ///   - powerdown: the timeout for the guest to power off.
  ///   - quit: the timeout for QEMU to exit after `quit`.
  ///   - terminate: the timeout for QEMU to exit after SIGTERM.
  public init(
    powerdown: Duration = .seconds(30), quit: Duration = .seconds(5), terminate: Duration = .seconds(5)
  ) {
    timeouts = [powerdown, quit, terminate, .seconds(10)]
  }

  /// Returns the timeout of a step; zero if it is skipped.
  public func timeout(of step: Step) -> Duration { steps.first { $0.step == step }?.timeout ?? .zero }

  /// A policy that only sends SIGKILL.
  public static let immediate = ShutdownPolicy(powerdown: .zero, quit: .zero, terminate: .zero)
}

/// The outcome of stopping a virtual machine.
public struct StopOutcome: Sendable, Hashable {
  /// The step after which the process exited; nil if it had exited before.
  public let step: ShutdownPolicy.Step?
  /// The exit of the process.
  public let end: ProcessEnd
  /// The steps that failed before, each with the reason.
  public let remarks: [String]
}
