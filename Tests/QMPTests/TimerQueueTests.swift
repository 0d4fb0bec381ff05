import Synchronization
import Testing

@testable import LinuxSystem
@testable import QMP

/// Timeouts fire in order, and never when they are forgotten.
@Suite struct TimerQueueTests {
  private let begin = ContinuousClock.now

  private func instant(_ milliseconds: Int) -> ContinuousClock.Instant { begin + .milliseconds(milliseconds) }

  private func fired(_ queue: inout TimerQueue, at milliseconds: Int, _ log: borrowing Mutex<[Int]>) -> [Int]
  {
    for fire in queue.takeDue(instant(milliseconds)) { fire() }
    return log.withLock { entries in
      defer { entries = [] }
      return entries
    }
  }

  @Test func whatIsDueFiresInTheOrderOfDeadlinesAndThenOfSetting() {
    final class Log: Sendable { let entries = Mutex<[Int]>([]) }
    let log = Log()
    var queue = TimerQueue()
    for (number, milliseconds) in [30, 10, 20, 10, 30].enumerated() {
      _ = queue.insert(instant(milliseconds)) { log.entries.withLock { $0.append(number) } }
    }
    #expect(fired(&queue, at: 9, log.entries) == [])
    #expect(fired(&queue, at: 20, log.entries) == [1, 3, 2])
    #expect(queue.next == instant(30))
    #expect(fired(&queue, at: 99, log.entries) == [0, 4])
    #expect(queue.next == nil)
  }

  @Test func aForgottenTimerDoesNotFire() {
    final class Log: Sendable { let entries = Mutex<[Int]>([]) }
    let log = Log()
    var queue = TimerQueue()
    let timers = (0..<3).map { number in
      queue.insert(instant(5)) { log.entries.withLock { $0.append(number) } }
    }
    queue.remove(timers[1])
    queue.remove(timers[1])
    #expect(fired(&queue, at: 5, log.entries) == [0, 2])
    queue.remove(timers[0])
  }
}
