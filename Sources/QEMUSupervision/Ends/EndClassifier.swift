import Glibc

/// The facts about the end of a process.
package struct EndFacts: Sendable {
  /// The last bytes of QEMU's standard error.
  package var errorOutput: ArraySlice<UInt8> = []
  /// The counter `oom_kill` of the control group before and after the run. Nil if it cannot be read.
  package var oomKills: (before: Int, after: Int)?
  /// A Boolean value that indicates whether the pid file exists. Nil if the run has none.
  package var pidFileLeft: Bool?
  /// A Boolean value that indicates whether a socket file exists. Nil if the run has none.
  package var socketsLeft: Bool?
  /// A Boolean value that indicates whether the boot ID of the host has changed.
  package var hostRebooted = false

  /// Creates facts of which nothing is known.
  package init() {}
}

/// The determination of the cause of the end of a run, from QEMU's events, the intents, and the exit status.
package struct EndClassifier: Sendable {
  /// The SHUTDOWN event that has not been followed by STOP, which -no-shutdown causes.
  private var shutdown: String?
  /// The watchdog action that may end the run, until the guest continues.
  private var watchdog: String?
  private var steps: Set<StopStep> = []
  private var lastStep: StopStep?
  private var client: Int?
  private var isMigrated = false
  private var isIncoming: Bool

  /// Creates the state for a run.
  ///
  /// - Parameter isIncoming: A Boolean value that indicates whether the run begins with -incoming, so that
  ///   its first completed migration is the one to this QEMU.
  package init(isIncoming: Bool = false) { self.isIncoming = isIncoming }

  /// The intent, if an end is requested: the last step of a stop, or the quit of a client.
  package var intent: EndIntent? { lastStep.map { .stop($0) } ?? client.map { .quit(client: $0) } }

  /// Records an intent, before the act.
  package mutating func note(intent: EndIntent) {
    switch intent {
    case .stop(let step):
      steps.insert(step)
      lastStep = step
    case .quit(let client): self.client = client
    }
  }

  /// Discards the intents, after a stop that did not end the run.
  package mutating func withdrawIntents() {
    steps = []
    (lastStep, client) = (nil, nil)
  }

  /// Records an event of QEMU.
  package mutating func note(event name: String, data: JSONText?) {
    switch name {
    case "SHUTDOWN": shutdown = data?["reason"]?.string ?? "none"
    case "STOP": shutdown = nil
    case "RESET": watchdog = nil
    case "RESUME": resume()
    case "WATCHDOG": watchdog = data?["action"]?.string
    case "MIGRATION" where data?["status"]?.string == "completed": completeMigration()
    default: break
    }
  }

  /// Records QEMU's run state. Migration events are off by default, but the run state shows a migration.
  package mutating func note(runState: String) {
    if runState == "postmigrate" { isMigrated = true }
  }

  private mutating func resume() {
    (shutdown, watchdog) = (nil, nil)
    (isMigrated, isIncoming) = (false, false)
  }

  private mutating func completeMigration() {
    isMigrated = !isIncoming
    isIncoming = false
  }

  /// Returns the end of the run.
  package func end(_ exit: Exit, facts: EndFacts) -> RunEnd {
    RunEnd(
      cause(of: exit, facts), exit: exit, shutdownReason: shutdown, message: lastLine(of: facts.errorOutput))
  }

  private func cause(of exit: Exit, _ facts: EndFacts) -> EndClass {
    if facts.hostRebooted { return .hostRebooted }
    if isMigrated { return .migrated }
    switch exit {
    case .exited(0): return orderlyCause(facts) ?? .exit(code: 0)
    case .exited(let code):
      return shutdown == "guest-panic" && code == 1 ? .guestPanic(.exitFailure) : .exit(code: code)
    case .signalled(let number, _): return signalCause(number, facts)
    case .unknown: return orderlyCause(facts) ?? unobservedCause(facts)
    }
  }

  /// Returns the cause of an exit with code 0.
  private func orderlyCause(_ facts: EndFacts) -> EndClass? {
    if let shutdown { return shutdownCause(shutdown, facts) }
    // This watchdog action is an exit without a SHUTDOWN event.
    if watchdog == "poweroff" { return .watchdog(action: "poweroff") }
    if let line = TerminationLine(in: facts.errorOutput) { return signalCause(line) }
    if lastStep == .quit { return .stop(.quit) }
    return nil
  }

  private func shutdownCause(_ reason: String, _ facts: EndFacts) -> EndClass? {
    switch reason {
    case "guest-shutdown": guestShutdownCause
    case "guest-reset": watchdog == "reset" ? .watchdog(action: "reset") : .guestReset(by: .guest)
    case "host-qmp-system-reset": .guestReset(by: .client)
    case "guest-panic": .guestPanic(.poweroff)
    case "host-qmp-quit": quitCause
    case "host-ui": .quit(by: .window)
    case "host-signal": signalCause(TerminationLine(in: facts.errorOutput))
    default: nil
    }
  }

  private var guestShutdownCause: EndClass {
    if steps.contains(.powerdown) { return .stop(.powerdown) }
    return watchdog == "shutdown" ? .watchdog(action: "shutdown") : .guestShutdown
  }

  private var quitCause: EndClass {
    if steps.contains(.quit) { return .stop(.quit) }
    return .quit(by: client.map { .client($0) } ?? .unknownClient)
  }

  private func signalCause(_ line: TerminationLine?) -> EndClass {
    if steps.contains(.terminate) && (line?.signal ?? SIGTERM) == SIGTERM { return .stop(.terminate) }
    return .signal(line?.signal, sender: line?.sender)
  }

  private func signalCause(_ number: Int32, _ facts: EndFacts) -> EndClass {
    switch number {
    case SIGKILL where steps.contains(.kill): .stop(.kill)
    case SIGKILL: isOutOfMemory(facts) ? .outOfMemory : .killed
    case SIGTERM where steps.contains(.terminate): .stop(.terminate)
    case SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS: .crash(signal: number)
    default: .signal(number, sender: nil)
    }
  }

  private func isOutOfMemory(_ facts: EndFacts) -> Bool {
    facts.oomKills.map { $0.after > $0.before } ?? false
  }

  private func unobservedCause(_ facts: EndFacts) -> EndClass {
    if isOutOfMemory(facts) { return .outOfMemory }
    if let lastStep { return .stop(lastStep) }
    return .unobserved(inference(facts))
  }

  private func inference(_ facts: EndFacts) -> Inference {
    switch (facts.pidFileLeft, facts.socketsLeft) {
    case (true?, _), (nil, true?): .abrupt
    case (false?, true?): .exited
    case (false?, _), (nil, false?): .orderly
    case (nil, nil): .nothing
    }
  }

  /// Returns the last line that may state the reason: warnings precede the error, and may be the only output.
  private func lastLine(of output: ArraySlice<UInt8>) -> String? {
    let lines = output.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    for line in lines.reversed() {
      let text = String(decoding: line.prefix(1024), as: UTF8.self)
      if !text.contains(": warning: ") && !text.contains(": info: ") { return text }
    }
    return nil
  }
}
