extension Life {
  /// Notes that QEMU has exited.
  package mutating func exited(_ end: RunEnd, at now: Instant) {
    switch stage {
    case .none, .prepared: return
    case .starting: note(.startFailed, end.members)
    case .attaching, .running: note(.ended, end.members)
    }
    let wasComplete = stage != .starting
    (stage, launcher) = (.none, nil)
    answerStart([("ended", .object(end.members))])
    if wasComplete || isRestart { decide(end, at: now) }
    answerStop(end)
    settle()
  }

  /// Notes that the process that starts QEMU again has exited.
  /// - Parameters:
  ///   - end: the end of a start that failed; ignored if its QEMU was executed.
  package mutating func starterExited(_ end: RunEnd, at now: Instant) {
    let wasWorking = starter == .working
    starter = .none
    if wasWorking, launcher != nil, launcher == starterClient { endStart() }
    starterClient = nil
    if wasWorking, stage == .none, !isStopRequested {
      note(.startFailed, end.members)
      decide(end, at: now)
    }
    startAgain(at: now)
    settle()
  }

  /// Decides whether QEMU is started again.
  private mutating func decide(_ end: RunEnd, at now: Instant) {
    // The process that made this start decides nothing when it exits.
    if isStarterRunning { starter = .done }
    if isStopRequested || isFinished { return }
    let intent = isPowerdownRequested && end.class == .guestShutdown ? EndIntent.stop(.powerdown) : nil
    isPowerdownRequested = false
    switch decider.ended(end, at: now, intent: intent) {
    case .stay: break
    case .restart(let delay):
      restartTime = now.advanced(by: delay)
      note(.restarting, [("after", .integer((delay / 1_000_000)))])
    case .giveUp(let restarts, let window):
      note(.gaveUp, [("restarts", .integer(restarts)), ("within", .integer(window / 1_000_000_000))])
    }
  }

  /// Starts the process that starts QEMU again if that is due and the previous one has exited.
  mutating func startAgain(at now: Instant) {
    guard !isStarterRunning, let time = restartTime, time <= now else { return }
    restartTime = nil
    starter = .working
    act(.startAgain)
  }
}
