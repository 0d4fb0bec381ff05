import Synchronization

/// The events of a session since ``QMPSession/events(capacity:)``, ending with the connection.
public struct QMPEvents: AsyncSequence, Sendable {
  /// What a listener is told.
  public enum Element: Sendable, Hashable {
    /// An event came.
    case event(QMPEventMessage)
    /// So many events were dropped here, because the listener did not read them in time.
    case lost(Int)
  }

  private let lifetime: Lifetime
  var buffer: QMPEventBuffer { lifetime.buffer }

  init(buffer: QMPEventBuffer) { lifetime = Lifetime(buffer) }

  /// Reads the events; two iterators share them.
  public func makeAsyncIterator() -> Iterator { Iterator(lifetime: lifetime) }

  /// Reads events in order.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let lifetime: Lifetime

    /// The next event, or nil when the connection has ended or the task is cancelled.
    public func next() async -> Element? { await lifetime.buffer.next() }
  }

  /// Tells the session when the last reader is gone.
  fileprivate final class Lifetime: Sendable {
    let buffer: QMPEventBuffer
    init(_ buffer: QMPEventBuffer) { self.buffer = buffer }
    deinit { buffer.abandon() }
  }
}

/// A bounded queue between the session and one listener.
final class QMPEventBuffer: Sendable {
  private typealias Waiting = CheckedContinuation<QMPEvents.Element?, Never>

  private struct State {
    var events: [QMPEventMessage] = []
    var head = 0
    var lost = 0
    var isFinished = false
    var waiting: [Int: Waiting] = [:]
    var waitCount = 0
    var onAbandon: (@Sendable () -> Void)?

    mutating func take() -> QMPEvents.Element? {
      if lost > 0 {
        defer { lost = 0 }
        return .lost(lost)
      }
      guard head < events.count else { return nil }
      defer {
        head += 1
        if head == events.count || head > 4096 {
          events.removeFirst(head)
          head = 0
        }
      }
      return .event(events[head])
    }
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = max(1, capacity) }

  func append(_ event: QMPEventMessage) {
    let waiting = state.withLock { state -> Waiting? in
      if let key = state.waiting.keys.min() { return state.waiting.removeValue(forKey: key) }
      if state.events.count - state.head >= capacity {
        state.head += 1
        state.lost += 1
        if state.head > 4096 {
          state.events.removeFirst(state.head)
          state.head = 0
        }
      }
      state.events.append(event)
      return nil
    }
    waiting?.resume(returning: .event(event))
  }

  func finish() {
    let waiting = state.withLock { state in
      state.isFinished = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: nil) }
  }

  /// The next element, or nil at the end, at the deadline, and when the task is cancelled.
  func next(before instant: ContinuousClock.Instant? = nil) async -> QMPEvents.Element? {
    if let element = state.withLock({ $0.take() }) { return element }
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
      if let element = state.take() { return .some(element) }
      // Its timer may have found nobody waiting yet.
      let isLate = instant.map { $0 <= .now } ?? false
      if isLate || state.isFinished || Task.isCancelled { return .some(nil) }
      state.waiting[number] = continuation
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  /// Whether no event will come any more.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  func whenAbandoned(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.onAbandon = body }
  }

  func abandon() {
    state.withLock { $0.onAbandon }?()
    finish()
  }
}
