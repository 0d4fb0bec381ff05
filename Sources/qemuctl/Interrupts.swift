import CLinux
import Glibc
import QEMU
import Synchronization

/// The handling of SIGINT, SIGTERM and SIGHUP: the first signal cancels the command, which cleans up; the second one
/// ends the process.
///
/// The main thread only waits for signals, so blocked work cannot keep it from ending the process.
final class Interrupts: Sendable {
  typealias Handler = @Sendable (Int32) -> Void

  static let shared = Interrupts()

  private struct State {
    var first: Int32?
    var last: ContinuousClock.Instant?
    var handlers: [Handler] = []
    /// The actions if the cancelled work does not end by itself, each with its deadline.
    var actions: [(deadline: ContinuousClock.Instant, action: Handler)] = []
  }

  private let state = Mutex(State())
  private let descriptor = clinux_signal_events([SIGINT, SIGTERM, SIGHUP], 3)
  private let terminal = TerminalMode()

  /// The timeout for cancelled work to end.
  private static let timeout = Duration.milliseconds(800)
  /// The timeout for the QEMU processes of cancelled work, after which they are killed.
  private static let processTimeout = Duration.milliseconds(500)
  /// The timeout for the work to clean up after its QEMU processes were killed.
  private static let cleanUpTimeout = Duration.seconds(5)

  private init() {}

  /// The first signal that was received.
  var received: Int32? { state.withLock { $0.first } }

  /// Adds a handler for one signal. The last handler added is called first; without a handler a signal ends the
  /// process.
  func handle(_ handler: @escaping Handler) {
    state.withLock { $0.handlers.append(handler) }
  }

  /// Waits for signals until the process ends.
  func serve() -> Never {
    while true {
      let next = state.withLock { $0.actions.first?.deadline }
      let wait = next.map { max(0, ($0 - .now).nanoseconds) } ?? -1
      _ = clinux_poll(descriptor, Int16(POLLIN), wait)
      while case let number = clinux_signal_read(descriptor), number > 0 { receive(number) }
      runDueActions()
    }
  }

  /// Ends the process if the cancelled work does not end, because it reads from a pipe without a writer or waits for
  /// the kernel. QEMU processes that it started and that are not virtual machines with a record yet are killed.
  func endSoon() {
    state.withLock { state in
      let now = ContinuousClock.now
      state.actions = [
        (now + Self.processTimeout, { _ in UnfinishedProcesses.kill() }),
        (
          now + Self.timeout,
          { number in
            if !UnfinishedProcesses.wereKilled { self.end(by: number) }
          }
        ),
        (now + Self.cleanUpTimeout, { self.end(by: $0) }),
      ]
    }
  }

  private func runDueActions() {
    let (number, due) = state.withLock { state -> (Int32, [Handler]) in
      let due = state.actions.prefix { $0.deadline <= .now }.map(\.action)
      state.actions.removeFirst(due.count)
      return (state.first ?? 0, due)
    }
    for action in due { action(number) }
  }

  private func end(by number: Int32) -> Never {
    UnfinishedProcesses.kill()
    ProgressLine.eraseAtExit()
    terminal.restoreAtExit()
    _exit(128 + number)
  }

  /// Handles a signal. A signal that follows another one within half a second is ignored.
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
