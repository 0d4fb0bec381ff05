import CLinux
import Glibc
import LinuxSystem
import QEMUJSON
import QEMUTestSupport
import QMP
import Testing

/// Commands, timeouts, cancellation, events and descriptors, over a real socket.
@Suite(.timeLimit(.minutes(4))) struct SessionTests {
  @Test func repliesFindTheirCommandsInWhateverOrderTheyCome() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let requests = try (0..<50).map { _ in try monitor.receive() }
      for request in requests.reversed() { try monitor.reply(to: request, .string(request.command)) }
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let names = (0..<50).map { "query-\($0)" }
    let replies = await session.executeAll(names.map { ($0, [:]) })
    #expect(replies.map { try? $0.get().stringValue } == names)
    await session.close()
    try await qemu.end()
  }

  @Test func manyTasksShareASession() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      while let request = try monitor.receiveIfAny() {
        try monitor.reply(to: request, .object(request.arguments))
      }
    }
    let session = try await qemu.connect()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<500 {
        group.addTask {
          let reply = try await session.execute("echo", arguments: ["number": .integer(Int64(number))])
          #expect(reply["number"] == .integer(Int64(number)))
        }
      }
      try await group.waitForAll()
    }
    await session.close()
    try await qemu.end()
  }

  @Test func aLateReplyIsNeverTakenForAnothers() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let late = try monitor.expect("slow")
      for number in 0..<20 {
        let request = try monitor.expect("quick")
        if number == 7 { try monitor.reply(to: late, "late") }
        try monitor.reply(to: request, .integer(Int64(number)))
      }
      try monitor.awaitClose()
    }
    let notes = Promise<String>()
    var options = QMPSession.Options()
    options.log = { notes.fulfil($0) }
    let session = try await qemu.connect(options: options)
    await expect(.timedOut) { try await session.execute("slow", timeout: .milliseconds(50)) }
    for number in 0..<20 {
      #expect(try await session.execute("quick") == .integer(Int64(number)))
    }
    #expect(await notes.value()?.contains("too late") == true)
    await session.close()
    try await qemu.end()
  }

  @Test func aCancelledTaskEndsItsWaitAndHarmsNoOther() async throws {
    let received = Promise<Void>()
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let forgotten = try monitor.expect("slow")
      received.fulfil(())
      let request = try monitor.expect("quick")
      try monitor.reply(to: forgotten, "late")
      try monitor.reply(to: request, "in time")
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let slow = Task { try await session.execute("slow", timeout: .seconds(60)) }
    _ = await received.value()
    slow.cancel()
    await expect(.cancelled) { try await slow.value }
    #expect(try await session.execute("quick") == "in time")
    await session.close()
    try await qemu.end()
  }

  @Test func aTaskCancelledBeforehandSendsNothing() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      try monitor.reply(to: monitor.expect("query-status"), [:])
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let quit = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await session.execute("quit")
    }
    await expect(.cancelled) { try await quit.value }
    _ = try await session.execute("query-status")
    await session.close()
    try await qemu.end()
  }

  @Test func whenThePeerDiesEveryWaitingCommandFails() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      for _ in 0..<30 { _ = try monitor.receive() }
    }
    let session = try await qemu.connect()
    let results = await session.executeAll((0..<30).map { ("wait-\($0)", [:]) })
    for result in results {
      #expect(throws: QMPError.self) { try result.get() }
    }
    await expect(.connectionLost) { try await session.execute("query-status") }
  }

  @Test func closingFailsWhatWaits() async throws {
    let received = Promise<Void>()
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      _ = try monitor.receive()
      received.fulfil(())
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let waiting = Task { try await session.execute("slow", timeout: .seconds(60)) }
    _ = await received.value()
    await session.close()
    await session.close()
    await expect(.connectionLost) { try await waiting.value }
  }

  @Test func aCommandLargerThanTheSocketIsSentWholeToASlowReader() async throws {
    let text = String(repeating: "0123456789", count: 500_000)
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      let request = try monitor.expect("ringbuf-write")
      try monitor.reply(to: request, request.arguments["data"] == .string(text) ? "whole" : "damaged")
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    #expect(try await session.execute("ringbuf-write", arguments: ["data": .string(text)]) == "whole")
    await session.close()
    try await qemu.end()
  }

  @Test func aDescriptorTravelsWithItsCommandAndNoOther() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.negotiate()
      for _ in 0..<3 {
        let request = try monitor.receive()
        try monitor.reply(to: request, .integer(Int64(monitor.descriptors.count)))
      }
      var status = stat()
      let isNull = fstat(monitor.descriptors.first ?? -1, &status) == 0 && status.st_rdev == 0x103
      try monitor.reply(to: monitor.receive(), .bool(isNull))
      try monitor.awaitClose()
    }
    let session = try await qemu.connect()
    let null = open("/dev/null", O_RDONLY)
    defer { close(null) }
    #expect(try await session.execute("query-status") == 0)
    #expect(try await session.execute("getfd", arguments: ["fdname": "n"], passing: null) == 1)
    #expect(try await session.execute("query-status") == 1)
    #expect(try await session.execute("is-null") == true)
    #expect(fcntl(null, F_GETFD) >= 0, "the descriptor stays the caller's")
    await session.close()
    try await qemu.end()
  }

  @Test func aClosedDescriptorIsRefusedBeforeAnythingIsSent() async throws {
    let qemu = try FakeQEMU(.neverReplies)
    let session = try await qemu.connect()
    await expect(.malformedArguments) { try await session.execute("getfd", passing: -1) }
    await session.close()
  }

  private func expect(
    _ code: QMPError.Code, _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> JSON
  ) async {
    do {
      let value = try await body()
      Issue.record("it was answered: \(value)", sourceLocation: location)
    } catch {
      #expect((error as? QMPError)?.code == code, sourceLocation: location)
    }
  }
}
