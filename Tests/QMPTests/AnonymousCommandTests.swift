import QEMUJSON
import Testing

@testable import QMP

/// Commands without an id, of which at most one is unanswered.
@Suite struct AnonymousCommandTests {
  @Test func aCommandHasNoIDIfNoOtherReplyIsOutstanding() throws {
    var machine = SessionStateMachine.ready()
    for value in 1...3 {
      let (id, line) = try machine.submitted("query-status")
      #expect(line == #"{"execute":"query-status"}"#)
      #expect(machine.hear("{\"return\": \(value)}") == ["finish \(id) \(value)"])
    }
  }

  @Test func commandsBehindAnotherHaveIDs() throws {
    var machine = SessionStateMachine.ready()
    #expect(try machine.submitted("stop").line == #"{"execute":"stop"}"#)
    #expect(try machine.submitted("cont").line == #"{"execute":"cont","id":1}"#)
    #expect(machine.hear(#"{"return": 0}"#) == ["finish 0 0"])
    #expect(
      try machine.submitted("query-status").line == #"{"execute":"query-status","id":0}"#,
      "the reply to cont is outstanding")
    #expect(machine.hear(#"{"return": 1, "id": 1}"#) == ["finish 1 1"])
    #expect(machine.hear(#"{"return": 2, "id": 0}"#) == ["finish 0 2"])
  }

  @Test func aLateReplyWithoutIDIsNotTakenForTheReplyToTheNextCommand() throws {
    var machine = SessionStateMachine.ready()
    let (late, _) = try machine.submitted("blockdev-add")
    machine.abandon(late)
    let (next, line) = try machine.submitted("query-status")
    #expect(line == "{\"execute\":\"query-status\",\"id\":\(next)}")
    #expect(machine.isUnanswered(late))
    #expect(machine.hear(#"{"return": "late"}"#).first?.hasPrefix("note a reply that came too late") == true)
    #expect(!machine.isUnanswered(late))
    #expect(
      machine.hear(#"{"return": "again"}"#).first?.hasPrefix(
        "note a reply to a command that this client did not send") == true)
    #expect(machine.hear("{\"return\": 1, \"id\": \(next)}") == ["finish \(next) 1"])
    #expect(try machine.submitted("query-status").line == #"{"execute":"query-status"}"#)
  }

  @Test func aLateErrorWithoutIDIsNotTakenForTheReplyToTheNextCommand() throws {
    var machine = SessionStateMachine.ready()
    machine.abandon(try machine.submitted("blockdev-add").id)
    let (next, _) = try machine.submitted("query-status")
    let words = #"{"error": {"class": "GenericError", "desc": "late"}}"#
    #expect(machine.hear(words).first?.hasPrefix("note a reply that came too late") == true)
    #expect(machine.hear("{\"return\": 1, \"id\": \(next)}") == ["finish \(next) 1"])
  }

  @Test func anErrorWithoutIDIsItsReply() throws {
    var machine = SessionStateMachine.ready()
    let (id, _) = try machine.submitted("query-accelerators")
    let words = #"{"error": {"class": "CommandNotFound", "desc": "has not been found"}}"#
    #expect(machine.hear(words) == ["finish \(id) refused CommandNotFound"])
  }

  @Test(arguments: [#"{"return": 1, "id": 0}"#, #"{"return": 1, "id": "0"}"#, #"{"return": 1, "id": null}"#])
  func aReplyWithAnIDIsNotItsReply(line: String) throws {
    var machine = SessionStateMachine.ready()
    let (id, _) = try machine.submitted("query-status")
    #expect(id == 0)
    #expect(
      machine.hear(line).first?.hasPrefix("note a reply to a command that this client did not send") == true)
    #expect(machine.hear(#"{"return": 2}"#) == ["finish 0 2"])
  }

  @Test(arguments: ["{}", #"{"error": 7}"#, #"{"returns": {}}"#])
  func aReplyThatSaysNothingIsItsFailure(line: String) throws {
    var machine = SessionStateMachine.ready()
    let (id, _) = try machine.submitted("query-status")
    #expect(machine.hear(line) == ["finish \(id) undecodable "])
  }

  @Test func outOfBandCommandsHaveIDs() throws {
    var machine = SessionStateMachine.ready()
    #expect(
      try machine.submitted("migrate-pause", isOutOfBand: true).line
        == #"{"exec-oob":"migrate-pause","id":0}"#)
    #expect(try machine.submitted("query-status").line == #"{"execute":"query-status","id":1}"#)
    #expect(machine.hear(#"{"return": 1, "id": 1}"#) == ["finish 1 1"])
    #expect(machine.hear(#"{"return": 0, "id": 0}"#) == ["finish 0 0"])
    #expect(try machine.submitted("query-status").line == #"{"execute":"query-status"}"#)
    #expect(
      try machine.submitted("migrate-pause", isOutOfBand: true).line
        == #"{"exec-oob":"migrate-pause","id":1}"#)
    #expect(machine.hear(#"{"return": "first", "id": 1}"#) == [#"finish 1 "first""#])
    #expect(machine.hear(#"{"return": "second"}"#) == [#"finish 0 "second""#])
  }

  @Test func aCommandThatWasNotWrittenLeavesNoReplyOutstanding() throws {
    var machine = SessionStateMachine.ready()
    machine.abandon(try machine.submitted("quit").id, isUnsent: true)
    let (id, line) = try machine.submitted("query-status")
    #expect(line == #"{"execute":"query-status"}"#)
    #expect(machine.hear(#"{"return": 1}"#) == ["finish \(id) 1"])
  }

  @Test func aReplyWithoutIDIsNotTheReplyToTheNegotiation() {
    var machine = SessionStateMachine(negotiation: 4711)
    _ = machine.hear(SessionStateMachineTests.greeting)
    #expect(
      machine.hear(#"{"return": {}}"#).first?.hasPrefix(
        "note a reply to a command that this client did not send") == true)
    #expect(machine.hear(#"{"return": {}, "id": 4711}"#) == ["ready 11.1.3"])
  }
}

extension SessionStateMachine {
  /// Submits a command, and returns its id and its line without the line feed.
  fileprivate mutating func submitted(
    _ command: String, isOutOfBand: Bool = false
  ) throws -> (id: RequestID, line: String) {
    let (id, line) = try submit(command, [:], isOutOfBand: isOutOfBand)
    return (id, String(decoding: (line ?? []).dropLast(), as: UTF8.self))
  }
}
