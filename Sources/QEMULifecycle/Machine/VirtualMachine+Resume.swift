import QEMUJSON
import QMP

extension VirtualMachine {
  /// Lets the guest run, and tells the run state that follows.
  ///
  /// A guest may shut its machine down at once, and QEMU 7.2 never ends where a query reaches it then. So the state is read
  /// from the events before the answer; it is queried only where they do not tell, as of a guest that waits for a migration.
  ///
  /// QMP: `cont`
  /// - Returns: `running`, or `shutdown` where the guest has shut down.
  /// - Throws: ``LifecycleError`` `commandFailed` with QEMU's message, or with how it ended; `timedOut`.
  public func resumeReadingState() async throws(LifecycleError) -> String {
    let events = await session.events()
    try await resume()
    let names = events.takeArrived().map(\.name)
    if names.contains("SHUTDOWN") { return "shutdown" }
    return names.last { ["RESUME", "STOP"].contains($0) } == "RESUME" ? "running" : try await runState()
  }
}
