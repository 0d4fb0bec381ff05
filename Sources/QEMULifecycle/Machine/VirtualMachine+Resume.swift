public import QAPI
public import QEMUDiagnosis
import QEMUJSON
import QMP

extension VirtualMachine {
  /// Resumes the guest, and returns the run state that follows.
  ///
  /// A guest may shut down at once, and QEMU 7.2 then hangs if it is queried. The state is therefore read from the
  /// events before the reply; it is queried only if they do not determine it, for example if the guest waits for a
  /// migration.
  ///
  /// QMP: `cont`
  /// - Returns: the run state; `shutdown` if the guest has shut down.
  /// - Throws: ``LifecycleError``: `commandFailed` with QEMU's message; `startFailed` if QEMU exits; `timedOut`,
  ///   `cancelled`, `stateUnusable`.
  public func resumeReadingState() async throws(LifecycleError) -> RunState {
    let events = await session.events()
    try await resume()
    let names = events.takeArrived().map(\.name)
    if names.contains("SHUTDOWN") { return .shutdown }
    return names.last { ["RESUME", "STOP"].contains($0) } == "RESUME" ? .running : try await runState()
  }
}
