import Glibc
import QEMUSupervision

// The journal, and the conditions that clients wait for.

extension Supervisor {
  /// The id of the run; nil if there is none.
  private var run: String? { process?.run }

  /// Notes that QEMU has answered its first command.
  func becomeReady(_ greeting: JSONText) {
    let after = greeted.map { $0.nanoseconds(since: executed) }
    let members: Members = [("greeting", greeting["QMP"]), ("greeted-after", after.map { .integer($0) })]
    multiplexer.execute("query-status", token: Token.status.rawValue)
    life.ready(members, at: .now)
  }

  /// Notes an event of QEMU.
  func note(event name: String, _ line: JSONText) {
    let data = line["data"]
    classifier.note(event: name, data: data)
    runState.note(event: name, data: data)
    append(.event(name, data: data, timestamp: line["timestamp"]))
    waits.note(event: name, data: data, self)
    noteStateForWaits()
  }

  /// Notes a change in the life of the virtual machine.
  func note(_ change: LifeChange, _ members: Members) {
    // The history of restarts survives this supervisor.
    let policy = change == .completed ? life.decider.record(boot: bootID) : nil
    append(.life(change, members + [("policy", policy)]))
    noteStateForWaits()
  }

  /// Notes an intent before the act, or that the intents are withdrawn.
  func note(_ intent: EndIntent?) {
    if let intent { classifier.note(intent: intent) } else { classifier.withdrawIntents() }
    append(.intent(intent))
  }

  private func append(_ entry: JournalEntry) {
    journal.append(entry, run: run ?? lastRun)
    if let process { lastRun = process.run }
    waits.answerFollowers(self)
  }

  /// Notes that a command of a client, which changes the run state, has succeeded.
  func note(command: String, of client: Multiplexer.Client) {
    if command == "cont" { life.decider.driftAccepted() }
    append(.life(.commanded, [("command", .string(command)), ("client", .integer(client))]))
  }

  /// Notes the reply to a command of the supervisor.
  func note(_ reply: Multiplexer.Reply, to token: Int) {
    switch (Token(rawValue: token), reply) {
    case (.status, .success(let value)):
      if let word = value["status"]?.string {
        runState.note(status: word)
        classifier.note(runState: word)
        noteStateForWaits()
      }
    case (.powerdown, .failure(_, let reason)): life.stepFailed(.powerdown, reason, at: .now)
    // QEMU may exit before it has sent its reply.
    case (.quit, .failure(_, let reason)) where multiplexer.isReady: life.stepFailed(.quit, reason, at: .now)
    default: break
    }
  }

  /// Reads what QEMU writes to its standard output.
  func watchConsole() {
    console?.received = { [unowned self] in waits.note(console: $0, self) }
  }

  /// The state of the virtual machine, as the conditions see it.
  var machineState: MachineState {
    if let ended, life.isOver { return .ended(ended) }
    switch life.stage {
    case .running where multiplexer.isReady && runState.isKnown: return .live(runState: runState.word)
    case .running, .starting, .prepared, .attaching: return .starting
    case .none: return life.isOver ? .starting : .restarting
    }
  }

  /// Passes the state of the virtual machine to the conditions that clients wait for.
  func noteStateForWaits() { waits.note(state: machineState, self) }

  /// Begins to wait for conditions.
  func wait(_ call: Multiplexer.Call, _ arguments: JSONText, of client: Multiplexer.Client) {
    var conditions: [WaitCondition] = []
    do throws(ConditionError) {
      for text in (arguments["conditions"]?.elements ?? []).compactMap(\.string) {
        conditions.append(try WaitCondition(parsing: text))
      }
    } catch {
      return refuse(call, "\(error.summary); \(error.remedy)")
    }
    let isAny = arguments["any"]?.boolean ?? false
    var wait = Wait(conditions, mode: isAny ? .any : .all)
    let run = run ?? lastRun
    let since = arguments["since"]?.integer
    let lines = journal.lines(after: since ?? 0).filter { since != nil || $0["run"]?.string == run }
    let hasConsole = conditions.contains { if case .console = $0 { true } else { false } }
    let past = hasConsole ? console?.past ?? [] : []
    _ = wait.begin(state: machineState, journal: lines, console: past[...])
    waits.add(wait, call.id, client, self)
  }

  /// Answers with the lines of the journal after a number, as soon as there are some.
  func follow(_ call: Multiplexer.Call, _ arguments: JSONText, of client: Multiplexer.Client) {
    waits.follow(call.id, client, after: arguments["after"]?.integer ?? journal.sequence, self)
  }
}
