/// The state of a machine as conditions see it.
package enum MachineState: Sendable, Hashable {
  /// QEMU was started, and the guest has not been resumed yet.
  case starting
  /// QEMU runs. The run state is the `status` of query-status.
  case live(runState: String)
  /// The run ended, and a restart is due.
  case restarting
  /// The run ended, and no restart is due.
  case ended(RunEnd)

  /// Returns a Boolean value that indicates whether a condition about the state is true.
  func satisfies(_ condition: StateCondition) -> Bool {
    switch (condition, self) {
    case (.running, .live(let runState)): runState == "running"
    case (.paused, .live(let runState)): Self.pausedStates.contains(runState)
    case (.panicked, .live(let runState)): runState == "guest-panicked"
    case (.panicked, .ended(let end)): end.word == "guest-panic"
    case (.stopped, .ended): true
    default: false
    }
  }

  /// The run states in which no virtual CPU runs until a command changes that. The other such states are
  /// short, or have a condition of their own.
  private static let pausedStates: Set<String> = [
    "paused", "prelaunch", "io-error", "watchdog", "debug", "internal-error", "postmigrate", "shutdown",
  ]
}
