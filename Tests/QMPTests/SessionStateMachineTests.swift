import QEMUJSON
import Testing

@testable import QMP

/// The protocol, input by input, without a socket.
@Suite struct SessionStateMachineTests {
  static let greeting =
    #"{"QMP": {"version": {"qemu": {"micro": 3, "minor": 1, "major": 11}, "package": ""}, "capabilities": ["oob"]}}"#

  @Test func theGreetingIsAnsweredAndTheAcknowledgementMakesItReady() {
    var machine = SessionStateMachine()
    #expect(machine.hear(Self.greeting) == [#"send {"execute":"qmp_capabilities","id":0}"#])
    #expect(machine.hear(#"{"return": {}, "id": 0}"#) == ["ready 11.1.3"])
  }

  @Test func aCommandBeforeItIsReadyWaitsItsTurn() throws {
    var machine = SessionStateMachine()
    let (first, line) = try machine.submit("query-status", [:])
    let (second, _) = try machine.submit("query-name", [:])
    #expect(line == nil)
    _ = machine.hear(Self.greeting)
    #expect(
      machine.hear(#"{"return": {}, "id": 0}"#) == [
        "ready 11.1.3", #"send {"execute":"query-status","id":0}"#, #"send {"execute":"query-name","id":1}"#,
      ])
    #expect(machine.hear(#"{"return": 2, "id": 1}"#) == ["finish \(second) 2"])
    #expect(machine.hear(#"{"return": 1, "id": 0}"#) == ["finish \(first) 1"])
  }

  @Test func idsAreAsShortAsCanBeAndUsedAgain() throws {
    var machine = SessionStateMachine.ready()
    for _ in 0..<20 {
      #expect(try machine.submit("query-status", [:]).0 == 0)
      _ = machine.hear(#"{"return": {}}"#)
    }
    #expect(try (0..<12).map { _ in try machine.submit("query-status", [:]).0 } == Array(0..<12))
    _ = machine.hear(#"{"return": {}}"#)
    for id in 1..<12 { _ = machine.hear("{\"return\": {}, \"id\": \(id)}") }
    #expect(try machine.submit("query-status", [:]).0 == 0, "short again after a crowd")
  }

  @Test func anAbandonedCommandKeepsItsIDUntilItsLateReplyHasCome() throws {
    var machine = SessionStateMachine.ready()
    _ = try machine.submit("stop", [:])
    let (late, _) = try machine.submit("blockdev-add", [:])
    #expect(machine.hear(#"{"return": {}}"#) == ["finish 0 {}"])
    machine.abandon(late)
    let (next, _) = try machine.submit("query-status", [:])
    #expect(next != late, "its reply could be taken for the other's")
    #expect(
      machine.hear("{\"return\": \"late\", \"id\": \(late)}").first?.hasPrefix(
        "note a reply that came too late") == true)
    #expect(machine.hear("{\"return\": 1, \"id\": \(next)}") == ["finish \(next) 1"])
    #expect(try machine.submit("query-status", [:]).1 == Self.line(#"{"execute":"query-status"}"#))
  }

  @Test func aCommandAbandonedBeforeItWasSentIsNeverSent() throws {
    var machine = SessionStateMachine()
    let (id, _) = try machine.submit("quit", [:])
    machine.abandon(id)
    _ = machine.hear(Self.greeting)
    #expect(machine.hear(#"{"return": {}, "id": 0}"#) == ["ready 11.1.3"])
  }

  @Test func aCommandThatWaitedMayHaveTheIDOfTheNegotiation() throws {
    var machine = SessionStateMachine()
    #expect(try machine.submit("query-accelerators", [:]).0 == 0)
    _ = machine.hear(Self.greeting)
    _ = machine.hear(#"{"return": {}, "id": 0}"#)
    let words = #"{"id": 0, "error": {"class": "CommandNotFound", "desc": "has not been found"}}"#
    #expect(machine.hear(words) == ["finish 0 refused CommandNotFound"])
  }

  @Test func aLateReplyOfThePredecessorIsNotTakenForOurs() throws {
    var machine = SessionStateMachine(negotiation: 4711)
    let (id, _) = try machine.submit("query-status", [:])
    #expect(machine.hear(Self.greeting) == [#"send {"execute":"qmp_capabilities","id":4711}"#])
    #expect(machine.hear("{\"return\": \"its\", \"id\": \(id)}").first?.hasPrefix("note") == true)
    #expect(
      machine.hear(#"{"return": {}, "id": 4711}"#) == [
        "ready 11.1.3", #"send {"execute":"query-status","id":0}"#,
      ])
    #expect(machine.hear("{\"return\": \"ours\", \"id\": \(id)}") == ["finish \(id) \"ours\""])
  }

  @Test(arguments: [
    (#"{"return": 1, "id": "text"}"#, "note a reply to a command that this client did not send"),
    (#"{"return": 1, "id": null}"#, "note a reply to a command that this client did not send"),
    (#"{"return": 1}"#, "note a reply to a command that this client did not send"),
    (#"{}"#, "note a reply to a command that this client did not send"),
    (
      #"{"error": {"class": "GenericError", "desc": "JSON parse error"}}"#,
      "note a reply to a command that this client did not send"
    ),
    (#"{"return": 1, "id": 41}"#, "note a reply to a command that this client did not send"),
    (greeting, "note a second greeting"),
  ])
  func whatBelongsToNoCommandIsNotedAndNothingElse(line: String, note: String) throws {
    var machine = SessionStateMachine.ready()
    let (first, _) = try machine.submit("stop", [:])
    let (id, _) = try machine.submit("query-status", [:])
    #expect(machine.hear(#"{"return": 0}"#) == ["finish \(first) 0"])
    let actions = machine.hear(line)
    #expect(actions.count == 1)
    #expect(actions[0].hasPrefix(note))
    #expect(machine.hear("{\"return\": 1, \"id\": \(id)}") == ["finish \(id) 1"])
  }

  @Test func anEventComesAtAnyTimeAfterTheGreeting() {
    var machine = SessionStateMachine()
    _ = machine.hear(Self.greeting)
    let event = #"{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 5}}"#
    #expect(machine.hear(event) == ["event STOP"])
    _ = machine.hear(#"{"return": {}, "id": 0}"#)
    #expect(machine.hear(event) == ["event STOP"])
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request", "{}", "[]", "7", #"{"return": {}, "id": 0}"#, #"{"event": "STOP"}"#,
    #"{"QMP": {}}"#, #"{"QMP": {"version": {"qemu": {"major": 1}}}}"#, "{", "\u{0}",
  ])
  func whatIsNoGreetingIsNotQMP(line: String) {
    var machine = SessionStateMachine()
    #expect(machine.hear(line) == ["end notQMP"])
    #expect(machine.hear(line).isEmpty, "after the end nothing is understood any more")
  }

  @Test func anArgumentThatJSONCannotSayIsRefusedAndCostsNoID() throws {
    var machine = SessionStateMachine.ready()
    #expect(throws: QMPError.self) { try machine.submit("balloon", ["value": .number(.nan)]) }
    #expect(try machine.submit("query-status", [:]).0 == 0)
  }

  private static func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }
}

extension SessionStateMachine {
  /// A machine that has been negotiated.
  static func ready() -> SessionStateMachine {
    var machine = SessionStateMachine()
    _ = machine.hear(SessionStateMachineTests.greeting)
    _ = machine.hear(#"{"return": {}, "id": 0}"#)
    return machine
  }

  /// Takes a line, and says what it leads to.
  mutating func hear(_ line: String) -> [String] {
    var actions: [Action] = []
    Array(line.utf8).withUnsafeBufferPointer { receive($0, into: &actions) }
    return actions.map(\.words)
  }
}

extension SessionStateMachine.Action {
  fileprivate var words: String {
    switch self {
    case .send(let line): "send \(String(decoding: line.dropLast(), as: UTF8.self))"
    case .becomeReady(let greeting): "ready \(greeting.version)"
    case .finish(let id, .success(let value)): "finish \(id) \((try? value.serialized()) ?? "")"
    case .finish(let id, .failure(let error)): "finish \(id) \(error.code) \(error.errorClass ?? "")"
    case .deliver(let event): "event \(event.name)"
    case .note(let text): "note \(text)"
    case .end(let error): "end \(error.code)"
    }
  }
}
