package import QEMUCommandLine

/// A virtual machine that could not be started, reached or stopped.
public struct LifecycleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// There is no such QEMU binary, or it cannot be executed.
    case binaryUnusable
    /// The program is not QEMU.
    case notQEMU
    /// The name is not valid for a virtual machine.
    case invalidName
    /// The command line has an option that a managed virtual machine cannot have.
    case unsupportedOption
    /// The state directory cannot be used.
    case stateUnusable
    /// A virtual machine of this name is already running.
    case alreadyRunning
    /// There is no virtual machine of this name.
    case noSuchMachine
    /// The virtual machine is not running.
    case notRunning
    /// Another command is working on this virtual machine.
    case busy
    /// QEMU exited before the virtual machine was ready.
    case startFailed
    /// The process or its socket is not the recorded virtual machine.
    case foreign
    /// This process cannot determine whether the virtual machine is running.
    case unproven
    /// The host, or a limit of this process, denies a resource: /proc, descriptors, memory, or permission to examine
    /// the process. The state of the virtual machine is unknown.
    case hostUnusable
    /// QEMU is running but does not answer.
    case stuck
    /// The text of a condition is not one.
    case invalidCondition
    /// The virtual machine is running without a supervisor.
    case notSupervised
    /// The guest is paused for a reason that remains.
    case guestPaused
    /// The timeout expired.
    case timedOut
    /// The task was cancelled; a start that was under way is undone.
    case cancelled
    /// The request would replace the guest's image by an older one.
    case imageSuperseded
    /// A restart would fail, because a resource of this host is missing or in use by another process.
    case restartImpossible
    /// QEMU refused a command, or the connection broke.
    case commandFailed
  }

  /// The kind of failure.
  public let code: Code
  /// The description of the failure, with names and values.
  public let summary: String
  /// The evidence: QEMU's messages, its exit status, its command line.
  public let evidence: [String]
  /// The remedy; never empty.
  public let remedy: String

  /// The failure in one line.
  public var description: String { summary }

  /// Returns the error with a suggestion before its remedy.
  package func suggesting(_ suggestion: String) -> LifecycleError {
    LifecycleError(code, summary, evidence: evidence, remedy: suggestion + remedy)
  }

  /// Returns the error with additional evidence.
  package func adding(evidence text: String) -> LifecycleError {
    LifecycleError(code, summary, evidence: evidence + [text], remedy: remedy)
  }

  /// Returns the error for a command line that cannot be used.
  package static func unsupported(_ error: CommandLineError) -> LifecycleError {
    LifecycleError(.unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
  }

  package init(_ code: Code, _ summary: String, evidence: [String] = [], remedy: String) {
    self.code = code
    self.summary = summary
    self.evidence = evidence
    self.remedy = remedy
  }
}
