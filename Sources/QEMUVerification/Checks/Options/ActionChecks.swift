import QEMUCommandLine

private let rebootAction = HeldValue.words("reboot_action", ["reset", "shutdown"])
private let shutdownAction = HeldValue.words("shutdown_action", ["poweroff", "pause"])
private let panicAction = HeldValue.words("panic_action", ["pause", "shutdown", "exit-failure", "none"])

private let watchdogAction = HeldValue.words(
  "get_watchdog_action", ["reset", "shutdown", "poweroff", "pause", "debug", "none", "inject-nmi"], .getter)

/// The check of `-watchdog-action`.
let watchdogActionCheck = heldCheck(watchdogAction)

/// The checks of the properties of `-action`.
let actionChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "watchdog": { _ in watchdogActionCheck },
  "reboot": { _ in heldCheck(rebootAction) },
  "shutdown": { _ in heldCheck(shutdownAction) },
  "panic": { _ in heldCheck(panicAction) },
]

/// The check of `-no-reboot`.
let noRebootCheck = heldCheck(rebootAction, meaning: "shutdown")
/// The check of `-no-shutdown`.
let noShutdownCheck = heldCheck(shutdownAction, meaning: "pause")
