import CLinux
import Glibc
import LinuxSystem
import QMP
import Synchronization

/// Ctrl-C and its kin: noted, so that the run in progress ends and cleans up.
final class Interrupts: Sendable {
  static let shared = Interrupts()

  private let received = Atomic(false)

  /// A Boolean value that indicates whether a signal was received.
  var isReceived: Bool { received.load(ordering: .relaxed) }

  private init() {
    let descriptor = clinux_signal_events([SIGINT, SIGTERM, SIGHUP], 3)
    guard descriptor >= 0 else { return }
    // Unwatched they end nothing: the measurement then runs to its end.
    try? EventLoop.shared.watch(descriptor, clinux_event_readable) { [weak self] _ in
      if clinux_signal_read(descriptor) > 0 { self?.received.store(true, ordering: .relaxed) }
    }
  }
}
