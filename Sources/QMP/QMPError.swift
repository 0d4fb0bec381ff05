/// A QMP command or connection that failed.
///
/// "QEMU said no", "the connection died" and "we did not understand" are different codes, because what to do differs.
public struct QMPError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure this is.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// Nobody listens at the address, or this process may not connect.
    case unreachable
    /// The peer speaks, but not QMP.
    case notQMP
    /// QEMU refused the command; ``QMPError/errorClass`` has its class.
    case refused
    /// The connection ended; whether a command that "was not answered" was executed is unknown, one that "was not sent" was not.
    case connectionLost
    /// The deadline passed; whether a command that "was not answered" was executed is unknown, one that "was not sent" never
    /// will be.
    case timedOut
    /// The waiting task was cancelled; whether a command that "was not answered" was executed is unknown, one that "was not
    /// sent" never will be.
    case cancelled
    /// A reply came that does not have the form that the command's type promises.
    case notUnderstood
    /// The arguments cannot be said in JSON.
    case malformedArguments
    /// The session does not do this: QEMU did not offer it, or it was not asked for at the connect.
    case unsupported
    /// Events were dropped while one was awaited; it may be one of them.
    case eventsLost
  }

  /// What kind of failure this is.
  public let code: Code
  /// What failed, with names and values.
  public let summary: String
  /// What was sent and received, in the words of the wire.
  public let evidence: [String]
  /// The remedy; never empty.
  public let remedy: String
  /// QEMU's error class, where it refused: `GenericError`, `CommandNotFound`, `DeviceNotFound`, …
  public let errorClass: String?

  /// QEMU's own words, where it refused.
  public let qemuWords: String?

  /// The failure in one line.
  public var description: String { summary }

  /// Makes an error; a remedy that is not given is the one of the code.
  public init(
    _ code: Code, _ summary: String, evidence: [String] = [], remedy: String? = nil,
    errorClass: String? = nil,
    qemuWords: String? = nil
  ) {
    self.qemuWords = qemuWords
    self.code = code
    self.summary = summary
    self.evidence = evidence
    self.remedy = remedy ?? code.remedy
    self.errorClass = errorClass
  }

  /// The failure with what it means for one command.
  func regarding(_ what: String) -> QMPError {
    QMPError(code, "\(what): \(summary)", evidence: evidence, remedy: remedy)
  }

  /// The failure with more evidence.
  func adding(evidence more: [String]) -> QMPError {
    QMPError(code, summary, evidence: evidence + more, remedy: remedy)
  }

  /// Whether QEMU refused because it does not know the command.
  public var isCommandNotFound: Bool { errorClass == "CommandNotFound" }
}

extension QMPError.Code {
  fileprivate var remedy: String {
    switch self {
    case .unreachable: "check that the virtual machine runs and that its socket is yours"
    case .notQMP: "check the address: it must be the socket of a QMP monitor"
    case .refused: "read QEMU's words above; correct the command or its arguments"
    case .connectionLost: "check whether QEMU still runs; read the state again before you repeat the command"
    case .timedOut:
      "check whether QEMU is stopped or stuck; give the command a longer timeout if QEMU is only slow"
    case .cancelled: "repeat the command if it is still wanted; read the state first"
    case .notUnderstood: "report this reply: the types were generated for another QEMU"
    case .malformedArguments: "correct the arguments"
    case .unsupported: "enable it in the options of the connection, on a QEMU that has it"
    case .eventsLost: "read the state, or listen with a larger capacity"
    }
  }
}
