import QEMUSupervision

extension LifeModel {
  /// Checks the invariants that hold whenever there are no actions.
  mutating func checkState() {
    check((life.stage == .none) == (qemu == .none), "the stage is \(life.stage)")
    check(life.isStarterRunning == (starter != nil), "the starter is not known")
    if qemu == .running, !isComplete, launcher.map({ !clients.contains($0) }) ?? true {
      check(isKilled, "a start outlives its launcher")
    }
    if qemu == .none, starter == nil, life.restartTime == nil, clients.isEmpty {
      check(isFinished, "not finished although nothing is left")
    }
    if isStopRequested { check(life.restartTime == nil, "a restart is due after a stop") }
    checkDeadline()
  }

  private mutating func checkDeadline() {
    let isDue = life.stopStep != nil || life.restartTime != nil && starter == nil
    check((life.deadline != nil) == isDue, "the deadline is \(life.deadline as Any)")
    if isFinished, !isReleased { check(life.deadline == nil, "a deadline after the last action") }
  }

  /// Lets everything end, and checks that all calls were answered.
  mutating func drain() {
    if starter != nil { endStarter() }
    perform()
    if qemu == .running, !isReleased { exit(RunEnd(.killed, exit: .signalled(9, coreDumped: false))) }
    perform()
    let waiting = calls.filter { !$0.value.isAnswered && clients.contains($0.value.client) }
    check(waiting.isEmpty, "calls \(waiting.keys.sorted()) were not answered")
    for client in clients.sorted() { disconnect(client) }
    perform()
    for _ in 0..<20 where !isFinished { restartInVain() }
    check(isFinished, "not finished in the end")
  }

  private mutating func restartInVain() {
    now = life.deadline ?? now
    life.advance(to: now)
    perform()
    endStarter()
    perform()
  }

  /// Lets QEMU exit.
  mutating func exit(_ end: RunEnd) {
    // The exit is noted after the actions so far.
    perform()
    guard qemu == .running else { return }
    log.append("QEMU exits: \(end.word)")
    let (wasUp, wasFinished) = (isComplete, isFinished)
    (qemu, launcher, isConnecting, intents) = (.none, nil, false, [])
    changes = []
    life.exited(end, at: now)
    perform()
    check(end, wasUp: wasUp, wasFinished: wasFinished)
  }

  /// Checks the decision about a restart after the end of QEMU.
  private mutating func check(_ end: RunEnd, wasUp: Bool, wasFinished: Bool) {
    let isFollowed = changes.contains(.restarting) || changes.contains(.gaveUp)
    let isStopped = isStopRequested || isCancelled && end.class == .guestShutdown
    let mode = life.decider.policy.mode
    let isExpected = !isStopped && !wasFinished && (wasUp || !isByHand) && mode != .never
    switch end.class {
    case .stop: check(!isFollowed, "restarts after a stop")
    case .guestReset, .guestShutdown:
      check(isFollowed == (isExpected && mode == .always), "restarts: \(isFollowed)")
    default: check(isFollowed == isExpected, "restarts: \(isFollowed)")
    }
    if isCancelled, !isStopRequested, !wasFinished {
      log.append(isFollowed ? "restarts after a cancelled stop" : "stays after a cancelled stop")
    }
  }
}
