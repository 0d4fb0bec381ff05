import Synchronization

/// A value that comes once, and that any number of tasks may wait for.
package final class Promise<Value: Sendable>: Sendable {
  private typealias Waiting = CheckedContinuation<Value?, Never>

  private struct State {
    var value: Value?
    var waiting: [Int: Waiting] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// The value, if it has come.
  package var current: Value? { state.withLock { $0.value } }

  /// Sets the value and wakes who waits; a second value is ignored.
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
  /// - Parameter deadline: how long; nil waits for ever.
  /// - Returns: the value, or nil when the deadline passed or the task was cancelled first.
  package func value(within deadline: Duration? = nil) async -> Value? {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    let end = deadline.map { ContinuousClock.now + $0 }
    let timer = end.map { end in
      EventLoop.shared.schedule(at: end) { [weak self] in self?.giveUp(number) }
    }
    defer { if let timer { EventLoop.shared.cancel(timer) } }
    // Most who wait are bound to the loop: the value finds them there, without a visit to another thread.
    return await withTaskExecutorPreference(EventLoop.shared) {
      await withTaskCancellationHandler {
        await withCheckedContinuation { wait(number, until: end, $0) }
      } onCancel: {
        giveUp(number)
      }
    }
  }

  private func wait(
    _ number: Int, until end: ContinuousClock.Instant?, _ continuation: Waiting
  ) {
    let answer = state.withLock { state -> Value?? in
      if let value = state.value { return .some(value) }
      if Task.isCancelled { return .some(nil) }
      // Its timer may have fired already, and fires once.
      if let end, ContinuousClock.now >= end { return .some(nil) }
      state.waiting[number] = continuation
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  private func giveUp(_ number: Int) {
    state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
  }
}
