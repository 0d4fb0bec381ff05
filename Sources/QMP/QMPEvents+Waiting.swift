public import QAPI

extension QMPEvents {
  /// Waits for an event.
  ///
  /// Create the listener before you execute the command that causes the event. Other events are skipped.
  /// - Parameters:
  ///   - timeout: the timeout, from now.
  ///   - isWanted: returns whether an event is the awaited one.
  /// - Throws: ``QMPError``: `timedOut`, `cancelled`, `connectionLost`; `eventsLost` if the event may be one of those
  ///   that the listener lost.
  public func first(
    within timeout: Duration, where isWanted: @escaping @Sendable (QMPEventMessage) -> Bool
  ) async throws(QMPError) -> QMPEventMessage {
    let instant = ContinuousClock.now + timeout
    while true {
      switch await buffer.next(before: instant) {
      case .event(let event): if isWanted(event) { return event }
      case .lost(let count):
        throw QMPError(.eventsLost, "\(count) events were lost during the wait for an event")
      case nil: throw absence(after: timeout)
      }
    }
  }

  private func absence(after timeout: Duration) -> QMPError {
    if Task.isCancelled { return QMPError(.cancelled, "the wait for an event was cancelled") }
    return buffer.isFinished
      ? QMPError(.connectionLost, "the connection ended while an event was awaited")
      : QMPError(.timedOut, "the event did not come within \(timeout)")
  }

  /// Waits for an event of a type.
  /// - Parameters:
  ///   - type: the type of the event.
  ///   - timeout: the timeout, from now.
  ///   - isWanted: returns whether an event of this type is the awaited one; by default, any is.
  /// - Throws: as ``first(within:where:)``, and `undecodable` if the data does not match the type.
  public func first<Event: QAPIEvent>(
    _ type: Event.Type, within timeout: Duration,
    where isWanted: @escaping @Sendable (Event) -> Bool = { _ in true }
  ) async throws(QMPError) -> Event {
    let message = try await first(within: timeout) { message in
      guard message.name == type.name else { return false }
      // An event that cannot be decoded is reported, not skipped.
      guard let event = try? message.decoded(as: type) else { return true }
      return isWanted(event)
    }
    guard let event = try message.decoded(as: type) else {
      throw QMPError(.undecodable, "\(message.name) is not \(type.name)")
    }
    return event
  }
}
