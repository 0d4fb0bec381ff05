import QEMUJSON
import QEMUTestSupport
import QMP
import Testing

/// Tests of the result of each fault: a reply or the correct error, within a limited time, and never a crash.
@Suite struct FaultTests {
  enum Outcome: Equatable {
    /// The session never becomes ready.
    case noSession(QMPError.Code)
    /// The command fails.
    case failure(QMPError.Code)
    /// The command is answered.
    case answer
  }

  static func expected(_ fault: FakeQEMU.Fault) -> Outcome {
    switch fault {
    case .neverGreets, .neverAcknowledges: .noSession(.timedOut)
    case .closesAtOnce, .closesAmidGreeting, .closesAfterGreeting: .noSession(.connectionLost)
    case .speaksHTTP, .sendsGarbage, .sendsOtherJSON, .sendsEndlessLine: .noSession(.notQMP)
    case .refusesCapabilities: .noSession(.refused)
    case .closesInsteadOfReply, .closesAmidReply: .failure(.connectionLost)
    case .neverReplies, .stopsReading: .failure(.timedOut)
    case .repliesWithoutValue, .refusesWithoutWords: .failure(.undecodable)
    case .sendsNestingBomb, .sendsInvalidUTF8, .sendsNULByte, .sendsDuplicateKey: .failure(.notQMP)
    case .refuses: .failure(.refused)
    case .sendsEventBeforeAcknowledgement, .repliesToUnknownCommand, .sendsErrorWithoutID, .greetsTwice,
      .dribbles, .sendsBlankLines, .sendsHugeLine, .floodsWithEvents:
      .answer
    }
  }

  /// Long where an answer comes, so that no slow machine fails; short where waiting for none is the test.
  private func timeout(_ fault: FakeQEMU.Fault) -> Duration {
    switch Self.expected(fault) {
    case .noSession(.timedOut), .failure(.timedOut): .milliseconds(100)
    default: .seconds(60)
    }
  }

  @Test(.timeLimit(.minutes(4)), arguments: FakeQEMU.Fault.allCases)
  func everyFaultEndsInAnAnswerOrInItsError(fault: FakeQEMU.Fault) async throws {
    let qemu = try FakeQEMU(fault, timeout: .seconds(100))
    let outcome = try await outcome(qemu, fault)
    #expect(outcome == Self.expected(fault))
    try await qemu.end()
  }

  private func outcome(_ qemu: FakeQEMU, _ fault: FakeQEMU.Fault) async throws -> Outcome {
    let isNegotiationSlow = Self.expected(fault) == .noSession(.timedOut)
    let session: QMPSession
    do throws(QMPError) {
      session = try await qemu.connect(timeout: isNegotiationSlow ? timeout(fault) : .seconds(60))
    } catch {
      try requireWords(error)
      return .noSession(error.code)
    }
    defer { Task { await session.close() } }
    do throws(QMPError) {
      let answer = try await session.execute("query-name", timeout: timeout(fault))
      #expect(answer["name"] == "fake")
      return .answer
    } catch {
      try requireWords(error)
      return .failure(error.code)
    }
  }

  private func requireWords(_ error: QMPError) throws {
    #expect(!error.summary.isEmpty)
    #expect(!error.remedy.isEmpty)
  }

  @Test func afterALineThatCannotBeReadTheSessionHasEndedAndSaysWhy() async throws {
    let qemu = try FakeQEMU(.sendsNestingBomb)
    let session = try await qemu.connect()
    await #expect(throws: QMPError.self) { try await session.execute("query-name") }
    #expect(await session.endReason?.code == .notQMP)
    await #expect(throws: QMPError.self) { try await session.execute("query-status") }
  }

  @Test func theWordsOfARefusalAreQEMUs() async throws {
    let qemu = try FakeQEMU(.refuses)
    let session = try await qemu.connect()
    do {
      _ = try await session.execute("query-name")
      Issue.record("it was not refused")
    } catch {
      #expect(error.errorClass == "DeviceNotFound")
      #expect(error.summary.contains("there is no such name"))
    }
    await session.close()
  }

  @Test func theConnectionMayEndAtEveryByteOfAReply() async throws {
    let reply = #"{"return": {"name": "a", "more": [1, 2.5, null, "\u00fc"]}}"#
    for length in 0...reply.utf8.count {
      let qemu = try FakeQEMU { monitor in
        try monitor.negotiate()
        try monitor.expect("query-name")
        try monitor.send(bytes: Array(reply.utf8.prefix(length)))
      }
      let code = await code { try await qemu.connect().execute("query-name") }
      #expect(code == .connectionLost, "after \(length) bytes")
    }
  }

  @Test func theConnectionMayEndAtEveryByteOfTheGreeting() async throws {
    let greeting =
      #"{"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 7}, "package": ""}, "capabilities": []}}"#
    for length in 0...greeting.utf8.count {
      let qemu = try FakeQEMU { try $0.send(bytes: Array(greeting.utf8.prefix(length))) }
      let code = await code { try await qemu.connect().execute("query-name") }
      #expect(code == .connectionLost, "after \(length) bytes")
    }
  }

  private func code(_ body: () async throws -> JSON) async -> QMPError.Code? {
    do {
      _ = try await body()
      return nil
    } catch {
      return (error as? QMPError)?.code
    }
  }
}
