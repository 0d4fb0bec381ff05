import QEMUJSON
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// A record outlives the command that wrote it: what it says comes back whole, and a damaged one is none.
@Suite struct MachineRecordTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func aRecordComesBackAsItWasWritten(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let record = MachineRecord.random(&random)
    let read = MachineRecord(json: try JSON.parse(record.json.serialized()))
    #expect(read == record)
    // Strings that look alike compare equal: the bytes are held against each other too.
    #expect(read.map { "\($0)" }?.utf8.elementsEqual("\(record)".utf8) == true)
  }

  @Test(arguments: [
    ProcessEnd.exited(code: 0), .exited(code: .max), .signalled(9, coreDumped: false),
    .signalled(6, coreDumped: true), .unknown,
  ])
  func everyEndComesBack(_ end: ProcessEnd) throws {
    var record = MachineRecord.sample
    record.ending = .init(cause: .stop(.kill), end: end, text: "a\nb")
    #expect(MachineRecord(json: try JSON.parse(record.json.serialized()))?.ending == record.ending)
  }

  private static let needed = ["name", "pid", "start-time", "boot-id", "socket", "binary", "started"]

  @Test(arguments: needed)
  func aRecordWithoutWhatItNeedsIsNone(_ member: String) {
    #expect(MachineRecord(json: Self.sample(without: member)) == nil)
  }

  static let damages: [(member: String, value: JSON)] = [
    ("pid", 0), ("pid", -1), ("pid", 2_147_483_648), ("pid", .integer(.min)), ("pid", .unsigned(.max)),
    ("pid", "4711"), ("pid", 4711.0), ("start-time", -1), ("start-time", "4711"), ("start-time", 4711.5),
    ("socket", "/qmp.sock"), ("socket", "../qmp.sock"), ("socket", "qmp/"), ("socket", "/"), ("socket", 3),
    ("name", 1), ("boot-id", 1), ("binary", ["qemu"]), ("started", "now"), ("started", 1.5),
    ("started", .unsigned(.max)),
  ]

  @Test(arguments: damages)
  func aRecordWithAWrongValueIsNone(_ row: (member: String, value: JSON)) {
    #expect(MachineRecord(json: Self.sample(with: row.value, as: row.member)) == nil)
  }

  @Test(arguments: needed, [JSON.null, true, [], ["x"], [:]])
  func aRecordWithAWrongTypeIsNone(member: String, value: JSON) {
    #expect(MachineRecord(json: Self.sample(with: value, as: member)) == nil)
  }

  /// A verdict on less than was asked for would be none.
  @Test(
    arguments: [
      "version", "requested", "pending", "command", "accepted", "starting", "namespaces",
    ], [JSON.null, 7, 1.5, [1, 2], ["x": 1]])
  func whatTheRequestIsMadeOfMayNotBeDamaged(member: String, value: JSON) {
    #expect(MachineRecord(json: Self.sample(with: value, as: member)) == nil)
  }

  /// A process is found again without these.
  @Test(arguments: ["accelerator", "verdict", "ending"], [JSON.null, 7, 1.5, [1, 2], ["x": 1]])
  func whatTellsMoreMayBeDamaged(member: String, value: JSON) throws {
    let record = try #require(MachineRecord(json: Self.sample(with: value, as: member)))
    #expect(record.process == MachineRecord.sample.process)
    var expected = try #require(MachineRecord.sample.json.objectValue)
    var found = try #require(record.json.objectValue)
    (expected[member], found[member]) = (nil, nil)
    #expect(found == expected)
  }

  @Test(arguments: [JSON.null, true, 1, 1.5, "vm", [], [:], [["name": "vm"]]])
  func aValueThatIsNoRecordIsNone(_ value: JSON) {
    #expect(MachineRecord(json: value) == nil)
  }

  @Test func aRecordThatEndsEarlyIsNoText() throws {
    let text = try MachineRecord.sample.json.serialized()
    for end in text.indices { #expect(throws: JSONError.self) { try JSON.parse(String(text[..<end])) } }
  }

  static let endings: [(ending: JSON, expected: ProcessEnd?)] = [
    (["reason": "r", "exit": 3], .exited(code: 3)), (["reason": "r", "exit": 4_294_967_296], .unknown),
    (["reason": "r", "exit": "3"], .unknown), (["reason": "r"], .unknown),
    (["reason": "r", "signal": 9], .signalled(9, coreDumped: false)),
    (["reason": "r", "signal": 11, "core-dumped": "yes"], .signalled(11, coreDumped: false)),
    (["exit": 3], nil), (["reason": 1, "exit": 3], nil), ([], nil), ("ended", nil),
  ]

  @Test(arguments: endings)
  func aDamagedEndingSaysNoMoreThanIsThere(_ row: (ending: JSON, expected: ProcessEnd?)) throws {
    let record = try #require(MachineRecord(json: Self.sample(with: row.ending, as: "ending")))
    #expect(record.ending?.end == row.expected)
  }

  static let failures: [(ending: JSON, isFailure: Bool)] = [
    (["cause": "quit", "reason": "stopped by quit", "exit": 0], false),
    (["cause": "kill", "reason": "stopped by kill", "signal": 9], false),
    (["cause": "unrequested", "reason": "exited without a command of qemuctl", "exit": 1], false),
    (["cause": "unrequested", "reason": "exited without a command of qemuctl", "signal": 11], true),
    (["cause": "crash", "reason": "an assertion failed"], true), (["cause": "exit", "reason": "r"], false),
    // Records of earlier versions have no cause.
    (["reason": "stopped by kill", "signal": 9], false), (["reason": "ended by itself", "signal": 9], true),
    (["reason": "ended by itself", "exit": 0], false),
  ]

  @Test(arguments: failures)
  func anEndingIsAFailureUnlessACommandCausedIt(_ row: (ending: JSON, isFailure: Bool)) throws {
    let record = try #require(MachineRecord(json: Self.sample(with: row.ending, as: "ending")))
    #expect(record.ending?.isFailure == row.isFailure)
    #expect(record.ending?.cause.description == row.ending["reason"]?.stringValue)
  }

  private static func sample(without member: String) -> JSON {
    var object = MachineRecord.sample.json.objectValue ?? [:]
    object[member] = nil
    return .object(object)
  }

  private static func sample(with value: JSON, as member: String) -> JSON {
    var object = MachineRecord.sample.json.objectValue ?? [:]
    object[member] = value
    return .object(object)
  }
}
