/// A QMP command or connection that failed.
///
/// A refusal by QEMU, a lost connection and a reply that could not be decoded have different codes, because what to do
/// differs.
public struct QMPError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// No process listens at the address, or this process may not connect.
    case unreachable
    /// The peer sent data that is not QMP.
    case notQMP
    /// QEMU refused the command; ``QMPError/errorClass`` has its class.
    case refused
    /// The connection ended. Whether a command that "was not answered" was executed is unknown; a command that "was not
    /// sent" was not executed.
    case connectionLost
    /// The timeout expired. Whether a command that "was not answered" was executed is unknown; a command that "was not
    /// sent" is never executed.
    case timedOut
    /// The waiting task was cancelled. Whether a command that "was not answered" was executed is unknown; a command
    /// that "was not sent" is never executed.
    case cancelled
    /// A reply or an event does not match its type.
    case undecodable
    /// The arguments cannot be encoded as JSON.
    case malformedArguments
    /// The session does not support this: QEMU does not offer it, or it was not enabled when the session connected.
    case unsupported
    /// Events were dropped during the wait for an event, which may be one of them.
    case eventsLost
  }

  /// The kind of failure.
  public let code: Code
  /// A description of the failure with names and values.
  public let summary: String
  /// The text that was sent and received.
  public let evidence: [String]
  /// The remedy; never empty.
  public let remedy: String
  /// QEMU's error class if QEMU refused the command: `GenericError`, `CommandNotFound`, `DeviceNotFound`, …
  public let errorClass: String?

  /// QEMU's error text if QEMU refused the command. QMP: `error.desc`
  public let qemuMessage: String?

  /// The failure in one line.
  public var description: String { summary }

  /// Creates an error; the default remedy is the one of the code.
  public init(
    _ code: Code, _ summary: String, evidence: [String] = [], remedy: String? = nil,
    errorClass: String? = nil,
    qemuMessage: String? = nil
  ) {
    self.qemuMessage = qemuMessage
    self.code = code
    self.summary = summary
    self.evidence = evidence
    self.remedy = remedy ?? code.remedy
    self.errorClass = errorClass
  }

  /// Returns the error with a summary that begins with what happened to a command.
  func regarding(_ what: String) -> QMPError {
    QMPError(code, "\(what): \(summary)", evidence: evidence, remedy: remedy)
  }

  /// Returns the error with more evidence.
  func adding(evidence more: [String]) -> QMPError {
    QMPError(code, summary, evidence: evidence + more, remedy: remedy)
  }

  /// A Boolean value that indicates whether QEMU refused the command because it does not know it.
  public var isCommandNotFound: Bool { errorClass == "CommandNotFound" }
}

extension QMPError.Code {
  fileprivate var remedy: String {
    switch self {
    case .unreachable: "check that the virtual machine runs and that its socket is yours"
    case .notQMP: "check the address: it must be the socket of a QMP monitor"
    case .refused: "read QEMU's error above; correct the command or its arguments"
    case .connectionLost: "check whether QEMU still runs; read the state again before you repeat the command"
    case .timedOut:
      "check whether QEMU is stopped or stuck; use a longer timeout if QEMU is only slow"
    case .cancelled: "repeat the command if it is still wanted; read the state first"
    case .undecodable: "report this reply: the types were generated for another release of QEMU"
    case .malformedArguments: "correct the arguments"
    case .unsupported: "enable it in the options of the connection; QEMU must support it"
    case .eventsLost: "read the state, or listen with a larger capacity"
    }
  }
}
