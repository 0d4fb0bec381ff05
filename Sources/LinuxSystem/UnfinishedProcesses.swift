import CLinux
import Glibc
import Synchronization

/// The child processes that must not outlive this one: probes, and virtual machines that are not handed over yet.
package enum UnfinishedProcesses {
  private struct State {
    /// Their pidfds, by pid.
    var handles: [Int32: Int32] = [:]
    var wereKilled = false
  }

  private static let state = Mutex(State())

  package static func insert(_ pid: Int32, descriptor handle: Int32) {
    state.withLock { $0.handles[pid] = handle }
  }

  /// Removes a process. A process with the same pid and another pidfd is kept.
  package static func remove(_ pid: Int32, descriptor handle: Int32) {
    state.withLock { state in
      if state.handles[pid] == handle { state.handles[pid] = nil }
    }
  }

  /// A Boolean value that indicates whether ``kill()`` has killed a process.
  package static var wereKilled: Bool { state.withLock { $0.wereKilled } }

  /// Kills all these processes.
  package static func kill() {
    state.withLock { state in
      for handle in state.handles.values { _ = clinux_pidfd_send_signal(handle, SIGKILL) }
      if !state.handles.isEmpty { state.wereKilled = true }
    }
  }
}
