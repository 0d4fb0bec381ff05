import CLinux
import Synchronization

/// The number of files that this process may have open at once.
package enum DescriptorLimit {
  private struct State {
    /// The limit that this process was started with; nil unless it was raised.
    var original: UInt64?
    /// The number of programs that are being started under the original limit.
    var starts = 0
  }

  private static let state = Mutex(State())
  /// Enough for both event loops, the signals and one virtual machine.
  private static let least = 24

  /// The current limit.
  package static var current: Int { Int(clamping: clinux_descriptor_limit().current) }

  /// Raises the soft limit to the hard limit; programs are still started under the original limit.
  package static func raise() {
    state.withLock { state in
      let limit = clinux_descriptor_limit()
      guard limit.current < limit.highest else { return }
      if clinux_set_descriptor_limit(limit.highest, limit.highest) == 0 { state.original = limit.current }
    }
  }

  /// Throws an error if this process cannot open the few files that it needs.
  package static func requireEnough() throws(SystemError) {
    _ = try checked(clinux_try_descriptors(least), "open \(least) files")
  }

  /// Starts a program under the original limit of this process: a program may loop over all descriptors up to its
  /// limit, or use select().
  package static func withOriginal<Result>(_ body: () -> Result) -> Result {
    noteStart(1)
    defer { noteStart(-1) }
    return body()
  }

  private static func noteStart(_ change: Int) {
    state.withLock { state in
      guard let original = state.original else { return }
      state.starts += change
      let highest = clinux_descriptor_limit().highest
      _ = clinux_set_descriptor_limit(state.starts > 0 ? original : highest, highest)
    }
  }
}
