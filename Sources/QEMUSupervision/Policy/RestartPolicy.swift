/// The rules for restarts after the end of a run.
package struct RestartPolicy: Sendable, Hashable {
  /// The ends that are followed by a restart.
  package enum Mode: String, Sendable, Hashable, CaseIterable {
    /// After no end.
    case never
    /// After a failure: see `RunEnd.isFailure`.
    case onFailure = "on-failure"
    /// After every end that was not requested.
    case always
  }

  /// The ends that are followed by a restart.
  package var mode: Mode
  /// The delay in nanoseconds before the first restart. Each further delay is twice as long.
  package var shortestDelay: Int64
  /// The longest delay in nanoseconds.
  package var longestDelay: Int64
  /// The number of restarts within `window` that are not followed by another one.
  package var limit: Int
  /// The duration in nanoseconds to which `limit` applies. A run that is longer resets the delay.
  package var window: Int64

  /// Creates a policy: delays of 1 s to 60 s, and at most five restarts in ten minutes.
  package init(
    mode: Mode, shortestDelay: Int64 = 1_000_000_000, longestDelay: Int64 = 60_000_000_000, limit: Int = 5,
    window: Int64 = 600_000_000_000
  ) {
    self.mode = mode
    self.shortestDelay = shortestDelay
    self.longestDelay = longestDelay
    self.limit = limit
    self.window = window
  }

  /// Returns the delay in nanoseconds after a number of short runs in sequence.
  package func delay(afterAttempts attempts: Int) -> Int64 {
    let highest = max(0, longestDelay)
    var delay = min(max(0, shortestDelay), highest)
    for _ in 0..<min(max(0, attempts), 63) {
      let (doubled, overflow) = delay.multipliedReportingOverflow(by: 2)
      delay = overflow ? highest : min(doubled, highest)
    }
    return delay
  }
}

/// The reason for which a machine is not restarted.
package enum StayReason: String, Sendable, Hashable, CustomStringConvertible {
  /// The mode is `never`.
  case policyIsNever = "never"
  /// A command of qemuctl stopped the machine.
  case stoppedByCommand = "stopped"
  /// A QMP client or the window ended QEMU.
  case quitRequested = "quit"
  /// The mode is `on-failure`, and the end is no failure.
  case notAFailure = "no-failure"
  /// The guest was migrated away.
  case migrated
  /// The machine differs from its configuration since its last restart.
  case drift

  /// A sentence for people, without a period.
  package var description: String {
    switch self {
    case .policyIsNever: "the restart policy is never"
    case .stoppedByCommand: "a command stopped the machine"
    case .quitRequested: "QEMU was asked to quit"
    case .notAFailure: "the end is not a failure, and the restart policy is on-failure"
    case .migrated: "the guest runs in another QEMU"
    case .drift: "the machine drifted after its last restart"
    }
  }
}

/// The consequence of the end of a run.
package enum RestartDecision: Sendable, Hashable, CustomStringConvertible {
  /// The machine stays stopped, or paused after a drift.
  case stay(StayReason)
  /// The machine is restarted after a number of nanoseconds.
  case restart(after: Int64)
  /// The machine stays stopped after too many restarts within a duration in nanoseconds.
  case giveUp(restarts: Int, within: Int64)

  /// A sentence for people, without a period.
  package var description: String {
    switch self {
    case .stay(let reason): reason.description
    case .restart(let delay): "restart in \(seconds(delay))"
    case .giveUp(let restarts, let window):
      "\(restarts) \(restarts == 1 ? "restart" : "restarts") within \(seconds(window)) did not help"
    }
  }

  private func seconds(_ nanoseconds: Int64) -> String {
    let milliseconds = nanoseconds / 1_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
