import CLinux
import Glibc
import QEMU
import Synchronization

/// Ctrl-C and its kin, as events: the first cancels what runs, so that it cleans up; the second ends this process.
///
/// The main thread waits for them, and does nothing else: no work that blocks or hangs keeps it from ending the process.
final class Interrupts: Sendable {
  typealias Handler = @Sendable (Int32) -> Void

  static let shared = Interrupts()

  private struct State {
    var first: Int32?
    var last: ContinuousClock.Instant?
    var handlers: [Handler] = []
    /// What is done, and when, where the work does not end by itself.
    var deadlines: [(time: ContinuousClock.Instant, action: Handler)] = []
  }

  private let state = Mutex(State())
  private let descriptor = clinux_signal_events([SIGINT, SIGTERM, SIGHUP], 3)
  private let terminal = TerminalMode()

  /// How long cancelled work may take to end.
  private static let patience = Duration.milliseconds(800)
  /// How long the QEMUs of cancelled work may take, before they are killed.
  private static let patienceWithProcesses = Duration.milliseconds(500)
  /// How long the work may take to clean up behind QEMUs that were killed.
  private static let patienceWithKilled = Duration.seconds(5)

  private init() {}

  /// The first signal that came.
  var received: Int32? { state.withLock { $0.first } }

  /// Calls a handler for the next signal that no later handler takes. Without one a signal ends the process.
  func handle(_ handler: @escaping Handler) {
    state.withLock { $0.handlers.append(handler) }
  }

  /// Waits for signals, for as long as the process lives.
  func serve() -> Never {
    while true {
      let next = state.withLock { $0.deadlines.first?.time }
      let wait = next.map { max(0, ($0 - .now).nanoseconds) } ?? -1
      _ = clinux_poll(descriptor, Int16(POLLIN), wait)
      while case let number = clinux_signal_read(descriptor), number > 0 { receive(number) }
      meetDeadlines()
    }
  }

  /// Ends the process if the work that a signal cancelled does not end: it may read from a pipe that nobody writes to, or wait for
  /// the kernel. No QEMU that it has started for itself outlives it.
  func endSoon() {
    state.withLock { state in
      let now = ContinuousClock.now
      state.deadlines = [
        (now + Self.patienceWithProcesses, { _ in UnfinishedProcesses.kill() }),
        (
          now + Self.patience,
          { number in
            if !UnfinishedProcesses.wereKilled { self.end(by: number) }
          }
        ),
        (now + Self.patienceWithKilled, { self.end(by: $0) }),
      ]
    }
  }

  private func meetDeadlines() {
    let (number, due) = state.withLock { state -> (Int32, [Handler]) in
      let due = state.deadlines.prefix { $0.time <= .now }.map(\.action)
      state.deadlines.removeFirst(due.count)
      return (state.first ?? 0, due)
    }
    for action in due { action(number) }
  }

  private func end(by number: Int32) -> Never {
    UnfinishedProcesses.kill()
    terminal.restore()
    _exit(128 + number)
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
    if let handler { handler(number) } else { end(by: number) }
  }
}
