import QEMUCommandLine

private let rebootAction = StoredValue.words("reboot_action", ["reset", "shutdown"])
private let shutdownAction = StoredValue.words("shutdown_action", ["poweroff", "pause"])
private let panicAction = StoredValue.words("panic_action", ["pause", "shutdown", "exit-failure", "none"])

private let watchdogAction = StoredValue.words(
  "get_watchdog_action", ["reset", "shutdown", "poweroff", "pause", "debug", "none", "inject-nmi"], .getter)

/// The check of `-watchdog-action`.
let watchdogActionCheck = storedCheck(watchdogAction)

/// The checks of the properties of `-action`.
let actionChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "watchdog": { _ in watchdogActionCheck },
  "reboot": { _ in storedCheck(rebootAction) },
  "shutdown": { _ in storedCheck(shutdownAction) },
  "panic": { _ in storedCheck(panicAction) },
]

/// The check of `-no-reboot`.
let noRebootCheck = storedCheck(rebootAction, meaning: "shutdown")
/// The check of `-no-shutdown`.
let noShutdownCheck = storedCheck(shutdownAction, meaning: "pause")
