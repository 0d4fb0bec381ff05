import Glibc
import Synchronization

/// A line on the terminal of standard error while a step takes longer than a second. It is erased at the end.
enum ProgressLine {
  private struct State {
    var text: String?
    var start = ContinuousClock.now
    var isShown = false
  }

  private static let state = Mutex(State())
  private static let interval = Duration.seconds(1)

  /// Runs a step. In a pipe or a file nothing is shown.
  /// - Parameter text: the step, such as `stopping "web"`; nil shows nothing.
  static func show<Result>(_ text: String?, during step: () async throws -> Result) async rethrows -> Result {
    guard let text, isatty(STDERR_FILENO) != 0, Terminal.variable("TERM") != "dumb" else {
      return try await step()
    }
    state.withLock { $0 = State(text: Output.struck(text).visible) }
    let timer = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: interval)
        state.withLock { draw(&$0) }
      }
    }
    defer {
      timer.cancel()
      state.withLock {
        erase(&$0)
        $0.text = nil
      }
    }
    return try await step()
  }

  /// Erases the line before other output; the timer draws it again.
  static func erase() { state.withLock { erase(&$0) } }

  /// Erases the line before the process ends, unless another thread is writing it.
  static func eraseAtExit() { state.withLockIfAvailable { erase(&$0) } }

  private static func draw(_ state: inout State) {
    guard let text = state.text else { return }
    let seconds = (ContinuousClock.now - state.start).components.seconds
    let line = Output.cut("\(text) (\(seconds) s)", to: (Terminal.columns(of: STDERR_FILENO) ?? 80) - 1)
    write("\r\(line)\u{1b}[K")
    state.isShown = true
  }

  private static func erase(_ state: inout State) {
    guard state.isShown else { return }
    write("\r\u{1b}[K")
    state.isShown = false
  }

  /// Writes to the terminal; a lost part of the line is not an error.
  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
