/// The decision about restarts, with the history on which it depends.
package struct RestartDecider: Sendable, Hashable {
  /// The rules.
  package var policy: RestartPolicy

  /// The restarts within the window, oldest first; never more than the limit.
  var restarts: [Instant] = []
  var start: Instant?
  /// The number of short runs in sequence.
  var attempts = 0
  var hasDrifted = false

  /// Creates the state without a history.
  package init(policy: RestartPolicy) { self.policy = policy }

  /// The number of restarts since the last start by command that are within the window.
  package var restartCount: Int { restarts.count }

  /// Records the start of a run.
  ///
  /// - Parameter isRestart: A Boolean value that indicates whether the policy started it. A start by command
  ///   discards the history.
  package mutating func started(at time: Instant, isRestart: Bool) {
    if !isRestart { self = RestartDecider(policy: policy) }
    start = time
    hasDrifted = false
  }

  /// Records that the restarted machine differs from its configuration. It stays paused, and is not restarted
  /// again.
  package mutating func drifted() -> RestartDecision {
    hasDrifted = true
    return .stay(.drift)
  }

  /// Records that a command resumed the machine despite its drift.
  package mutating func driftAccepted() { hasDrifted = false }

  /// Returns the consequence of the end of a run.
  ///
  /// - Parameter intent: The intent that the end fulfils, from `EndClassifier.intent`.
  package mutating func ended(_ end: RunEnd, at time: Instant, intent: EndIntent?) -> RestartDecision {
    if let reason = reasonToStay(end, intent) { return .stay(reason) }
    if let start, time.nanoseconds(since: start) > policy.window { attempts = 0 }
    start = nil
    let limit = max(0, policy.limit)
    restarts.removeAll { time.nanoseconds(since: $0) > policy.window }
    guard restarts.count < limit else { return .giveUp(restarts: restarts.count, within: policy.window) }
    restarts.append(time)
    defer { attempts += 1 }
    return .restart(after: policy.delay(afterAttempts: attempts))
  }

  private func reasonToStay(_ end: RunEnd, _ intent: EndIntent?) -> StayReason? {
    switch end.class {
    case .migrated: return .migrated
    case .stop: return .stoppedByCommand
    case .quit: return .quitRequested
    default: break
    }
    switch intent {
    case .stop: return .stoppedByCommand
    case .quit: return .quitRequested
    case nil: break
    }
    if policy.mode == .never { return .policyIsNever }
    if hasDrifted { return .drift }
    return policy.mode == .always || end.isFailure ? nil : .notAFailure
  }
}
