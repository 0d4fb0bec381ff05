import LinuxSystem

extension MachineRecord.Ending {
  /// The cause of an exit of QEMU.
  public enum Cause: Sendable, Hashable {
    /// A step of a stop by a command of this library.
    case stop(ShutdownPolicy.Step)
    /// A cause that the supervisor determined: its word in the journal, and its description.
    case observed(word: String, String, isFailure: Bool)
    /// No command of this library; the parent process knows the exit status.
    case unrequested
    /// QEMU was killed or crashed, as the files that it left show; with the explanation.
    case crash(String)
    /// QEMU exited in an orderly way, as the files that it left show; with the explanation.
    case exit(String)
  }

  /// A Boolean value that indicates whether QEMU crashed, or was killed by something other than a command.
  public var isFailure: Bool {
    switch (cause, end) {
    case (.stop, _): false
    case (.observed(_, _, let isFailure), _): isFailure
    case (.crash, _), (_, .signalled(_, coreDumped: _)): true
    case (.unrequested, _), (.exit, _): false
    }
  }
}

extension MachineRecord.Ending: CustomStringConvertible {
  /// The cause, with the exit status if it is neither unknown nor 0: `stopped by quit (exit status 33)`.
  public var description: String {
    if case .observed = cause { return "\(cause)" }
    return [.unknown, .exited(code: 0)].contains(end) ? "\(cause)" : "\(cause) (\(end))"
  }
}

extension MachineRecord.Ending.Cause: CustomStringConvertible {
  /// The cause as a clause: `stopped by quit`.
  public var description: String {
    switch self {
    case .stop(let step): "stopped by \(step.rawValue)"
    case .unrequested: "exited without a command of qemuctl"
    case .crash(let explanation), .exit(let explanation), .observed(_, let explanation, _): explanation
    }
  }

  /// The word for it in a record.
  var word: String {
    switch self {
    case .stop(let step): step.rawValue
    case .observed(let word, _, let isFailure): isFailure ? "failure:\(word)" : "observed:\(word)"
    case .unrequested: "unrequested"
    case .crash: "crash"
    case .exit: "exit"
    }
  }

  /// Reads a cause.
  /// - Parameters:
  ///   - word: the word for it; nil in the records of earlier versions, which have the reason only.
  ///   - reason: the description.
  init(word: String?, reason: String) {
    switch word {
    case .some(let word) where word.hasPrefix("failure:") || word.hasPrefix("observed:"):
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      self = .observed(word: String(parts[1]), reason, isFailure: parts[0] == "failure")
    case "unrequested": self = .unrequested
    case "crash": self = .crash(reason)
    default:
      let step = ShutdownPolicy.Step.allCases.first { word == $0.rawValue || "\(Self.stop($0))" == reason }
      self = step.map { .stop($0) } ?? .exit(reason)
    }
  }
}
