import QEMUSupervision
import Testing

/// Events of a QEMU that was running, and the state after each of them.
struct RunStateCase: CustomTestStringConvertible {
  let cause: String
  let events: [(name: String, data: String, word: String)]

  var testDescription: String { cause }

  init(_ cause: String, _ events: (name: String, data: String, word: String)...) {
    self.cause = cause
    self.events = events
  }
}

private let runStateCases: [RunStateCase] = [
  RunStateCase("a stop", ("STOP", "{}", "paused"), ("RESUME", "{}", "running")),
  RunStateCase(
    "a shutdown", ("POWERDOWN", "{}", "running"), ("SHUTDOWN", #"{"reason":"guest-shutdown"}"#, "running")),
  RunStateCase(
    "a shutdown that pauses, and a reset", ("SHUTDOWN", #"{"reason":"guest-shutdown"}"#, "running"),
    ("STOP", "{}", "shutdown"), ("RESET", "{}", "prelaunch"), ("RESUME", "{}", "running")),
  RunStateCase("a reset", ("RESET", #"{"guest":true}"#, "running"), ("RESET", "{}", "running")),
  RunStateCase(
    "a reset of a paused guest", ("STOP", "{}", "paused"), ("RESET", "{}", "prelaunch"),
    ("RESET", "{}", "prelaunch"), ("RESUME", "{}", "running")),
  RunStateCase(
    "a panic that pauses", ("GUEST_PANICKED", #"{"action":"pause"}"#, "running"),
    ("STOP", "{}", "guest-panicked"), ("RESET", "{}", "prelaunch")),
  RunStateCase(
    "a panic that does not pause", ("GUEST_PANICKED", #"{"action":"run"}"#, "running"),
    ("STOP", "{}", "paused")),
  RunStateCase(
    "a watchdog that pauses", ("WATCHDOG", #"{"action":"pause"}"#, "running"), ("STOP", "{}", "watchdog")),
  RunStateCase(
    "a watchdog that resets", ("WATCHDOG", #"{"action":"reset"}"#, "running"), ("RESET", "{}", "running"),
    ("STOP", "{}", "paused")),
  RunStateCase(
    "an input/output error", ("BLOCK_IO_ERROR", #"{"action":"stop"}"#, "running"), ("STOP", "{}", "io-error"),
    ("RESUME", "{}", "running"), ("STOP", "{}", "paused")),
  RunStateCase(
    "a reported input/output error", ("BLOCK_IO_ERROR", #"{"action":"report"}"#, "running"),
    ("STOP", "{}", "paused")),
  RunStateCase("a suspension", ("SUSPEND", "{}", "suspended"), ("WAKEUP", "{}", "running")),
  RunStateCase(
    "a migration to another QEMU", ("MIGRATION", #"{"status":"active"}"#, "running"),
    ("STOP", "{}", "paused"),
    ("MIGRATION", #"{"status":"completed"}"#, "postmigrate"), ("RESUME", "{}", "running")),
  RunStateCase(
    "a migration that fails", ("STOP", "{}", "paused"), ("MIGRATION", #"{"status":"failed"}"#, "paused"),
    ("RESUME", "{}", "running")),
  RunStateCase("a snapshot", ("STOP", "{}", "paused"), ("RESUME", "{}", "running")),
  RunStateCase("an event without a state", ("RTC_CHANGE", "{}", "running"), ("", "[]", "running")),
]

@Suite("The run state") struct RunStateTests {
  @Test("follows the events", arguments: runStateCases)
  func events(_ row: RunStateCase) {
    var tracker = RunStateTracker()
    #expect(tracker.word == "prelaunch" && !tracker.isRunning)
    tracker.note(event: "RESUME", data: nil)
    for (name, data, word) in row.events {
      tracker.note(event: name, data: JSONText(data))
      #expect(tracker.word == word, "\(name)")
      #expect(tracker.isRunning == (word == "running"))
    }
    tracker.ended()
    #expect(tracker.word == "shutdown")
  }

  @Test("is that of the query, and later that of the events") func query() {
    var tracker = RunStateTracker()
    tracker.note(status: "inmigrate")
    tracker.note(event: "RESET", data: nil)
    #expect(tracker.word == "inmigrate")
    tracker.note(event: "MIGRATION", data: JSONText(#"{"status":"completed"}"#))
    #expect(tracker.word == "paused")
    tracker.note(event: "RESUME", data: nil)
    #expect(tracker.isRunning)
  }

  @Test("is known after the answer to a query, RESUME or STOP") func known() {
    var tracker = RunStateTracker()
    #expect(!tracker.isKnown)
    for event in ["RESET", "SUSPEND", "WAKEUP", "SHUTDOWN", "POWERDOWN", "MIGRATION", ""] {
      tracker.note(event: event, data: nil)
      #expect(!tracker.isKnown, "\(event)")
    }
    var queried = RunStateTracker()
    queried.note(status: "prelaunch")
    #expect(queried.isKnown)
    for (event, word) in [("RESUME", "running"), ("STOP", "paused")] {
      var tracker = RunStateTracker()
      tracker.note(event: event, data: nil)
      #expect(tracker.isKnown && tracker.word == word, "\(event)")
    }
  }

  @Test("forgets the cause of a stop that did not follow") func cause() {
    var tracker = RunStateTracker()
    tracker.note(event: "BLOCK_IO_ERROR", data: JSONText(#"{"action":"stop"}"#))
    tracker.note(event: "RESUME", data: nil)
    tracker.note(event: "STOP", data: nil)
    #expect(tracker.word == "paused")
    tracker.note(event: "GUEST_PANICKED", data: JSONText(#"{"action":"pause"}"#))
    tracker.note(event: "RESET", data: nil)
    tracker.note(event: "RESUME", data: nil)
    tracker.note(event: "STOP", data: nil)
    #expect(tracker.word == "paused")
  }
}
