import QEMUJSON
import QEMUTestSupport
import QMP
import Testing

/// Tests with recorded conversations of real QEMUs.
@Suite(.timeLimit(.minutes(4))) struct TranscriptTests {
  @Test func eachReleaseWasRecordedOnEachMachine() {
    let names = ["7.2", "10.0", "11.1"].flatMap { release in
      ["x86_64", "x86_64-kvm", "aarch64"].map { "\(release)-\($0)" }
    }
    #expect(Transcript.all.map(\.name) == names)
    #expect(Transcript.named("9.9-x86_64") == nil)
  }

  @Test(arguments: Transcript.all) func aTranscriptIsWhole(transcript: Transcript) {
    #expect(transcript.greeting["version"]?["qemu"]?["major"] != nil)
    #expect(transcript.exchanges.count > 90)
    #expect(transcript.exchanges.first?.command == "qmp_capabilities")
    #expect(transcript.exchanges.last?.command == "quit")
    let events = (transcript.exchanges.flatMap(\.events) + transcript.lastEvents).map(\.name)
    #expect(events.contains("SHUTDOWN") && events.contains("RESUME"))
  }

  @Test(arguments: Transcript.all) func everyCommandIsAnsweredAsItWas(transcript: Transcript) async throws {
    let qemu = try FakeQEMU(playing: transcript)
    let session = try await qemu.connect()
    #expect(try await session.negotiate().version.hasPrefix(transcript.release))
    let events = await session.events()
    for exchange in transcript.exchanges.dropFirst() {
      let reply: Transcript.Reply
      do throws(QMPError) {
        reply = .value(try await session.execute(exchange.command, arguments: exchange.arguments))
      } catch {
        reply = .refusal(errorClass: error.errorClass ?? "", words: error.qemuMessage ?? "")
      }
      #expect(reply == exchange.reply, "\(exchange.command)")
    }
    let expected = transcript.exchanges.flatMap(\.events) + transcript.lastEvents
    var names: [String] = []
    for await case .event(let event) in events { names.append(event.name) }
    #expect(names == expected.map(\.name))
    try await qemu.end()
  }

  @Test func whatWasNotRecordedIsRefused() async throws {
    let transcript = try #require(Transcript.named("11.1-x86_64"))
    let qemu = try FakeQEMU(playing: transcript)
    let session = try await qemu.connect()
    let unknown = await #expect(throws: QMPError.self) { try await session.execute("query-dreams") }
    #expect(unknown?.errorClass == "CommandNotFound")
    let other = await #expect(throws: QMPError.self) {
      try await session.execute(QOMGet(path: "/x", property: "y"))
    }
    #expect(other?.summary.contains("has no qom-get with {\"path\":\"/x\",\"property\":\"y\"}") == true)
    await session.close()
    try await qemu.end()
  }
}
