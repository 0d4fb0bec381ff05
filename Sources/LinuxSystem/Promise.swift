import Synchronization

/// A value that is set once, and that any number of tasks may wait for.
package final class Promise<Value: Sendable>: Sendable {
  private typealias Waiting = CheckedContinuation<Value?, Never>

  private struct State {
    var value: Value?
    var waiting: [Int: Waiting] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// The value, if it is set.
  package var current: Value? { state.withLock { $0.value } }

  /// Sets the value and resumes the tasks that wait for it; a second value is ignored.
  package func fulfil(_ value: Value) {
    let waiting = state.withLock { state -> [Waiting] in
      if state.value != nil { return [] }
      state.value = value
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  /// Waits for the value.
  /// - Parameter timeout: the timeout; nil waits forever.
  /// - Returns: the value, or nil if the timeout expired or the task was cancelled first.
  package func value(within timeout: Duration? = nil) async -> Value? {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    let instant = timeout.map { ContinuousClock.now + $0 }
    let timer = instant.map { EventLoop.shared.schedule(at: $0) { [weak self] in self?.giveUp(number) } }
    defer { if let timer { EventLoop.shared.cancel(timer) } }
    // Most tasks that wait run on the loop: they are resumed without a change of threads.
    return await withTaskExecutorPreference(EventLoop.shared) {
      await withTaskCancellationHandler {
        await withCheckedContinuation { wait(number, until: instant, $0) }
      } onCancel: {
        giveUp(number)
      }
    }
  }

  private func wait(_ number: Int, until instant: ContinuousClock.Instant?, _ continuation: Waiting) {
    let answer = state.withLock { state -> Value?? in
      if let value = state.value { return .some(value) }
      // The timer may have fired before this task waited.
      let isLate = instant.map { $0 <= .now } ?? false
      if isLate || Task.isCancelled { return .some(nil) }
      state.waiting[number] = continuation
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  private func giveUp(_ number: Int) {
    state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
  }
}
