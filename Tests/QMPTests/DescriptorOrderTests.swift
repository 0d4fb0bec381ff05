import LinuxSystem
import QEMUJSON
import QEMUTestSupport
import QMP
import Synchronization
import Testing

/// Tests that only one descriptor is in transit: with out-of-band commands enabled, QEMU reads ahead and keeps only the
/// last one.
@Suite(.timeLimit(.minutes(4))) struct DescriptorOrderTests {
  /// A session, and a promise that is kept when so many commands with descriptors were handed to it.
  private func session(
    _ qemu: FakeQEMU, handed count: Int = 2
  ) async throws -> (session: QMPSession, handed: Promise<Void>) {
    let handed = Promise<Void>()
    let counter = Counter()
    var options = QMPSession.Options()
    options.isOutOfBandEnabled = true
    options.trace = { trace in
      if trace.direction == .sent, trace.text.contains("fd\""), counter.increment() == count {
        handed.fulfil(())
      }
    }
    return (try await qemu.connect(options: options), handed)
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)
    func increment() -> Int {
      count.withLock {
        $0 += 1
        return $0
      }
    }
  }

  @Test func theNextDescriptorWaitsForTheReplyAndOutOfBandCommandsOvertakeIt() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let first = try monitor.expect("getfd")
      try monitor.reply(to: try monitor.expect("migrate-pause"), "overtook")
      try monitor.reply(to: first, .integer(Int64(monitor.descriptors.count)))
      let second = try monitor.expect("getfd")
      try monitor.reply(to: second, .integer(Int64(monitor.descriptors.count)))
      try monitor.awaitClose()
    }
    let (session, handed) = try await session(qemu)
    async let first = session.execute("getfd", passing: 2)
    async let second = session.execute("getfd", passing: 2)
    _ = await handed.value()
    #expect(try await session.executeOutOfBand("migrate-pause") == "overtook")
    #expect(Set(try await [first, second]) == [1, 2])
    await session.close()
    try await qemu.end()
  }

  @Test func aLateReplyLetsTheNextDescriptorGo() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let slow = try monitor.expect("getfd")
      try monitor.reply(to: try monitor.expect("migrate-pause"))
      try monitor.reply(to: slow)
      try monitor.reply(to: try monitor.expect("add-fd"), "now")
      try monitor.awaitClose()
    }
    let (session, handed) = try await session(qemu)
    await #expect(throws: QMPError.self) {
      try await session.execute("getfd", passing: 2, timeout: .milliseconds(20))
    }
    async let next = session.execute("add-fd", passing: 2)
    _ = await handed.value()
    _ = try await session.executeOutOfBand("migrate-pause")
    #expect(try await next == "now")
    await session.close()
    try await qemu.end()
  }

  @Test func aDescriptorThatIsGivenUpWhileItWaitsIsNotSent() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let first = try monitor.expect("getfd")
      try monitor.expect("migrate-pause")
      try monitor.reply(to: first)
      try monitor.reply(to: try monitor.expect("query-name"), .integer(Int64(monitor.descriptors.count)))
      try monitor.awaitClose()
    }
    let (session, handed) = try await session(qemu, handed: 1)
    async let first = session.execute("getfd", passing: 2)
    _ = await handed.value()
    await #expect(throws: QMPError.self) {
      try await session.execute("add-fd", passing: 2, timeout: .milliseconds(20))
    }
    await #expect(throws: QMPError.self) {
      try await session.executeOutOfBand("migrate-pause", timeout: .milliseconds(20))
    }
    _ = try await first
    #expect(try await session.execute("query-name") == 1)
    await session.close()
    try await qemu.end()
  }
}
