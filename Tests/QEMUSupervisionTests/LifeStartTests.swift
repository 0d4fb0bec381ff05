import QEMUSupervision
import Testing

extension LifeTrace {
  fileprivate mutating func exit(_ end: RunEnd = crash) -> String { pass { $0.exited(end, at: $1) } }

  fileprivate mutating func starterExits() -> String { pass { $0.starterExited(LifeTrace.crash, at: $1) } }

  /// Launches QEMU and completes its start.
  fileprivate mutating func start(client: Int) -> String {
    life.launch(LifeTrace.file, call: 31, client: client)
    life.prepared(pid: 7)
    life.execute(call: 32)
    life.executed(pid: 7)
    life.ready([], at: now)
    return pass { $0.commit(call: 33, at: $1) }
  }

  /// Lets the delay of the restart pass.
  fileprivate mutating func startAgain() -> String {
    now = life.deadline ?? now
    return pass { $0.advance(to: $1) }
  }
}

@Suite("A start") struct LifeStartTests {
  @Test("runs from the launch to its completion") func complete() {
    var trace = LifeTrace()
    trace.life.begin(owner: 1)
    #expect(
      trace.start(client: 1)
        == "prepare; answer 31: pid; execute; note started; note ready; answer 32: ; "
        + "note completed; answer 33: "
    )
    #expect(trace.life.stage == .running)
    #expect(trace.pass { $0.disconnected(1, at: $1) } == "")
  }

  @Test("that is interrupted before QEMU is executed ends it afterwards") func interrupted() {
    var trace = LifeSituation.prepared.trace()
    trace.life.execute(call: 2)
    trace.life.disconnected(LifeSituation.owner, at: trace.now)
    #expect(trace.actions() == "execute; signal 9")
    #expect(trace.pass { life, _ in life.executed(pid: 7) } == "note started")
    #expect(trace.pass { $0.commit(call: 3, at: $1) } == "refuse 3: no QEMU is starting")
    #expect(trace.exit() == "note start-failed; answer 2: ended; finish")
  }

  @Test("is refused until the child of an interrupted one is discarded") func overlapping() {
    var trace = LifeSituation.restarting.trace()
    trace.life.launch(LifeTrace.file, call: 1, client: 5)
    trace.life.disconnected(5, at: trace.now)
    trace.life.launch(LifeTrace.file, call: 2, client: 6)
    #expect(
      trace.actions()
        == "end starter; prepare; discard; refuse 1: the start was given up; "
        + "refuse 2: QEMU is already running")
    #expect(trace.pass { life, _ in life.prepared(pid: 7) } == "")
    #expect(trace.pass { life, _ in life.launch(LifeTrace.file, call: 3, client: 6) } == "prepare")
  }

  @Test("may be repeated by its client after it failed") func repeated() {
    var trace = LifeSituation.preparing.trace()
    #expect(trace.pass { life, _ in life.failed(2) } == "answer 1: errno")
    #expect(trace.start(client: LifeSituation.owner).hasSuffix("note completed; answer 33: "))
  }

  @Test("whose monitor cannot be connected is not completed") func noMonitor() {
    var trace = LifeSituation.executed.trace()
    #expect(trace.pass { life, _ in life.failed(111) } == "signal 9; answer 2: errno")
    #expect(trace.pass { $0.commit(call: 3, at: $1) } == "refuse 3: no QEMU is starting")
    #expect(trace.exit() == "note start-failed")
    #expect(trace.pass { $0.disconnected(LifeSituation.owner, at: $1) } == "finish")
  }

  @Test("by command during the delay of a restart replaces it and discards the history") func byCommand() {
    var trace = LifeSituation.waitingToRestart.trace()
    #expect(trace.life.decider.restartCount == 1)
    #expect(trace.start(client: 5).hasSuffix("note completed; answer 33: "))
    #expect(trace.life.restartTime == nil && trace.life.decider.restartCount == 0)
  }

  @Test("by command that fails is not followed by a restart") func failsByCommand() {
    var trace = LifeSituation.waitingToRestart.trace()
    trace.life.launch(LifeTrace.file, call: 1, client: 5)
    trace.life.prepared(pid: 7)
    trace.life.execute(call: 2)
    trace.life.executed(pid: 7)
    _ = trace.actions()
    #expect(trace.exit() == "note start-failed; answer 2: ended; finish")
  }
}

@Suite("A start by hand during a restart") struct LifeStartByHandTests {
  @Test("ends the process that starts QEMU again, and is not ended when that exits") func takesPlace() {
    var trace = LifeSituation.restarting.trace()
    trace.life.launch(LifeTrace.file, call: 1, client: 5)
    trace.life.prepared(pid: 7)
    #expect(trace.actions() == "end starter; prepare; answer 1: pid")
    #expect(trace.pass { $0.disconnected(LifeSituation.starter, at: $1) } == "")
    #expect(trace.starterExits() == "")
    trace.life.execute(call: 2)
    trace.life.executed(pid: 7)
    trace.life.ready([], at: trace.now)
    _ = trace.actions()
    #expect(trace.pass { $0.commit(call: 3, at: $1) } == "note completed; answer 3: ")
    #expect(trace.life.decider.restartCount == 0)
    #expect(trace.exit() == "note ended; note restarting")
  }

  @Test("refuses a launch of the process that is being ended") func lateLaunch() {
    var trace = LifeSituation.restarting.trace()
    trace.life.launch(LifeTrace.file, call: 1, client: 5)
    trace.life.failed(2)
    _ = trace.actions()
    #expect(
      trace.pass { life, _ in life.launch(LifeTrace.file, call: 2, client: LifeSituation.starter) }
        == "refuse 2: the start was given up")
    #expect(trace.starterExits() == "")
    #expect(trace.pass { $0.disconnected(5, at: $1) } == "finish")
  }

  @Test("is not followed by a restart if it fails") func fails() {
    var trace = LifeSituation.restarting.trace()
    trace.life.launch(LifeTrace.file, call: 1, client: 5)
    trace.life.prepared(pid: 7)
    trace.life.execute(call: 2)
    trace.life.executed(pid: 7)
    _ = trace.actions()
    #expect(trace.exit() == "note start-failed; answer 2: ended")
    #expect(trace.starterExits() == "finish")
  }
}

@Suite("A restart") struct LifeRestartTests {
  @Test("is decided once if QEMU exits before the process that started it") func once() {
    var trace = LifeSituation.restarted.trace()
    #expect(trace.exit() == "note ended; note restarting")
    trace.sleep(seconds: 3)
    #expect(trace.life.deadline == nil)
    #expect(trace.pass { $0.advance(to: $1) } == "")
    #expect(trace.starterExits() == "start again")
    #expect(trace.life.decider.restartCount == 2)
  }

  @Test("that fails in QEMU is noted once") func failsInQEMU() {
    var trace = LifeSituation.restartPrepared.trace()
    trace.life.execute(call: 7)
    trace.life.executed(pid: 8)
    _ = trace.actions()
    #expect(trace.exit() == "note start-failed; answer 7: ended; note restarting")
    #expect(trace.starterExits() == "")
    #expect(trace.startAgain() == "start again")
  }

  @Test("that fails before QEMU is executed is repeated, and given up after the limit") func giveUp() {
    var trace = LifeSituation.waitingToRestart.trace()
    for _ in 0..<4 {
      #expect(trace.startAgain() == "start again")
      #expect(trace.starterExits() == "note start-failed; note restarting")
    }
    #expect(trace.startAgain() == "start again")
    #expect(trace.starterExits() == "note start-failed; note gave-up; finish")
  }

  @Test(
    "whose process exits or leaves, in any order, is repeated", arguments: [true, false], [true, false])
  func leaves(isExecuted: Bool, leavesFirst: Bool) {
    var trace = LifeSituation.restartPrepared.trace()
    if isExecuted { trace.life.execute(call: 7) }
    trace.life.executed(pid: 8)
    _ = trace.actions()
    var actions: [String] = []
    for leaves in [leavesFirst, !leavesFirst] {
      actions.append(
        leaves ? trace.pass { $0.disconnected(LifeSituation.starter, at: $1) } : trace.starterExits())
    }
    if isExecuted { actions.append(trace.exit()) }
    let text = actions.filter { !$0.isEmpty }.joined(separator: "; ")
    #expect(
      text
        == (isExecuted
          ? "signal 9; note start-failed; answer 7: ended; note restarting"
          : "discard; note start-failed; note restarting"))
  }

  @Test("does not follow an end that the policy excludes") func policy() {
    for (mode, end) in [
      (RestartPolicy.Mode.never, LifeTrace.crash), (.onFailure, RunEnd(.guestShutdown, exit: .exited(0))),
    ] {
      var trace = LifeTrace(mode)
      _ = trace.start(client: 1)
      #expect(trace.exit(end) == "note ended; finish")
    }
  }

  @Test("follows the end of an attached QEMU, which has not answered") func attached() {
    var trace = LifeSituation.attaching.trace()
    #expect(trace.exit() == "note ended; answer 1: ended; note restarting")
    #expect(trace.startAgain() == "start again")
  }

  @Test("does not happen while a stop waits for a guest that resets itself") func reset() {
    var trace = LifeSituation.stopping.trace()
    #expect(
      trace.exit(RunEnd(.guestReset(by: .guest), exit: .exited(0)))
        == "note ended; answer 4: powerdown guest-reset; finish")
  }
}
