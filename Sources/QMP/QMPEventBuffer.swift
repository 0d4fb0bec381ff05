import LinuxSystem
import Synchronization

/// A queue of events for one reader. If it is full, the oldest are dropped.
struct EventQueue {
  private let capacity: Int
  private var events: [QMPEventMessage] = []
  private var head = 0
  private var lost = 0

  init(capacity: Int) { self.capacity = max(1, capacity) }

  mutating func append(_ messages: [QMPEventMessage]) {
    events.append(contentsOf: messages)
    let excess = events.count - head - capacity
    if excess <= 0 { return }
    head += excess
    lost += excess
    compact()
  }

  mutating func take() -> QMPEvents.Element? {
    if lost > 0 {
      defer { lost = 0 }
      return .lost(lost)
    }
    guard head < events.count else { return nil }
    defer {
      head += 1
      compact()
    }
    return .event(events[head])
  }

  private mutating func compact() {
    if head < 1024 ? head < events.count : head < events.count / 2 { return }
    events.removeFirst(head)
    head = 0
  }
}

/// A bounded queue between the session and one listener.
final class QMPEventBuffer: Sendable {
  private typealias Waiting = CheckedContinuation<QMPEvents.Element?, Never>

  private struct State {
    var queue: EventQueue
    var isFinished = false
    var waiting: [Int: Waiting] = [:]
    var waitCount = 0
    var onAbandon: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>

  init(capacity: Int) { state = Mutex(State(queue: EventQueue(capacity: capacity))) }

  func append(_ messages: [QMPEventMessage]) {
    let answered = state.withLock { state -> [(Waiting, QMPEvents.Element)] in
      state.queue.append(messages)
      var answered: [(Waiting, QMPEvents.Element)] = []
      // The reader that has waited longest is first.
      while let key = state.waiting.keys.min(), let element = state.queue.take() {
        if let waiting = state.waiting.removeValue(forKey: key) { answered.append((waiting, element)) }
      }
      return answered
    }
    for (waiting, element) in answered { waiting.resume(returning: element) }
  }

  func finish() {
    let waiting = state.withLock { state in
      state.isFinished = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: nil) }
  }

  /// Returns the next element that has already arrived; nil if there is none.
  func take() -> QMPEvents.Element? { state.withLock { $0.queue.take() } }

  /// Returns the next element; nil at the end, at the deadline, or if the task is cancelled.
  func next(before instant: ContinuousClock.Instant? = nil) async -> QMPEvents.Element? {
    if let element = state.withLock({ $0.queue.take() }) { return element }
    let number = state.withLock { state in
      state.waitCount += 1
      return state.waitCount
    }
    let timer = instant.map { EventLoop.shared.schedule(at: $0) { [weak self] in self?.giveUp(number) } }
    defer { if let timer { EventLoop.shared.cancel(timer) } }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { wait(number, until: instant, $0) }
    } onCancel: {
      giveUp(number)
    }
  }

  private func giveUp(_ number: Int) {
    state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
  }

  private func wait(_ number: Int, until instant: ContinuousClock.Instant?, _ continuation: Waiting) {
    let answer = state.withLock { state -> QMPEvents.Element?? in
      if let element = state.queue.take() { return .some(element) }
      // The timer may have fired before this reader waited.
      let isLate = instant.map { $0 <= .now } ?? false
      if isLate || state.isFinished || Task.isCancelled { return .some(nil) }
      state.waiting[number] = continuation
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  /// A Boolean value that indicates whether no more events will arrive.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  func whenAbandoned(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.onAbandon = body }
  }

  func abandon() {
    state.withLock { $0.onAbandon }?()
    finish()
  }
}
