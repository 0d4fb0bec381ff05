import CLinux
import Glibc
import QEMUSupervision

// The QEMU process and its monitor.

extension Supervisor {
  /// Starts the child that waits to execute QEMU.
  func prepare(_ file: LaunchFile) {
    let run = String(decoding: file.run, as: UTF8.self)
    let console = Console(run: run, place, poller)
    defer { passed = [] }
    var files: [Handle] = []
    var descriptors: [clinux_passed_descriptor] = []
    for (number, source) in file.descriptors {
      guard let handle = open(source, console) else {
        let error = errno == 0 ? EINVAL : errno
        console?.remove()
        return life.failed(error)
      }
      files.append(handle)
      descriptors.append(clinux_passed_descriptor(source: handle.number, target: number))
    }
    var waiting = clinux_waiting()
    let pid = spawn(file, descriptors, &waiting)
    if pid < 0 {
      console?.remove()
      return life.failed(-pid)
    }
    guard let process = QEMUProcess(pid: pid, run: run, waiting: waiting, poller) else {
      let error = errno
      clinux_discard_waiting(&waiting, pid)
      waitpid(pid, nil, 0)
      return life.failed(error)
    }
    if file.limitsCoreDumps { _ = clinux_limit_core_dumps(pid) }
    isIncoming = file.arguments.contains(Array("-incoming".utf8))
    self.process = process
    self.console = console
    watchConsole()
    life.prepared(pid: pid)
  }

  private func open(_ source: LaunchFile.Source, _ console: Console?) -> Handle? {
    switch source {
    case .passed(let index): return passed.indices.contains(index) ? passed[index] : nil
    case .consoleInput: return console?.openInput()
    case .consoleOutput: return console?.openOutput()
    case .bytes(let bytes):
      guard let file = Handle(clinux_memory_file()), writeAll(bytes, to: file.number).error == 0 else {
        return nil
      }
      return file
    }
  }

  private func spawn(
    _ file: LaunchFile, _ descriptors: [clinux_passed_descriptor], _ waiting: inout clinux_waiting
  ) -> Int32 {
    let program = file.program.map(CChar.init(bitPattern:)) + [0]
    let path = file.directory.map(CChar.init(bitPattern:)) + [0]
    guard let directory = Handle(clinux_open(path, clinux_path_only | O_DIRECTORY, 0)) else { return -errno }
    return withCStrings(file.arguments) { arguments in
      withCStrings(file.environment) { environment in
        clinux_spawn_waiting(
          program, arguments, environment, directory.number, descriptors, descriptors.count, &waiting)
      }
    }
  }

  /// Lets the child execute QEMU, and connects to its monitor.
  func execute() {
    guard let process else { return life.failed(ESRCH) }
    let error = process.execute()
    if error != 0 {
      _ = process.exit
      self.process = nil
      console?.remove()
      console = nil
      return life.failed(error)
    }
    executed = .now
    multiplexer.isServing = false
    (classifier, runState) = (EndClassifier(isIncoming: isIncoming), RunStateTracker())
    life.executed(pid: process.pid)
    process.onExit { [unowned self] in exited() }
    connectMonitor(of: process)
  }

  /// Connects to QEMU's monitor.
  func connectMonitor(of process: QEMUProcess) {
    let socket = place.reachable(place.monitorSocket(of: process.run))
    guard let handle = Handle(clinux_unix_connect(socket)) else {
      let error = errno
      // A QEMU that was running before is left alone.
      if life.stage == .attaching { return life.failed(error) }
      // It has exited, or is of no use: its exit is the answer.
      _ = process.send(SIGKILL)
      return
    }
    let monitor = MonitorConnection(handle, poller)
    // Another process may have bound the path. A connection to a new QEMU names the process that bound it.
    if life.stage == .attaching, monitor.peer != process.pid { return life.failed(EPERM) }
    self.monitor = monitor
    greeted = nil
    monitor.received = { [unowned self] in
      if greeted == nil { greeted = .now }
      $0.withUnsafeBytes { multiplexer.receive(fromQEMU: $0) }
      perform()
    }
    monitor.ended = { [unowned self] in
      self.monitor = nil
      multiplexer.disconnected()
    }
    multiplexer.connected()
  }

  /// Lets the waiting child exit.
  func discard() {
    process?.discard()
    process = nil
    console?.remove()
    console = nil
  }

  /// Sends a signal to QEMU.
  func send(_ number: Int32) {
    guard let process, let step = life.stopStep else {
      _ = process?.send(number)
      return
    }
    let error = process.send(number)
    if error != 0 { life.stepFailed(step, String(cString: strerror(error)), at: .now) }
  }

  /// Notes the exit of QEMU, after everything that it has sent is read.
  func exited() {
    guard let process else { return }
    monitor?.drain()
    perform()
    if monitor != nil {
      monitor = nil
      multiplexer.disconnected()
    }
    let exit = process.exit
    console?.finish()
    console = nil
    // A command requests a stop by a file if this process does not answer.
    if place.has(place.stopRequest(of: process.run)) {
      classifier.note(intent: .stop(.kill))
      life.noteStopRequest()
    }
    var facts = EndFacts()
    facts.errorOutput = place.lastMessages(of: process.run)
    facts.oomKills = process.oomKills
    facts.socketsLeft = place.has(place.monitorSocket(of: process.run))
    let end = classifier.end(exit, facts: facts)
    ended = end
    runState.ended()
    life.exited(end, at: .now)
    // QEMU leaves its socket if a signal ends it.
    place.remove(place.monitorSocket(of: process.run))
    place.remove(place.stopRequest(of: process.run))
    // Its entry in the journal has the id of this run.
    perform()
    if self.process === process { self.process = nil }
    noteStateForWaits()
    perform()
  }

  /// Starts the process that starts QEMU again.
  func startAgain() {
    starter = StarterProcess(place, poller) { [unowned self] handle in
      if let client = connect(handle, as: .manager) { life.starterConnected(client) }
    } ended: { [unowned self] exit in
      starter = nil
      noteDrift(exit)
      life.starterExited(RunEnd(starter: exit), at: .now)
    }
    if starter == nil { life.starterExited(RunEnd(starter: .exited(1)), at: .now) }
  }

  /// Notes that QEMU was started again and differs from its request: it stays paused.
  private func noteDrift(_ exit: Exit) {
    guard exit == .exited(Self.drifted), life.stage == .running else { return }
    note(.stayed, [("reason", .string("\(life.decider.drifted())"))])
  }

  /// The exit status of `qemuctl start-again` after a drift.
  private static let drifted: Int32 = 3

  /// Requests a step of a stop.
  func request(_ step: StopStep) {
    switch step {
    case .powerdown where runState.isKnown && !runState.isRunning:
      life.stepFailed(.powerdown, "the guest is not running (\(runState.word))", at: .now)
    case .powerdown: multiplexer.execute("system_powerdown", token: Token.powerdown.rawValue)
    case .quit: multiplexer.execute("quit", token: Token.quit.rawValue)
    case .terminate, .kill: break
    }
  }
}

extension RunEnd {
  /// The end of a start that failed before QEMU ran.
  fileprivate init(starter exit: Exit) {
    let code: Int32 = if case .exited(let code) = exit { code } else { 1 }
    self.init(
      .exit(code: max(code, 1)), exit: exit, message: "QEMU could not be started again: supervisor.log")
  }
}

/// The purposes of the supervisor's own commands.
enum Token: Int {
  case powerdown, quit, status
}

/// Calls a function with a null-terminated array of C strings.
func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0.map(CChar.init(bitPattern:)) + [0]) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return body(&pointers)
}
