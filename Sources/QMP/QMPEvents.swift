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

  /// Takes the events that have come already, without waiting.
  package func takeArrived() -> [QMPEventMessage] {
    var arrived: [QMPEventMessage] = []
    while let element = buffer.take() {
      if case .event(let event) = element { arrived.append(event) }
    }
    return arrived
  }

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
