import CLinux
import Glibc
import QMP
import Synchronization

/// Ctrl-C and its kin, as events: the first cancels what runs, so that it cleans up; the second ends this process.
final class Interrupts: Sendable {
  typealias Handler = @Sendable (Int32) -> Void

  static let shared = Interrupts()

  private struct State {
    var first: Int32?
    var last: ContinuousClock.Instant?
    var handlers: [Handler] = []
  }

  private let state = Mutex(State())

  private init() {
    let descriptor = clinux_signal_events([SIGINT, SIGTERM, SIGHUP], 3)
    guard descriptor >= 0 else { return }
    try? EventLoop.shared.watch(descriptor, clinux_event_readable) { [weak self] _ in
      let number = clinux_signal_read(descriptor)
      if number > 0 { self?.receive(number) }
    }
  }

  /// The first signal that came.
  var received: Int32? { state.withLock { $0.first } }

  /// Calls a handler for the next signal that no later handler takes. Without one a signal ends the process.
  func handle(_ handler: @escaping Handler) {
    state.withLock { $0.handlers.append(handler) }
  }

  /// Several signals at once are one wish: what follows within half a second of another is not a second one.
  private func receive(_ number: Int32) {
    let (isRepeated, handler) = state.withLock { state -> (Bool, Handler?) in
      let isRepeated = state.last.map { .now - $0 < .milliseconds(500) } ?? false
      state.last = .now
      if isRepeated { return (true, nil) }
      if state.first == nil { state.first = number }
      return (false, state.handlers.popLast())
    }
    if isRepeated { return }
    if let handler { handler(number) } else { _exit(128 + number) }
  }
}
