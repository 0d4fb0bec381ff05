/// A virtual machine that could not be started, reached or stopped.
public struct LifecycleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// There is no such QEMU binary, or it cannot be executed.
    case binaryUnusable
    /// The program is not QEMU.
    case notQEMU
    /// The name cannot be a virtual machine's.
    case invalidName
    /// The command line asks for what a managed virtual machine cannot have.
    case unsupportedOption
    /// The state directory cannot be used.
    case stateUnusable
    /// A virtual machine of this name runs already.
    case alreadyRunning
    /// There is no virtual machine of this name.
    case noSuchMachine
    /// The virtual machine does not run.
    case notRunning
    /// Another command is working on this virtual machine.
    case busy
    /// QEMU ended before the virtual machine was ready.
    case startFailed
    /// The process or its socket is not the recorded virtual machine.
    case foreign
    /// It cannot be told from here whether the virtual machine runs.
    case unproven
    /// The host, or a limit of this process, denies what it takes: /proc, descriptors, memory, or the right to look at the process.
    /// Nothing is known of the virtual machine.
    case hostUnusable
    /// QEMU lives and does not answer.
    case stuck
    /// The deadline passed.
    case timedOut
    /// The task was cancelled; what it had begun is undone.
    case cancelled
    /// The request would put an older image back under the guest.
    case imageSuperseded
    /// A restart would fail for what is missing or held by another process on this host.
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

  /// The same error, with a suggestion before its remedy.
  package func suggesting(_ suggestion: String) -> LifecycleError {
    LifecycleError(code, summary, evidence: evidence, remedy: suggestion + remedy)
  }

  init(_ code: Code, _ summary: String, evidence: [String] = [], remedy: String) {
    self.code = code
    self.summary = summary
    self.evidence = evidence
    self.remedy = remedy
  }
}
