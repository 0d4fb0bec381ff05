/// The events of a session from ``QMPSession/events(capacity:)`` until the connection ends.
public struct QMPEvents: AsyncSequence, Sendable {
  /// An event, or the number of lost events.
  public enum Element: Sendable, Hashable {
    /// An event.
    case event(QMPEventMessage)
    /// The number of events that were dropped here because the listener did not read them in time.
    case lost(Int)
  }

  private let lifetime: Lifetime
  var buffer: QMPEventBuffer { lifetime.buffer }

  init(buffer: QMPEventBuffer) { lifetime = Lifetime(buffer) }

  /// Returns and removes the events that have already arrived, without waiting.
  package func takeArrived() -> [QMPEventMessage] {
    var arrived: [QMPEventMessage] = []
    while let element = buffer.take() {
      if case .event(let event) = element { arrived.append(event) }
    }
    return arrived
  }

  /// Returns an iterator; two iterators share the events.
  public func makeAsyncIterator() -> Iterator { Iterator(lifetime: lifetime) }

  /// An iterator that returns events in order.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let lifetime: Lifetime

    /// Returns the next event, or nil if the connection has ended or the task is cancelled.
    public func next() async -> Element? { await lifetime.buffer.next() }
  }

  /// An object that removes the listener from the session when the last reader is deallocated.
  fileprivate final class Lifetime: Sendable {
    let buffer: QMPEventBuffer
    init(_ buffer: QMPEventBuffer) { self.buffer = buffer }
    deinit { buffer.abandon() }
  }
}
