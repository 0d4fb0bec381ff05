import QAPI
import QEMUJSON
import QEMUTestSupport
import Testing

@testable import LinuxSystem
@testable import QMP

/// Every wait has a bound and an end: for a value, for a reply, for an event.
@Suite(.timeLimit(.minutes(4))) struct WaitingTests {
  @Test(
    .timeLimit(.minutes(4)), arguments: [Duration.zero, .nanoseconds(1), .microseconds(5), .milliseconds(1)])
  func aPromiseThatIsNotKeptIsGivenUpAtItsDeadline(timeout: Duration) async {
    for _ in 0..<500 {
      #expect(await Promise<Int>().value(within: timeout) == nil)
    }
  }

  @Test func aPromiseWakesAllWhoWaitAndLaterOnesAtOnce() async {
    let promise = Promise<Int>()
    async let first = promise.value()
    async let second = promise.value(within: .seconds(60))
    promise.fulfil(1)
    promise.fulfil(2)
    #expect(await [first, second] == [1, 1])
    #expect(await promise.value(within: .zero) == 1)
  }

  @Test func aCancelledWaitEnds() async {
    let promise = Promise<Int>()
    let waiting = Task { await promise.value() }
    waiting.cancel()
    #expect(await waiting.value == nil)
  }

  @Test(.timeLimit(.minutes(4)), arguments: [Duration.zero, .nanoseconds(1), .milliseconds(1)])
  func aCommandWithHardlyAnyTimeTimesOut(timeout: Duration) async throws {
    let qemu = try FakeQEMU(.neverReplies)
    let session = try await qemu.connect()
    for _ in 0..<20 {
      do {
        _ = try await session.execute("query-name", timeout: timeout)
        Issue.record("it was answered")
      } catch {
        #expect(error.code == .timedOut)
      }
    }
    await session.close()
  }

  @Test func aCommandWithLittleTimeIsGivenUpBeforeOneThatHasMuch() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let patient = Task { try await session.execute("query-status", timeout: .seconds(600)) }
    for _ in 0..<3 {
      let error = await #expect(throws: QMPError.self) {
        try await session.execute("query-name", timeout: .milliseconds(20))
      }
      #expect(error?.code == .timedOut)
      #expect(error?.summary == "query-name was not answered within 0.02 seconds")
    }
    patient.cancel()
    let error = await #expect(throws: QMPError.self) { try await patient.value }
    #expect(error?.code == .cancelled)
    await session.close()
  }

  @Test func anAwaitedEventIsFoundAmongOthers() async throws {
    let session = try await Self.eventful { monitor in
      try monitor.event("STOP")
      try monitor.event("DEVICE_DELETED", ["path": "/machine/a"])
      try monitor.event("DEVICE_DELETED", ["device": "b", "path": "/machine/b"])
    }
    let events = await session.events()
    _ = try await session.execute("go")
    let event = try await events.first(within: .seconds(60)) { $0.data["device"] == "b" }
    #expect(event.data["path"] == "/machine/b")
    await session.close()
  }

  @Test func anEventThatDoesNotComeTimesOut() async throws {
    let session = try await Self.eventful { _ in }
    let events = await session.events()
    for timeout in [Duration.zero, .nanoseconds(1), .milliseconds(20)] {
      #expect(await code { try await events.first(within: timeout) { _ in true } } == .timedOut)
    }
    await session.close()
    #expect(await code { try await events.first(within: .seconds(60)) { _ in true } } == .connectionLost)
  }

  @Test func whereEventsWereLostTheWaitSaysSo() async throws {
    let session = try await Self.eventful { monitor in
      for _ in 0..<10 { try monitor.event("STOP") }
    }
    let events = await session.events(capacity: 2)
    _ = try await session.execute("go")
    #expect(
      await code { try await events.first(within: .seconds(60)) { $0.name == "RESUME" } } == .eventsLost)
    await session.close()
  }

  @Test func aCancelledWaitForAnEventEnds() async throws {
    let session = try await Self.eventful { _ in }
    let events = await session.events()
    let waiting = Task { await code { try await events.first(within: .seconds(60)) { _ in true } } }
    waiting.cancel()
    #expect(await waiting.value == .cancelled)
    await session.close()
  }

  @Test(arguments: [
    ("query-status", 10), ("no-such-command", 10), ("blockdev-add", 60), ("block_resize", 120),
    ("block-job-complete", 120), ("dump-guest-memory", 3600), ("migrate-incoming", 60),
    ("query-cpu-definitions", 30),
    ("query-cpus-fast", 10),
  ])
  func commandsHaveTheTimeThatTheyNeed(command: String, seconds: Int) {
    #expect(QMPTimeouts().timeout(for: command) == .seconds(seconds))
    #expect(QMPTimeouts(scale: 3).timeout(for: command) == .seconds(3 * seconds))
  }

  @Test func anExceptionComesBeforeTheTable() {
    let timeouts = QMPTimeouts(scale: 2, exceptions: ["blockdev-add": .seconds(7)])
    #expect(timeouts.timeout(for: "blockdev-add") == .seconds(14))
    #expect(QMPTimeouts(scale: -1).timeout(for: "query-status") == .zero)
  }

  @Test func everyRowOfDeadlinesHasItsReason() {
    for row in QMPTimeouts.rows {
      #expect(!row.reason.isEmpty)
      #expect(row.timeout > QMPTimeouts.usual)
    }
  }

  private static func eventful(
    _ body: @escaping @Sendable (ScriptedMonitor) throws -> Void
  ) async throws -> QMPSession {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let request = try monitor.receiveIfAny()
      guard let request else { return }
      try body(monitor)
      try monitor.reply(to: request)
      try monitor.awaitClose()
    }
    return try await qemu.connect()
  }

  private func code(_ body: () async throws -> QMPEventMessage) async -> QMPError.Code? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? QMPError)?.code
    }
  }
}
