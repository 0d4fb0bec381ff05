import CLinux
import Glibc
import QMP
import Synchronization

/// Ctrl-C and its kin: noted, so that the run in progress ends and cleans up.
final class Interrupts: Sendable {
  private let received = Atomic(false)

  /// Whether one came.
  var isReceived: Bool { received.load(ordering: .relaxed) }

  /// Made before other threads exist, so that each of them inherits what is blocked.
  init() throws {
    let descriptor = clinux_signal_events([SIGINT, SIGTERM, SIGHUP], 3)
    guard descriptor >= 0 else { throw BenchmarkError("signalfd: errno \(-descriptor)") }
    try EventLoop.shared.watch(descriptor, clinux_event_readable) { [weak self] _ in
      if clinux_signal_read(descriptor) > 0 { self?.received.store(true, ordering: .relaxed) }
    }
  }
}
