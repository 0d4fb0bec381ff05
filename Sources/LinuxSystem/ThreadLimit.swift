import CLinux

/// The number of threads that this process may have.
package enum ThreadLimit {
  /// The threads of both event loops, and of the tasks of a small host.
  private static let least = 4
  private static let stackSize = 8 << 20

  /// Throws an error if a limit on this process's memory leaves no room for the threads that it needs: without them its
  /// work would never begin.
  package static func requireEnough() throws(SystemError) {
    _ = try checked(clinux_try_threads(least, stackSize), "start \(least) threads")
  }
}
