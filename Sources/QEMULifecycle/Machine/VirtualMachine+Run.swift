public import QAPI
public import QEMUDiagnosis

// The requests to a running guest.

extension VirtualMachine {
  /// Resets the guest, like its reset button. QMP: `system_reset`
  /// - Throws: ``LifecycleError``, as ``execute(_:timeout:)``.
  public func reset() async throws(LifecycleError) { _ = try await execute(SystemReset()) }

  /// Requests the guest to power off, like its power button. The guest may ignore it. QMP: `system_powerdown`
  /// - Throws: ``LifecycleError`` `guestPaused` if the guest is not running; else as ``execute(_:timeout:)``.
  public func powerdown() async throws(LifecycleError) {
    let state = try await runState()
    guard state == .running else {
      throw LifecycleError(
        .guestPaused, "the guest of \"\(name)\" is not running (\(state.text)), so it cannot power off",
        remedy: "resume it with qemuctl resume \(name), or stop it with qemuctl stop \(name)")
    }
    _ = try await execute(SystemPowerdown())
  }

  /// Resumes a paused guest, unless it is paused for a reason that remains.
  /// - Parameter isForced: whether it is resumed even then.
  /// - Returns: the run state that follows.
  /// - Throws: ``LifecycleError`` `guestPaused` if the guest is paused because of a drift, an I/O error, a panic or its
  ///   watchdog; else as ``resumeReadingState()``.
  public func resumePaused(isForced: Bool) async throws(LifecycleError) -> RunState {
    let state = try await runState()
    if state == .running { return state }
    if !isForced, let reason = obstacle(to: state) {
      throw LifecycleError(
        .guestPaused, "\"\(name)\" is paused because \(reason)", remedy: remedy(for: state))
    }
    return try await resumeReadingState()
  }

  /// Returns the reason why a guest is paused, as a clause; nil if a person or a migration paused it.
  private func obstacle(to state: RunState) -> String? {
    switch state {
    case .prelaunch where record.verdict == "drifted": "it differs from its request"
    case .ioError: "a disk had an I/O error"
    case .guestPanicked: "the guest panicked"
    case .watchdog: "the watchdog of the guest expired"
    case .internalError: "QEMU had an internal error"
    case .shutdown: "the guest has shut down"
    default: nil
    }
  }

  private func remedy(for state: RunState) -> String {
    let force = "resume it nevertheless with qemuctl resume --force \(name)"
    return switch state {
    case .prelaunch: "see the drift with qemuctl verify \(name), change it with qemuctl apply, or \(force)"
    case .ioError: "correct the cause, such as a full disk (qemuctl qmp \(name) query-block), and \(force)"
    default: "reset the guest with qemuctl reset \(name), or \(force)"
    }
  }
}
