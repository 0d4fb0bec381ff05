/// The run state of QEMU, as its events show it.
///
/// A query could hang: QEMU 7.2 does not answer during its shutdown.
package struct RunStateTracker: Sendable {
  /// QEMU's name of the state, such as `running`.
  package private(set) var word = "prelaunch"
  /// The state that the next STOP event leads to; nil for `paused`.
  private var cause: String?

  /// A Boolean value that indicates whether QEMU has reported its state.
  package private(set) var isKnown = false

  /// Makes the state of a QEMU that has just been started.
  package init() {}

  /// A Boolean value that indicates whether the guest runs.
  package var isRunning: Bool { word == "running" }

  /// Notes the answer to `query-status`.
  package mutating func note(status: String) { (word, isKnown) = (status, true) }

  /// Notes an event of QEMU.
  package mutating func note(event name: String, data: JSONText?) {
    if name == "RESUME" || name == "STOP" { isKnown = true }
    switch name {
    case "RESUME": (word, cause) = ("running", nil)
    case "STOP":
      word = cause ?? "paused"
      cause = nil
    case "SUSPEND": word = "suspended"
    case "WAKEUP": word = "running"
    case "SHUTDOWN": cause = "shutdown"
    case "BLOCK_IO_ERROR" where data?["action"]?.string == "stop": cause = "io-error"
    case "GUEST_PANICKED" where data?["action"]?.string == "pause": cause = "guest-panicked"
    case "WATCHDOG" where data?["action"]?.string == "pause": cause = "watchdog"
    case "MIGRATION" where data?["status"]?.string == "completed": completeMigration()
    case "RESET": reset()
    default: break
    }
  }

  /// Notes the end of a migration. The destination continues with RESUME if it is to run.
  private mutating func completeMigration() { word = word == "inmigrate" ? "paused" : "postmigrate" }

  /// Notes a reset. A guest that does not run then waits as after a start.
  private mutating func reset() {
    if ["running", "inmigrate", "finish-migrate"].contains(word) { return }
    (word, cause) = ("prelaunch", nil)
  }

  /// Notes that QEMU has exited.
  package mutating func ended() { (word, cause) = ("shutdown", nil) }
}
