import CLinux
import Synchronization

/// The number of files that this process may have open at once.
package enum DescriptorLimit {
  private struct State {
    /// The limit that this process was started with; nil unless it was raised.
    var original: UInt64?
    /// How many programs are being started under it.
    var starts = 0
  }

  private static let state = Mutex(State())
  /// Enough for both event loops, the signals and one virtual machine.
  private static let least = 24

  /// The limit now.
  package static var current: Int { Int(clamping: clinux_descriptor_limit().current) }

  /// Raises the limit as far as the host allows without a privilege; programs are still started under the one that was.
  package static func raise() {
    state.withLock { state in
      let limit = clinux_descriptor_limit()
      guard limit.current < limit.highest else { return }
      if clinux_set_descriptor_limit(limit.highest, limit.highest) == 0 { state.original = limit.current }
    }
  }

  /// Throws where this process cannot open the few files that it needs.
  package static func requireEnough() throws(SystemError) {
    _ = try checked(clinux_try_descriptors(least), "open \(least) files")
  }

  /// Starts a program under the limit that this process was started with: a program may loop over all descriptors that it could
  /// have, or use select().
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
