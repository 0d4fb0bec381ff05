import QEMUJSON
import QEMUTestSupport
import QMP
import Testing

/// Events are kept in order, counted where they are dropped, and end with the connection.
@Suite(.timeLimit(.minutes(4))) struct EventTests {
  /// Sends so many numbered events before the reply to each command.
  private func numbering(_ count: Int64) throws -> FakeQEMU {
    try FakeQEMU { monitor in
      try monitor.negotiate()
      while let request = try monitor.receiveIfAny() {
        for number in 0..<count { try monitor.event("STEP", ["number": .integer(number)]) }
        try monitor.reply(to: request)
      }
    }
  }

  @Test func noEventIsLostOnAListenerWithRoom() async throws {
    let qemu = try numbering(20_000)
    let session = try await qemu.connect()
    let events = await session.events(capacity: 20_000)
    _ = try await session.execute("go")
    await session.close()
    var numbers: [Int64] = []
    for await element in events {
      guard case .event(let event) = element, let number = event.data["number"]?.integerValue else {
        continue
      }
      numbers.append(number)
    }
    #expect(numbers == Array(0..<20_000))
    try await qemu.end()
  }

  @Test func whatASlowListenerLosesIsCountedWhereItIsMissing() async throws {
    let qemu = try numbering(1000)
    let session = try await qemu.connect()
    let events = await session.events(capacity: 100)
    _ = try await session.execute("go")
    await session.close()
    var elements: [QMPEvents.Element] = []
    for await element in events { elements.append(element) }
    #expect(elements.count == 101)
    #expect(elements.first == .lost(900))
    guard case .event(let first) = elements.dropFirst().first else {
      Issue.record("no event after the gap")
      return
    }
    #expect(first.data["number"] == 900)
    try await qemu.end()
  }

  @Test func everyListenerGetsEveryEventFromItsBeginningOn() async throws {
    let qemu = try numbering(1)
    let session = try await qemu.connect()
    let early = await session.events()
    _ = try await session.execute("one")
    let late = await session.events()
    _ = try await session.execute("two")
    await session.close()
    #expect(await count(early) == 2)
    #expect(await count(late) == 1)
    #expect(await count(session.events()) == 0, "after the end there are none")
    try await qemu.end()
  }

  @Test func aCancelledReaderStopsWaiting() async throws {
    let qemu = try numbering(0)
    let session = try await qemu.connect()
    let events = await session.events()
    let reader = Task { () -> Int in await count(events) }
    reader.cancel()
    #expect(await reader.value == 0)
    await session.close()
    try await qemu.end()
  }

  @Test func theTimeOfAnEventIsInMicroseconds() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let request = try monitor.receive()
      try monitor.event("A", seconds: 12, microseconds: 34)
      try monitor.event("B", seconds: -1, microseconds: -1)
      try monitor.event("C", seconds: .max, microseconds: .max)
      try monitor.reply(to: request)
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let events = await session.events()
    _ = try await session.execute("go")
    await session.close()
    var times: [Int64?] = []
    for await element in events { if case .event(let event) = element { times.append(event.microseconds) } }
    #expect(times == [12_000_034, nil, nil])
    try await qemu.end()
  }

  private func count(_ events: QMPEvents) async -> Int {
    var count = 0
    for await _ in events { count += 1 }
    return count
  }
}
