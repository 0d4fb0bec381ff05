/// The identity of a timer of a loop.
package final class TimerID: Sendable {
  /// The time at which the timer fires.
  package let deadline: ContinuousClock.Instant

  fileprivate init(_ deadline: ContinuousClock.Instant) { self.deadline = deadline }
}

/// An ordered queue of timers. A loop has few of them, so an array is sufficient.
struct TimerQueue {
  private var timers: [(id: TimerID, fire: @Sendable () -> Void)] = []

  /// The next deadline.
  var next: ContinuousClock.Instant? { timers.last?.id.deadline }

  mutating func insert(_ deadline: ContinuousClock.Instant, _ fire: @escaping @Sendable () -> Void) -> TimerID
  {
    let id = TimerID(deadline)
    // Latest first: the next timer is at the end. Of equal deadlines, the one that was set first fires first.
    let index = timers.firstIndex { $0.id.deadline <= deadline } ?? timers.endIndex
    timers.insert((id, fire), at: index)
    return id
  }

  mutating func remove(_ id: TimerID) {
    if let index = timers.lastIndex(where: { $0.id === id }) { timers.remove(at: index) }
  }

  /// Removes and returns the handlers that are due, in order.
  mutating func takeDue(_ now: ContinuousClock.Instant) -> [@Sendable () -> Void] {
    var due: [@Sendable () -> Void] = []
    while let last = timers.last, last.id.deadline <= now {
      due.append(last.fire)
      timers.removeLast()
    }
    return due
  }
}
