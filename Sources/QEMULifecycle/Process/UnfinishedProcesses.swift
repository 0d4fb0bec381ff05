import CLinux
import Glibc
import Synchronization

/// The processes that this one has started for itself: they are asked something, or are virtual machines that are not handed over
/// yet, and must not outlive it.
package enum UnfinishedProcesses {
  private struct State {
    /// The descriptors that hold them, by pid.
    var handles: [Int32: Int32] = [:]
    var wereKilled = false
  }

  private static let state = Mutex(State())

  static func insert(_ pid: Int32, heldBy handle: Int32) { state.withLock { $0.handles[pid] = handle } }

  /// Forgets a process; what another object holds under its pid stays.
  static func remove(_ pid: Int32, heldBy handle: Int32) {
    state.withLock { state in
      if state.handles[pid] == handle { state.handles[pid] = nil }
    }
  }

  /// A Boolean value that indicates whether there were any to be killed.
  package static var wereKilled: Bool { state.withLock { $0.wereKilled } }

  /// Kills them all.
  package static func kill() {
    state.withLock { state in
      for handle in state.handles.values { _ = clinux_pidfd_send_signal(handle, SIGKILL) }
      if !state.handles.isEmpty { state.wereKilled = true }
    }
  }
}
