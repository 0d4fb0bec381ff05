import CLinux
import Glibc
import QEMUSupervision

// The calls of commands of qemuctl.

extension Supervisor {
  /// Answers a call of a client.
  func answer(_ call: Multiplexer.Call, of client: Multiplexer.Client) {
    // Nobody would end what a client that has gone begins.
    guard clients[client] != nil else { return call.closeDescriptors() }
    let arguments = call.arguments ?? .object([])
    switch call.name {
    case "supervisor-launch": launch(call, of: client)
    case "supervisor-execute": life.execute(call: call.id)
    case "supervisor-commit":
      let wasStarting = life.stage == .starting
      life.commit(call: call.id, at: .now)
      if wasStarting, life.stage == .running {
        apply(arguments)
        multiplexer.isServing = true
      }
    case "supervisor-adopt": adopt(call, arguments, of: client)
    case "supervisor-stop": stop(call, arguments, of: client)
    case "supervisor-status": reply(call, status)
    case "supervisor-wait": wait(call, arguments, of: client)
    case "supervisor-events": follow(call, arguments, of: client)
    case "quit":
      reply(call, [])
      note(.quit(client: client))
      life.stop(.quit, by: "quit", call: nil, client: client, at: .now)
    default: refuse(call, "\(call.name) is not a call of this supervisor")
    }
    if !["supervisor-launch", "supervisor-adopt"].contains(call.name) { call.closeDescriptors() }
  }

  func reply(_ call: Multiplexer.Call, _ members: Members) {
    multiplexer.answer(call.id, with: .success(.object(members)))
  }

  func refuse(_ call: Multiplexer.Call, _ reason: String) {
    multiplexer.answer(call.id, with: .failure(class: "GenericError", description: reason))
  }

  private func launch(_ call: Multiplexer.Call, of client: Multiplexer.Client) {
    var handles = call.descriptors.compactMap(Handle.init)
    guard let first = handles.first else { return refuse(call, "supervisor-launch passes no launch file") }
    lseek(first.number, 0, SEEK_SET)
    guard let file = LaunchFile(contents(ofDescriptor: first.number, limit: 64 << 20)[...]) else {
      return refuse(call, "the launch file is damaged, or of another version of qemuctl")
    }
    handles.removeFirst()
    let wasFree = life.stage == .none
    life.launch(file, call: call.id, client: client)
    if wasFree, life.stage == .prepared { passed = handles }
  }

  private func adopt(_ call: Multiplexer.Call, _ arguments: JSONText, of client: Multiplexer.Client) {
    let handles = call.descriptors.compactMap(Handle.init)
    guard let pidfd = handles.first, let run = arguments["run"]?.string,
      let pid = arguments["pid"]?.integer.flatMap({ Int32(exactly: $0) }), life.stage == .none
    else { return refuse(call, "supervisor-adopt names no process, or QEMU is already supervised") }
    life.attach(call: call.id, client: client)
    guard life.stage == .attaching else { return }
    apply(arguments)
    let process = QEMUProcess(pid: pid, run: run, pidfd: pidfd, poller)
    self.process = process
    resume(run)
    console = Console(run: run, place, poller)
    watchConsole()
    process.onExit { [unowned self] in exited() }
    connectMonitor(of: process)
  }

  /// Takes up what an earlier supervisor of the run has written to the journal.
  private func resume(_ run: String) {
    for line in journal.lines(after: 0) where line["run"]?.string == run {
      classifier.note(line)
      if let record = line["policy"] {
        life.decider = RestartDecider(policy: life.decider.policy, record: record, boot: bootID)
      }
    }
    if classifier.intent != nil { life.noteStopRequest() }
  }

  /// Applies the rules of a virtual machine.
  private func apply(_ rules: JSONText) {
    self.rules = JSONText(unchecked: Array(rules.bytes)[...])
    life.decider.policy = RestartPolicy(rules)
    if let steps = rules["stop"].flatMap(StopPolicy.init) { life.timetable = steps }
    multiplexer.allowed = AllowedCommands(rules["allow"])
  }

  private func stop(_ call: Multiplexer.Call, _ arguments: JSONText, of client: Multiplexer.Client) {
    let reason = arguments["by"]?.string ?? "stop"
    guard let steps = arguments["steps"] else {
      return life.stop(nil, by: reason, call: call.id, client: client, at: .now)
    }
    guard let timetable = StopPolicy(steps) else { return refuse(call, "the steps are malformed") }
    life.stop(timetable, by: reason, call: call.id, client: client, at: .now)
  }

  private var status: Members {
    [
      ("pid", .integer(getpid())), ("stage", .string("\(life.stage)")), ("state", .string(runState.word)),
      ("restart", .string(life.decider.policy.mode.rawValue)),
      ("restarts", .integer(life.decider.restartCount)),
      (
        "restart-after",
        life.restartTime.map { .integer(max(0, $0.nanoseconds(since: .now) / 1_000_000)) }
      ), ("sequence", .integer(journal.sequence)),
      ("greeted", .boolean(greeted != nil)), ("run", process.map { .string($0.run) }), ("rules", rules),
    ]
  }
}

extension Multiplexer.Call {
  /// Closes the descriptors that a call does not use.
  fileprivate func closeDescriptors() { for descriptor in descriptors { close(descriptor) } }
}

extension StopPolicy {
  /// The stop that a client of QMP requests with `quit`.
  fileprivate static let quit = StopPolicy([
    Entry(.quit, timeout: 5_000_000_000), Entry(.terminate, timeout: 5_000_000_000),
  ])
}

extension RestartPolicy {
  /// Reads the rules of a virtual machine.
  fileprivate init(_ rules: JSONText) {
    self.init(mode: rules["restart"]?.string.flatMap(Mode.init(rawValue:)) ?? .never)
    if let delay = rules["from"]?.integer { shortestDelay = Int64(delay) }
    if let delay = rules["to"]?.integer { longestDelay = Int64(delay) }
    if let limit = rules["limit"]?.integer { self.limit = limit }
    if let window = rules["window"]?.integer { self.window = Int64(window) }
  }
}

extension AllowedCommands {
  /// Reads the names of commands, or `all`.
  fileprivate init(_ rule: JSONText?) {
    let names = (rule?.elements ?? []).compactMap(\.string)
    self = rule?.string == "all" ? .all : .only(Set(names))
  }
}
