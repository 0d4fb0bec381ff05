public import QAPI

extension QMPEvents {
  /// Waits for an event.
  ///
  /// Make the listener before the command that causes the event. Events before it are passed over.
  /// - Parameters:
  ///   - deadline: how long, from now.
  ///   - isWanted: whether an event is the one.
  /// - Throws: ``QMPError``: `timedOut`, `cancelled`, `connectionLost`; `eventsLost` where the event may be one of those that the
  ///   listener lost.
  public func first(
    within deadline: Duration, where isWanted: @escaping @Sendable (QMPEventMessage) -> Bool
  ) async throws(QMPError) -> QMPEventMessage {
    let instant = ContinuousClock.now + deadline
    while true {
      switch await buffer.next(before: instant) {
      case .event(let event): if isWanted(event) { return event }
      case .lost(let count):
        throw QMPError(.eventsLost, "\(count) events were lost while one was awaited")
      case nil: throw absence(after: deadline)
      }
    }
  }

  private func absence(after deadline: Duration) -> QMPError {
    if Task.isCancelled { return QMPError(.cancelled, "the wait for an event was cancelled") }
    return buffer.isFinished
      ? QMPError(.connectionLost, "the connection ended while an event was awaited")
      : QMPError(.timedOut, "the event did not come within \(deadline)")
  }

  /// Waits for an event that is a type.
  /// - Parameters:
  ///   - type: the event.
  ///   - deadline: how long, from now.
  ///   - isWanted: whether it is the one; any is by default.
  /// - Throws: as ``first(within:where:)``, and `notUnderstood` for data of another form than the type promises.
  public func first<Event: QAPIEvent>(
    _ type: Event.Type, within deadline: Duration,
    where isWanted: @escaping @Sendable (Event) -> Bool = { _ in true }
  ) async throws(QMPError) -> Event {
    let message = try await first(within: deadline) { message in
      guard message.name == type.name else { return false }
      // One that cannot be decoded is reported rather than waited past.
      guard let event = try? message.decoded(as: type) else { return true }
      return isWanted(event)
    }
    guard let event = try message.decoded(as: type) else {
      throw QMPError(.notUnderstood, "\(message.name) is not \(type.name)")
    }
    return event
  }
}
