import QAPI
import QEMUJSON
import RandomValues
import Testing

@Suite("Encoding")
struct EncodingTests {
  @Test("a command without arguments sends an empty object")
  func noArguments() {
    #expect(QueryKVM.name == "query-kvm")
    #expect(QueryKVM().arguments().isEmpty)
    #expect(QMPCapabilities().arguments().isEmpty)
  }

  @Test("arguments go by their wire names, absent ones not at all")
  func arguments() {
    #expect(
      QOMGet(path: "/machine", property: "type").arguments() == ["path": "/machine", "property": "type"])
    #expect(HumanMonitorCommand(commandLine: "info jit").arguments() == ["command-line": "info jit"])
    #expect(AddFD(fdsetID: 3).arguments() == ["fdset-id": 3])
    #expect(QMPCapabilities(enable: [.oob]).arguments() == ["enable": ["oob"]])
  }

  @Test("arguments that are a union lie flat")
  func unionArguments() {
    let filter = StatsFilter(
      .vcpu(StatsVCPUFilter(vcpus: ["/machine/cpu"])),
      providers: [
        StatsRequest(provider: .kvm, names: ["exits"])
      ])
    #expect(
      QueryStats(filter).arguments() == [
        "target": "vcpu", "vcpus": ["/machine/cpu"],
        "providers": [["provider": "kvm", "names": ["exits"]]],
      ])
  }

  @Test("a value that a newer QEMU knows can be sent")
  func unknownValue() {
    #expect(QMPCapabilities(enable: [.unknown("telepathy")]).arguments() == ["enable": ["telepathy"]])
  }

  @Test("every value of an enumeration encodes to the text that it decodes from")
  func enumerations() {
    for value in RunState.known { #expect(RunState(text: value.text) == value) }
    for value in SysEmuTarget.known { #expect(SysEmuTarget(text: value.text) == value) }
    #expect(RunState.known.allSatisfy { if case .unknown = $0 { false } else { true } })
    #expect(RunState.finishMigrate.text == "finish-migrate")
  }

  @Test(
    "what is decoded from random members encodes to the same members", arguments: 0..<200 as Range<UInt64>)
  func randomMembers(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let json = random.machine()
    #expect(try MachineInfo(json: json).json == json)
  }

  @Test("what is the same on the wire is equal, whatever the order of members")
  func sameness() throws {
    let first: JSON = ["running": true, "status": "running"]
    let second: JSON = ["status": "running", "running": true]
    #expect(try StatusInfo(json: first) == StatusInfo(json: second))
    #expect(Set([RunState.unknown("running"), .running]).count == 1)
    #expect(QOMList(path: "/a") == QOMList(path: "/a"))
  }

  @Test("what differs on the wire differs in Swift")
  func equality() throws {
    let first: JSON = ["running": true, "status": "running", "later": 1]
    let second: JSON = ["running": true, "status": "running", "later": 2]
    #expect(try StatusInfo(json: first) != StatusInfo(json: second))
    #expect(QOMList(path: "/a") != QOMList(path: "/b"))
    #expect(RunState.running != .paused)
  }
}

extension SplitMix64 {
  /// A machine type as QEMU could send it: every optional member sometimes, members in any order, some unknown.
  mutating func machine() -> JSON {
    var members: [(String, JSON)] = [
      ("name", text()), ("cpu-max", .integer(.random(in: 0...4096, using: &self))),
      ("hotpluggable-cpus", flag()), ("numa-mem-supported", flag()), ("deprecated", flag()),
    ]
    let others: [(String, JSON)] = [
      ("alias", text()), ("is-default", flag()), ("default-cpu-type", text()), ("default-ram-id", text()),
      ("acpi", flag()), (text().stringValue ?? "", text()), ("later", [flag(), nil]),
    ]
    members += others.filter { _ in Bool.random(using: &self) }
    return .object(JSONObject(members.shuffled(using: &self)))
  }

  private mutating func flag() -> JSON { .bool(.random(using: &self)) }

  private mutating func text() -> JSON {
    let alphabet = Array("aZ09-_/ \"\\é漢\u{1F600}")
    let length = Int.random(in: 0...12, using: &self)
    return .string("x" + String((0..<length).compactMap { _ in alphabet.randomElement(using: &self) }))
  }
}
