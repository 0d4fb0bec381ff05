import QAPI
import QEMUJSON
import QEMUTestSupport
import Testing

@Suite("Replies of real QEMUs")
struct RecordedReplyTests {
  @Test("every reply decodes, and encodes again to the same JSON", arguments: Transcript.all)
  func repliesSurvive(transcript: Transcript) throws {
    for type in QAPICatalogue.commandNames.compactMap(QAPICatalogue.command) {
      for reply in transcript.replies(to: type.name) { try requireRoundTrip(type, reply) }
    }
  }

  private func requireRoundTrip<Command: QAPICommand>(_ type: Command.Type, _ reply: JSON) throws {
    let response = try Command.response(from: reply)
    #expect(response is EmptyResponse || response.json == reply, "\(Command.name)")
  }

  @Test("every event decodes, and encodes again to the same JSON", arguments: Transcript.all)
  func eventsSurvive(transcript: Transcript) throws {
    for type in QAPICatalogue.eventNames.compactMap(QAPICatalogue.event) {
      for data in transcript.data(of: type.name) {
        let event = try type.init(data: data)
        #expect(event.json == data, "\(type.name)")
      }
    }
    #expect(!transcript.data(of: "SHUTDOWN").isEmpty)
  }

  /// Commands that the release has, and these binaries do not: they are for another target, or for Windows.
  static let ofOtherBuilds: Set<String> = [
    "dump-skeys", "get-win32-socket", "query-cpu-model-baseline", "query-cpu-model-comparison",
    "query-gic-capabilities", "query-s390x-cpu-polarization", "query-sev", "query-sev-attestation-report",
    "query-sev-capabilities", "query-sev-launch-measure", "query-sgx", "query-sgx-capabilities",
    "rtc-reset-reinjection", "set-cpu-topology", "sev-inject-launch-secret", "xen-event-inject",
    "xen-event-list",
  ]
  /// Commands that releases had before the one whose schema the types are made of.
  static let removed = [
    "7.2": ["x-query-opcount", "x-query-profile", "x-query-rdma"],
    "10.0": ["query-migrationthreads", "x-query-opcount"], "11.1": [],
  ]

  @Test(
    "the commands that a QEMU names are those that the availability says it has", arguments: Transcript.all)
  func availabilityIsTrue(transcript: Transcript) throws {
    let release = transcript.release
    let reply = try #require(transcript.replies(to: "query-commands").first)
    let named = Set(try QueryCommands.response(from: reply).map(\.name))
    let said = QAPICatalogue.commandNames.filter {
      QAPICatalogue.command(named: $0)?.availability.presentIn.contains(release) == true
    }
    #expect(named.subtracting(said).sorted() == Self.removed[release])
    #expect(Set(said).subtracting(named).subtracting(Self.ofOtherBuilds).sorted() == [])
  }

  @Test("the state of a VM that was started frozen", arguments: Transcript.all)
  func status(transcript: Transcript) throws {
    let reply = try #require(transcript.replies(to: "query-status").first)
    let status = try QueryStatus.response(from: reply)
    #expect(status.status == .prelaunch)
    #expect(!status.running)
    // Releases before 9.0 send this member; it was taken out since.
    #expect(status.unrecognised["singlestep"] == (transcript.name.hasPrefix("7.2") ? false : nil))
  }

  static let processors: [(recording: String, count: Int, target: SysEmuTarget, type: String?)] = [
    ("7.2-x86_64", 4, .x86_64, nil), ("7.2-aarch64", 2, .aarch64, nil),
    ("10.0-aarch64", 2, .aarch64, nil), ("11.1-x86_64", 4, .x86_64, "qemu64-x86_64-cpu"),
    ("11.1-aarch64", 2, .aarch64, "cortex-a57-arm-cpu"),
  ]

  @Test("the CPUs of a VM", arguments: processors)
  func cpus(recording: String, count: Int, target: SysEmuTarget, type: String?) throws {
    let reply = try #require(try Transcript.recorded(recording).replies(to: "query-cpus-fast").first)
    let cpus = try QueryCPUsFast.response(from: reply)
    #expect(cpus.count == count)
    #expect(cpus.map(\.cpuIndex) == Array(0..<Int64(count)))
    #expect(cpus.allSatisfy { $0.target == target && $0.threadID > 0 && $0.qomType == type })
  }

  @Test("a machine type of 7.2 lacks what later releases always send")
  func machines() throws {
    let old = try #require(try Transcript.recorded("7.2-x86_64").replies(to: "query-machines").first)
    #expect(try QueryMachines.response(from: old).allSatisfy { $0.acpi == nil })
    let new = try #require(try Transcript.recorded("11.1-x86_64").replies(to: "query-machines").first)
    #expect(try QueryMachines.response(from: new).allSatisfy { $0.acpi != nil })
  }

  @Test("the statistics of kvm come with values of several JSON types")
  func statistics() throws {
    let results = try Transcript.recorded("11.1-x86_64-kvm").replies(to: "query-stats")
      .flatMap { reply throws(QAPIError) in try QueryStats.response(from: reply) }
    let values = results.flatMap(\.stats).map(\.value)
    #expect(results.allSatisfy { $0.provider == .kvm })
    #expect(values.contains { if case .scalar = $0 { true } else { false } })
    #expect(values.contains { if case .list = $0 { true } else { false } })
  }

  @Test("the end of a VM says why")
  func shutdown() throws {
    let data = try #require(try Transcript.recorded("10.0-x86_64").data(of: "SHUTDOWN").first)
    let event = try ShutdownEvent(data: data)
    #expect(event.reason == .hostQMPQuit)
    #expect(!event.guest)
  }
}

extension Transcript {
  fileprivate static func recorded(_ name: String) throws -> Transcript { try #require(named(name)) }

  /// The replies to a command that QEMU did not refuse.
  fileprivate func replies(to command: String) -> [JSON] {
    exchanges.filter { $0.command == command }.compactMap {
      if case .value(let value) = $0.reply { value } else { nil }
    }
  }

  /// The data of an event, each time that it came.
  fileprivate func data(of event: String) -> [JSON] {
    (exchanges.flatMap(\.events) + lastEvents).filter { $0.name == event }.map(\.data)
  }
}
