import QAPI
import QEMUJSON
import Testing

@Suite("Decoding")
struct DecodingTests {
  // MARK: What a newer QEMU adds

  @Test("an unknown value of an enumeration is kept, and encodes to itself")
  func unknownValue() throws {
    let status = try StatusInfo(json: ["running": false, "status": "hibernating"])
    #expect(status.status == .unknown("hibernating"))
    #expect(status.json["status"] == "hibernating")
  }

  @Test("unknown members are kept, in their order, and encode to themselves")
  func unknownMember() throws {
    let json: JSON = ["later": [1, 2], "running": true, "status": "running", "more": ["a": nil]]
    let status = try StatusInfo(json: json)
    #expect(status.unrecognised.names == ["later", "more"])
    #expect(status.json == json)
  }

  @Test("unknown members whose names differ in the bytes of an accent are both kept")
  func accentedMembers() throws {
    let value = try JSON.parse("{\"running\":true,\"status\":\"running\",\"é\":1,\"e\u{301}\":2}")
    #expect(try StatusInfo(json: value).unrecognised.names.map(\.utf8.count) == [2, 3])
  }

  @Test("an object of more than 64 members loses none")
  func manyMembers() throws {
    var object = JSONObject((0..<100).map { ("m\($0)", JSON.integer($0)) })
    object["running"] = true
    object["status"] = "running"
    let status = try StatusInfo(json: .object(object))
    #expect(status.unrecognised.count == 100)
    #expect(status.json == .object(object))
  }

  @Test("a member that is asked for twice is not counted twice")
  func askedTwice() throws {
    var reader = QAPIObjectReader(["a": 1, "b": 2])
    let first: Int64 = try reader.required("a")
    let again: Int64? = try reader.optional("a")
    #expect(first == 1 && again == 1)
    #expect(reader.rest() == ["b": 2])
    #expect(reader.rest().isEmpty)
  }

  @Test("an unknown branch of a union keeps its members")
  func unknownBranch() throws {
    let json: JSON = ["type": "quantum", "qubits": 3]
    let panic = try GuestPanicInformation(json: json)
    #expect(panic == .other(.unknown("quantum"), ["qubits": 3]))
    #expect(panic.json == json)
  }

  @Test("an unknown branch beside common members keeps its members")
  func unknownVariant() throws {
    let json: JSON = [
      "cpu-index": 0, "qom-path": "/machine/cpu", "thread-id": 7, "target": "z90", "state": "warm",
    ]
    let cpu = try CPUInfoFast(json: json)
    #expect(cpu.target == .unknown("z90"))
    #expect(cpu.variant == .other(.unknown("z90"), ["state": "warm"]))
    #expect(cpu.json == json)
  }

  @Test("a known branch takes its members, and keeps the unknown ones")
  func knownVariant() throws {
    let json: JSON = [
      "cpu-index": 0, "qom-path": "/machine/cpu", "thread-id": 7, "target": "s390x",
      "cpu-state": "operating", "later": 1,
    ]
    let cpu = try CPUInfoFast(json: json)
    guard case .s390x(let members) = cpu.variant else {
      Issue.record("the variant is \(cpu.variant)")
      return
    }
    #expect(members.cpuState == .operating)
    #expect(members.unrecognised == ["later": 1])
    #expect(cpu.json == json)
  }

  @Test("a command that returns nothing accepts an object with members, which a newer QEMU may send")
  func nothing() throws {
    #expect(try Cont.response(from: ["later": 1]) == EmptyResponse())
  }

  // MARK: What is wrong

  @Test("a missing member is named by its path, with the object that lacks it")
  func missingMember() throws {
    let error = try #require(throws: QAPIError.self) {
      try QueryCPUsFast.response(from: [
        ["cpu-index": 0, "qom-path": "/a", "thread-id": 1, "target": "arm"],
        ["cpu-index": 1, "qom-path": "/b", "target": "arm"],
      ])
    }
    #expect(error.code == .missingMember)
    #expect(error.summary == "return[1].thread-id: the member is missing")
    #expect(error.evidence == [#"{"cpu-index":1,"qom-path":"/b","target":"arm"}"#])
    #expect(!error.remedy.isEmpty)
  }

  static let wrong: [(reply: JSON, code: QAPIError.Code, summary: String)] = [
    (["running": true, "status": 1], .wrongType, "return.status: expected a string, found an integer"),
    (
      ["running": "yes", "status": "running"], .wrongType,
      "return.running: expected a boolean, found a string"
    ),
    (["running": nil, "status": "running"], .wrongType, "return.running: expected a boolean, found null"),
    (["running": true], .missingMember, "return.status: the member is missing"),
    ([], .wrongType, "return: expected an object, found an array"),
  ]

  @Test("a value of the wrong JSON type is named by its path", arguments: wrong)
  func wrongType(reply: JSON, code: QAPIError.Code, summary: String) throws {
    let error = try #require(throws: QAPIError.self) { try QueryStatus.response(from: reply) }
    #expect(error.code == code)
    #expect(error.summary == summary)
  }

  @Test("the data of an event is at fault with its own path")
  func wrongEvent() throws {
    let error = try #require(throws: QAPIError.self) {
      try ShutdownEvent(data: ["guest": true, "reason": ["a"]])
    }
    #expect(error.path == "data.reason")
    #expect(error.steps == [.member("data"), .member("reason")])
  }

  @Test("a value of none of an alternate's types is refused")
  func unknownAlternate() throws {
    let error = try #require(throws: QAPIError.self) {
      try Stats(json: ["name": "exits", "value": "many"])
    }
    #expect(error.code == .unknownAlternate)
    #expect(error.path == "value")
  }

  @Test("long evidence is cut")
  func longEvidence() throws {
    let error = try #require(throws: QAPIError.self) {
      try StatusInfo(json: .string(String(repeating: "a", count: 10_000)))
    }
    #expect(error.evidence.allSatisfy { $0.count < 250 })
    #expect(error.code == .wrongType)
  }

  // MARK: Numbers

  @Test("integers keep all 64 bits")
  func wideIntegers() throws {
    #expect(try UInt64(json: .unsigned(.max)) == .max)
    #expect(UInt64.max.json == .unsigned(.max))
    #expect(try Int64(json: .integer(.min)).json == .integer(.min))
    #expect(UInt64(7).json == .integer(7))
  }

  @Test("an integer that does not fit is out of range, not cut")
  func outOfRange() {
    #expect(throws: QAPIError.self) { try Int64(json: .unsigned(.max)) }
    #expect { try UInt8(json: 256) } throws: { ($0 as? QAPIError)?.code == .outOfRange }
    #expect { try UInt64(json: -1) } throws: { ($0 as? QAPIError)?.code == .outOfRange }
    #expect { try Int64(json: 1.5) } throws: { ($0 as? QAPIError)?.code == .wrongType }
  }

  @Test("a whole number is written as QEMU writes it")
  func wholeNumber() throws {
    #expect(try Double(json: 5).json == .integer(5))
    #expect(try Double(json: 0.5).json == .number(0.5))
  }
}
