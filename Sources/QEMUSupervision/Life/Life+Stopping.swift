extension Life {
  /// Notes a call to stop, which is answered when QEMU has exited.
  ///
  /// The intent is noted before anything is done. A second call replaces the steps that were not taken yet.
  /// A QEMU whose start is not complete is killed.
  /// - Parameters:
  ///   - timetable: the steps; nil for those of ``timetable``.
  ///   - reason: the reason for the stop in the journal: `stop`, `kill`, `quit`.
  ///   - call: the call; nil if nobody waits for the stop, which then cannot be cancelled.
  package mutating func stop(
    _ timetable: StopPolicy?, by reason: String, call: Int?, client: Multiplexer.Client, at now: Instant
  ) {
    if isFinished { return answerLate(call) }
    if let call { stopCalls.append((call, client)) } else { isUnattended = true }
    requestStop(by: reason)
    if isStarterRunning { act(.endStarter) }
    switch stage {
    case .none, .prepared:
      endStart()
      answerStop(nil)
      settle()
    case .starting: beginStop(.immediate, at: now)
    case .running, .attaching: beginStop(timetable ?? self.timetable, at: now)
    }
  }

  /// Notes that a command requested a stop without a call: nothing is started any more.
  package mutating func noteStopRequest() {
    isStopFinal = true
    if !isStopRequested { requestStop(by: "kill") }
    settle()
  }

  /// Stops QEMU because the supervisor is to end; no client waits for it.
  package mutating func terminate(at now: Instant) {
    // Another signal does not extend the timeouts.
    if stop != nil, isUnattended { return }
    stop(nil, by: "supervisor", call: nil, client: -1, at: now)
  }

  /// Notes that the request of a step failed.
  package mutating func stepFailed(_ step: StopStep, _ reason: String, at now: Instant) {
    guard stop?.step == step, let progress = stop?.failed(reason, at: now) else { return }
    perform(progress)
  }

  /// Answers a call to stop after the last action. QEMU runs if it was released.
  private mutating func answerLate(_ call: Int?) {
    guard let call else { return }
    if stage == .none {
      answer(call, stopMembers(nil))
    } else {
      act(.refuse(call, "the supervisor is ending"))
    }
  }

  private mutating func requestStop(by reason: String) {
    isStopRequested = true
    restartTime = nil
    note(.intent, [("by", .string(reason))])
  }

  private mutating func beginStop(_ timetable: StopPolicy, at now: Instant) {
    if stop != nil {
      if let progress = stop?.replaceRemaining(by: timetable, at: now) { perform(progress) }
    } else {
      stop = StopSequence(timetable)
      if let progress = stop?.next(at: now) { perform(progress) }
    }
  }

  mutating func perform(_ progress: StopSequence.Progress) {
    switch progress {
    case .take(let step):
      act(.intend(.stop(step)))
      switch step {
      case .powerdown, .quit: act(.request(step))
      case .terminate, .kill: act(.signal(step.signal))
      }
    case .stuck: endStop(stopMembers(nil) + [("stuck", .boolean(true))])
    }
  }

  /// Answers the calls that wait for the stop. QEMU is not running.
  mutating func answerStop(_ end: RunEnd?) { endStop(stopMembers(end)) }

  private mutating func endStop(_ members: Members) {
    // A stop that was answered is not revoked with a later one that is cancelled.
    if isStopRequested { isStopFinal = true }
    for (call, _) in stopCalls { answer(call, members) }
    (stop, stopCalls, isUnattended) = (nil, [], false)
  }

  private func stopMembers(_ end: RunEnd?) -> Members {
    var step = stop?.step
    // A step may be effective after the next one was taken.
    if case .stop(let effective) = end?.class { step = effective }
    return [
      ("step", step.map { .string($0.rawValue) } ?? .null),
      ("end", end.map { .object($0.members) } ?? .null),
      ("remarks", .array((stop?.remarks ?? []).map { .string($0) })),
    ]
  }

  /// Cancels the stop if a client was the last one that waited for it, and QEMU was not forced to exit yet.
  ///
  /// The guest may still shut down: QEMU is not started again then, but it is after a later failure.
  mutating func leaveStop(_ client: Multiplexer.Client) {
    let count = stopCalls.count
    stopCalls.removeAll { $0.client == client }
    guard stopCalls.count < count, stopCalls.isEmpty, !isUnattended, stop?.step == .powerdown else { return }
    stop = nil
    (isStopRequested, isPowerdownRequested) = (isStopFinal, true)
    act(.intend(nil))
  }
}

extension StopStep {
  /// The number of the signal of a step; SIGKILL for a step without one.
  var signal: Int32 { self == .terminate ? 15 : 9 }
}
