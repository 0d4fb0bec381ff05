extension RunEnd {
  /// The members of records about the end: `reason`, `text`, `exit` or `signal`, and the details of the
  /// cause.
  package var members: [(name: String, value: JSONText?)] {
    [
      ("reason", .string(word)), ("text", .string(description)),
      ("failure", isFailure ? .boolean(true) : nil),
    ] + exitMembers + details
      + [("shutdown", shutdownReason.map { .string($0) }), ("message", message.map { .string($0) })]
  }

  private var exitMembers: [(name: String, value: JSONText?)] {
    switch exit {
    case .exited(let code): [("exit", .integer(code))]
    case .signalled(let number, let coreDumped):
      [("signal", .integer(number)), ("core-dumped", coreDumped ? .boolean(true) : nil)]
    case .unknown: []
    }
  }

  private var details: [(name: String, value: JSONText?)] {
    switch `class` {
    case .guestReset(let resetter): [("by", .string(resetter.rawValue))]
    case .guestPanic(let action): [("action", .string(action.rawValue))]
    case .watchdog(let action): [("action", .string(action))]
    case .quit(.client(let number)): [("client", .integer(number))]
    case .stop(let step): [("step", .string(step.rawValue))]
    case .signal(let number, let sender): signalDetails(number, sender)
    case .unobserved(let inference): [("inference", .string(inference.rawValue))]
    default: []
    }
  }

  /// The signal that QEMU handled is not the one of the exit status: QEMU exits with code 0.
  private func signalDetails(_ number: Int32?, _ sender: SignalSender?) -> [(name: String, value: JSONText?)]
  {
    [
      ("handled-signal", exit == .exited(0) ? number.map { .integer($0) } : nil),
      ("sender-pid", sender.map { .integer($0.pid) }),
      ("sender", sender?.program.map { .string($0) }),
    ]
  }
}
