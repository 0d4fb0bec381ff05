import CLinux
import Glibc
import LinuxSystem
import QEMUJSON
import QEMUTestSupport
import QMP
import Testing

/// A peer that takes nothing, or gives without end, costs bounded time and memory, and harms nobody else.
@Suite(.timeLimit(.minutes(4))) struct PressureTests {
  /// More than a socket holds.
  private static let large: JSONObject = ["data": .string(String(repeating: "x", count: 4 << 20))]

  /// Reads nothing after the negotiation until it is let, and then answers with the names of all that has come.
  private func stuck(until released: Released) throws -> FakeQEMU {
    try FakeQEMU { monitor in
      try monitor.negotiate()
      released.wait()
      var names: [JSON] = []
      while let request = try monitor.receiveIfAny() {
        names.append(.string(request.command))
        try monitor.reply(to: request, .array(names))
      }
    }
  }

  /// A gate that a script's own thread waits at.
  private final class Released: Sendable {
    private let gate = clinux_eventfd()
    func wait() { _ = clinux_poll(gate, Int16(POLLIN), 60_000_000_000) }
    func open() { _ = clinux_eventfd_signal(gate) }
    deinit { close(gate) }
  }

  @Test func whatWasNotSentInTimeIsNeverSent() async throws {
    let released = Released()
    let qemu = try stuck(until: released)
    let session = try await qemu.connect()
    let begun = await error { try await session.execute("begun", arguments: Self.large, timeout: .zero) }
    #expect(begun?.code == .timedOut && begun?.summary.contains("not answered") == true)
    for number in 0..<20 {
      let name = "forgotten-\(number)"
      let error = await error { try await session.execute(name, arguments: Self.large, timeout: .zero) }
      #expect(error?.code == .timedOut && error?.summary.hasPrefix("\(name) was not sent") == true)
    }
    released.open()
    #expect(try await session.execute("last") == ["begun", "last"])
    await session.close()
    try await qemu.end()
  }

  @Test func aDescriptorThatWasNotSentInTimeIsClosed() async throws {
    let released = Released()
    let qemu = try stuck(until: released)
    let session = try await qemu.connect()
    _ = await error { try await session.execute("begun", arguments: Self.large, timeout: .zero) }
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    _ = await error { try await session.execute("getfd", passing: ends[1], timeout: .zero) }
    close(ends[1])
    var entry = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    #expect(poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLHUP) != 0, "no writer is left")
    close(ends[0])
    released.open()
    await session.close()
    try await qemu.end()
  }

  @Test func commandsThatAreWaitingInTheirBatchAreForgottenAlone() async throws {
    let released = Released()
    let qemu = try stuck(until: released)
    let session = try await qemu.connect()
    _ = await error { try await session.execute("begun", arguments: Self.large, timeout: .zero) }
    async let kept = session.executeAll([("first", [:]), ("second", [:])], timeout: .seconds(60))
    let results = await session.executeAll([("third", [:]), ("fourth", [:])], timeout: .milliseconds(20))
    for result in results { #expect(throws: QMPError.self) { try result.get() } }
    released.open()
    let replies = await kept
    for reply in replies { _ = try reply.get() }
    #expect(try await session.execute("last") == ["begun", "first", "second", "last"])
    await session.close()
    try await qemu.end()
  }

  @Test func whatWasInFlightIsNamedWhenTheConnectionEnds() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      for _ in 0..<2 { _ = try monitor.receive() }
    }
    let session = try await qemu.connect()
    let results = await session.executeAll([("query-status", [:]), ("query-name", [:])])
    for (name, result) in zip(["query-status", "query-name"], results) {
      let error = #expect(throws: QMPError.self) { try result.get() }
      #expect(
        error?.code == .connectionLost && error?.summary.hasPrefix("\(name) was not answered: ") == true)
    }
    #expect(await session.endReason?.evidence == ["in flight: query-status, query-name"])
    let after = await error { try await session.execute("query-uuid") }
    #expect(after?.code == .connectionLost && after?.summary.hasPrefix("query-uuid was not sent: ") == true)
    try await qemu.end()
  }

  @Test func aPeerThatTakesNothingMoreEndsTheSessionWithItsLastWords() async throws {
    var pair: [Int32] = [-1, -1]
    try #require(clinux_socket_pair(&pair) == 0)
    let (peer, released) = (pair[1], Released())
    startThread {
      let monitor = ScriptedMonitor(takingOver: peer)
      try? monitor.negotiate()
      guard let request = try? monitor.receive() else { return }
      shutdown(peer, CInt(SHUT_RD))
      try? monitor.reply(to: request, "last words")
      released.wait()
    }
    let session = try await QMPSession.connect(to: .descriptor(pair[0]))
    #expect(try await session.execute("query-name") == "last words")
    let error = await error { try await session.execute("query-status", timeout: .seconds(60)) }
    #expect(error?.code == .connectionLost)
    #expect(error?.summary.contains("Broken pipe") == true)
    released.open()
  }
}

// MARK: - Without end

extension PressureTests {
  /// Negotiates, takes a command, and fills the socket again whenever something was read of it.
  private func flood(_ peer: Int32) {
    let event = #"{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}"# + "\r\n"
    let piece = Array(String(repeating: event, count: 2000).utf8)
    let monitor = ScriptedMonitor(takingOver: peer)
    guard (try? monitor.negotiate()) != nil, (try? monitor.receive()) != nil else { return }
    // A writer that blocks, unlike one that polls, is let on as soon as there is any room.
    _ = fcntl(peer, F_SETFL, 0)
    while send(peer, piece, piece.count, CInt(MSG_NOSIGNAL)) > 0 {}
  }

  @Test func aPeerThatNeverStopsTalkingKeepsNoOtherFromItsDeadline() async throws {
    var pair: [Int32] = [-1, -1]
    try #require(clinux_socket_pair(&pair) == 0)
    let peer = pair[1]
    startThread { flood(peer) }
    let session = try await QMPSession.connect(to: .descriptor(pair[0]))
    let error = await error { try await session.execute("query-name", timeout: .milliseconds(200)) }
    #expect(error?.code == .timedOut)
    let qemu = try FakeQEMU(.dribbles)
    let other = try await qemu.connect()
    #expect(try await other.execute("query-name") == FakeQEMU.Fault.answer)
    await other.close()
    await session.close()
    try await qemu.end()
  }

  @Test func tasksThatNeverRestOnTheExecutorKeepNoReplyFromComing() async throws {
    let qemu = try FakeQEMU(.dribbles)
    let session = try await qemu.connect()
    let busy = Task(executorPreference: QMPSession.executor) {
      while !Task.isCancelled { await Task.yield() }
    }
    #expect(try await session.execute("query-name") == FakeQEMU.Fault.answer)
    busy.cancel()
    await session.close()
  }

  private func error(_ body: () async throws -> JSON) async -> QMPError? {
    do {
      _ = try await body()
      return nil
    } catch {
      return error as? QMPError
    }
  }
}
