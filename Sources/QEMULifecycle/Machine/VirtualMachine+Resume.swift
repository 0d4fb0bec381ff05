import QAPI
import QEMUJSON
import QMP

extension VirtualMachine {
  /// Lets the guest run, and reads the run state that follows.
  ///
  /// A guest may shut its machine down at once. QEMU 7.2 does not end then while a query is in flight, so the event of the
  /// shutdown is an answer, too.
  ///
  /// QMP: `cont`, `query-status`
  /// - Returns: `running`, or `shutdown` where the guest has shut down.
  /// - Throws: ``LifecycleError`` `commandFailed` with QEMU's message, or with how it ended; `timedOut`.
  public func resumeReadingState() async throws(LifecycleError) -> String {
    let events = await session.events()
    try await resume()
    let first = await withTaskGroup(of: Result<String, LifecycleError>?.self) { group in
      group.addTask {
        do throws(LifecycleError) { return .success(try await self.runState()) } catch {
          return .failure(error)
        }
      }
      group.addTask {
        for await case .event(let event) in events where event.name == "SHUTDOWN" {
          return .success("shutdown")
        }
        // The connection has ended, which the query tells better.
        return nil
      }
      defer { group.cancelAll() }
      for await state in group { if let state { return state } }
      return Result<String, LifecycleError>.success("shutdown")
    }
    return try first.get()
  }
}
