import Glibc
import QEMUSupervision
import Testing

private let running = MachineState.live(runState: "running")
private let shutDown = RunEnd(.guestShutdown, exit: .exited(0))
private let panicEnd = RunEnd(.guestPanic(.poweroff), exit: .exited(0))

private func wait(_ conditions: String..., mode: Wait.Mode = .all) throws -> Wait {
  Wait(try conditions.map { text throws(ConditionError) in try WaitCondition(parsing: text) }, mode: mode)
}

private func journal(_ lines: String...) -> [JournalLine] {
  let text = lines.enumerated().map { "{\"seq\":\($0 + 1),\($1)}\n" }.joined()
  return JournalReader(newer: Array(text.utf8)[...]).lines(after: 0)
}

extension Wait {
  fileprivate mutating func note(console text: String) -> Outcome { note(console: Array(text.utf8)[...]) }
}

@Suite("A wait for a state") struct WaitStateTests {
  @Test(
    "is met by exactly the states that the condition describes",
    arguments: [
      (.starting, ""), (running, "running"), (.restarting, ""), (.ended(shutDown), "stopped"),
      (.ended(panicEnd), "stopped panicked"), (.live(runState: "guest-panicked"), "panicked"),
      (.live(runState: "paused"), "paused"), (.live(runState: "prelaunch"), "paused"),
      (.live(runState: "io-error"), "paused"), (.live(runState: "watchdog"), "paused"),
      (.live(runState: "internal-error"), "paused"), (.live(runState: "shutdown"), "paused"),
      (.live(runState: "postmigrate"), "paused"), (.live(runState: "debug"), "paused"),
      (.live(runState: "inmigrate"), ""), (.live(runState: "save-vm"), ""),
      (.live(runState: "suspended"), ""),
      (.live(runState: "finish-migrate"), ""), (.live(runState: ""), ""),
    ] as [(MachineState, String)], StateCondition.allCases)
  func states(_ row: (state: MachineState, met: String), condition: StateCondition) throws {
    let isMet = row.met.split(separator: " ").contains { $0 == condition.rawValue }
    var begun = try wait(condition.rawValue)
    #expect((begun.begin(state: row.state) == .met(0)) == isMet)
    var noted = try wait(condition.rawValue)
    #expect(noted.begin(state: .starting) == .waiting)
    #expect((noted.note(state: row.state) == .met(0)) == isMet)
  }

  @Test("is met even if the state lasts only a moment") func moment() throws {
    var wait = try wait("paused", "running")
    #expect(wait.begin(state: .live(runState: "paused")) == .waiting)
    #expect(wait.note(state: .restarting) == .waiting)
    #expect(wait.note(state: running) == .met(1))
    #expect(wait.note(state: .ended(shutDown)) == .met(1))
  }

  @Test("is met by the event of a panic, as the run may end without the state") func panicEvent() throws {
    var wait = try wait("panicked")
    #expect(wait.begin(state: running) == .waiting)
    #expect(wait.note(event: "GUEST_PANICKED", data: nil) == .met(0))
    var late = try self.late()
    #expect(
      late.begin(state: running, journal: journal(#""kind":"event","event":"GUEST_PANICKED""#)) == .met(0))
  }

  private func late() throws -> Wait { try wait("panicked") }

  @Test(
    "is impossible after the end if the machine must run for it",
    arguments: ["running", "paused", "panicked", "event:A", "console:a"])
  func impossible(condition: String) throws {
    var wait = try wait(condition)
    #expect(wait.begin(state: .restarting) == .waiting)
    let reason =
      "\(condition) cannot come true: the machine has ended, and no restart is due: the guest shut down"
    #expect(wait.note(state: .ended(shutDown)) == .impossible(reason))
    #expect(wait.note(state: running) == .impossible(reason))
    #expect(wait.note(event: "A", data: nil) == .impossible(reason))
    #expect(wait.note(console: "a\n") == .impossible(reason))
  }

  @Test("names only the unmet conditions in the reason") func reason() throws {
    var wait = try wait("stopped", "running", "event:A,b=c", "console:x y")
    _ = wait.begin(state: running)
    guard case .impossible(let reason) = wait.note(state: .ended(shutDown)) else {
      Issue.record("the wait goes on")
      return
    }
    #expect(reason.hasPrefix("event:A,b=c, console:x y cannot come true"))
  }

  @Test("for any condition is met by stopped after the end") func anyStopped() throws {
    var wait = try wait("running", "stopped", mode: .any)
    #expect(wait.begin(state: .ended(shutDown)) == .met(1))
  }

  @Test("without a condition is impossible") func empty() {
    var wait = Wait([])
    #expect(wait.begin(state: running) == .impossible("there is no condition"))
  }
}

@Suite("A wait for an event or for the console") struct WaitEdgeTests {
  @Test("is met by lines of the journal after the cursor, also after the end of the run") func fromJournal()
    throws
  {
    let lines = journal(
      #""kind":"life","event":"STOP","data":{"a":"y"}"#, #""kind":"event","event":"STOP","data":{"a":"x"}"#,
      #""kind":"event""#)
    var wait = try wait("event:STOP,a=x")
    #expect(wait.begin(state: .ended(shutDown), journal: lines) == .met(0))
    var other = try self.other()
    #expect(other.begin(state: running, journal: lines) == .waiting)
    #expect(other.note(event: "STOP", data: JSONText(#"{"a":"y"}"#)) == .met(0))
  }

  private func other() throws -> Wait { try wait("event:STOP,a=y") }

  @Test("for all conditions is met by the last one, in any order") func allConditions() throws {
    var wait = try wait("event:A", "event:B", "running")
    #expect(wait.begin(state: .starting) == .waiting)
    #expect(wait.note(event: "B", data: nil) == .waiting)
    #expect(wait.note(state: running) == .waiting)
    #expect(wait.note(event: "B", data: nil) == .waiting)
    #expect(wait.note(event: "A", data: nil) == .met(0))
  }

  @Test(
    "is met by a line, by a prompt without a line end, and across chunks",
    arguments: [
      ("login: $", ["Linux\r\nweb log", "in: "], true), ("login: $", ["login: x"], false),
      ("^login", ["\nlo", "gin"], true), ("^login", ["x", "login"], false), ("a.*b", ["a\nb\n"], false),
      ("ready$", ["re", "ady\r", "\n"], true), ("ready$", ["ready!\n"], false), ("^$", ["x\n", "\n"], true),
      ("^$", ["x\n"], false), ("^$", ["x\r\ny\r\r\nz\r", "\n", "\r\r"], true),
      ("^$", ["x\r\ny\r\r\nz\r", "\n"], false), ("^$", ["x\r\n\r\n"], true),
      ("^51%$", ["50%\r51%\r52%"], true),
      ("0%.51", ["50%\r51%"], false), ("panic", ["pa\0n", "\0ic"], true),
      ("first", ["first\nsecond\nthird"], true),
      ("second", ["first\nsecond\nthird"], true), ("third", ["first\nsecond\nthird"], true), ("x", [], false),
    ] as [(String, [String], Bool)])
  func console(pattern: String, chunks: [String], expected: Bool) throws {
    var wait = try wait("console:\(pattern)")
    _ = wait.begin(state: running)
    for chunk in chunks { _ = wait.note(console: chunk) }
    #expect((wait.outcome == .met(0)) == expected)
    // The output after the cursor counts in the same way.
    var begun = try again(pattern)
    _ = begun.begin(state: .ended(shutDown), console: Array((chunks.first ?? "").utf8)[...])
    var first = try again(pattern)
    _ = first.begin(state: running)
    #expect((begun.outcome == .met(0)) == (first.note(console: chunks.first ?? "") == .met(0)))
  }

  private func again(_ pattern: String) throws -> Wait { try wait("console:\(pattern)") }

  @Test("continues the line of the output at the cursor") func continuesLine() throws {
    var wait = try wait("console:^login: $")
    #expect(wait.begin(state: running, console: Array("old\nlog".utf8)[...]) == .waiting)
    #expect(wait.note(console: "in: ") == .met(0))
  }

  @Test("does not match across the end of a run") func acrossRuns() throws {
    var wait = try wait("console:^login")
    #expect(wait.begin(state: running, console: Array("half a line".utf8)[...]) == .waiting)
    #expect(wait.note(state: .restarting) == .waiting)
    #expect(wait.note(console: "login") == .met(0))
  }

  @Test(
    "finds text anywhere in a line over 64 KiB, but matches its ends only there",
    arguments: [
      ("needle", 65_530, 100_000, true), ("needle", 98_300, 100, true), ("needle", 131_068, 70_000, true),
      ("^needle", 65_536, 10, false), ("^needle", 32_768, 90_000, false), ("needle$", 65_530, 90_000, false),
      ("^needle", 0, 90_000, true), ("needle$", 200_000, 0, true),
    ], [1000, 65_536, 300_000])
  func longLine(_ row: (pattern: String, before: Int, after: Int, expected: Bool), chunk: Int) throws {
    var wait = try wait("console:\(row.pattern)")
    _ = wait.begin(state: running)
    var text = [UInt8](repeating: UInt8(ascii: "."), count: row.before)
    text += Array("needle".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: row.after)
    text.append(UInt8(ascii: "\n"))
    // A chunk may end after the text, where a prompt would end.
    guard row.expected || row.before + 6 < chunk || !row.pattern.hasSuffix("$") else { return }
    for start in stride(from: 0, to: text.count, by: chunk) {
      _ = wait.note(console: text[start..<min(text.count, start + chunk)])
    }
    #expect((wait.outcome == .met(0)) == row.expected)
  }
}
