import QEMUSupervision
import Testing

private let seconds: Int64 = 1_000_000_000

extension LifeTrace {
  /// Lets the time of the deadline come.
  fileprivate mutating func expire() -> String {
    now = life.deadline ?? now
    return pass { $0.advance(to: $1) }
  }

  fileprivate mutating func stop(
    _ timetable: StopPolicy? = nil, by reason: String = "stop", call: Int? = 20, client: Int = 20
  ) -> String {
    pass { $0.stop(timetable, by: reason, call: call, client: client, at: $1) }
  }

  fileprivate mutating func leave(_ client: Int) -> String { pass { $0.disconnected(client, at: $1) } }

  fileprivate mutating func exit(_ end: RunEnd = crash) -> String { pass { $0.exited(end, at: $1) } }
}

@Suite("A stop") struct LifeStopTests {
  @Test("takes a step after the other until QEMU exits") func escalation() {
    var trace = LifeSituation.running.trace()
    #expect(trace.stop() == "note stop; intend powerdown; request powerdown")
    #expect(trace.life.deadline?.nanoseconds == 30 * seconds)
    #expect(trace.expire() == "intend quit; request quit")
    #expect(trace.pass { $0.stepFailed(.powerdown, "late", at: $1) } == "")
    #expect(trace.pass { $0.stepFailed(.quit, "no monitor", at: $1) } == "intend terminate; signal 15")
    #expect(trace.expire() == "intend kill; signal 9")
    #expect(trace.life.stopStep == .kill)
    #expect(trace.expire() == "answer 20: kill no end stuck")
    #expect(trace.life.deadline == nil)
    #expect(trace.exit() == "note ended; finish")
  }

  @Test("reports the steps that had no effect, and the one that had") func remarks() throws {
    var trace = LifeSituation.running.trace()
    _ = trace.stop()
    _ = trace.pass { $0.stepFailed(.powerdown, "the guest is paused", at: $1) }
    _ = trace.expire()
    trace.life.exited(RunEnd(.stop(.quit), exit: .exited(0)), at: trace.now)
    let answers = trace.life.takeActions().compactMap {
      if case .answer(_, let answer) = $0 { answer } else { nil }
    }
    let answer = try #require(answers.first)
    #expect(answer["step"]?.string == "quit" && answer["end"]?["reason"]?.string == "stop")
    #expect(
      answer["remarks"]?.elements?.compactMap(\.string) == [
        "powerdown: the guest is paused", "quit: still running after 5.0 s",
      ])
  }

  @Test("that kills replaces one that waits for the guest, and both calls are answered") func kill() {
    var trace = LifeSituation.stopping.trace()
    #expect(trace.stop(.immediate, by: "kill") == "note kill; intend kill; signal 9")
    #expect(trace.exit() == "note ended; answer 4: kill crash; answer 20: kill crash; finish")
  }

  @Test("with a weaker step waits for the stronger one that was taken") func weaker() {
    var trace = LifeSituation.running.trace()
    #expect(trace.stop(StopPolicy([.init(.terminate, timeout: 5)])).hasSuffix("signal 15"))
    #expect(trace.stop(call: 21) == "note stop")
    #expect(trace.life.deadline?.nanoseconds == 5 * seconds)
    #expect(trace.expire() == "intend kill; signal 9")
  }

  @Test("with the same step does not repeat it, and has its own timeout") func same() {
    var trace = LifeSituation.stopping.trace()
    trace.sleep(seconds: 10)
    #expect(trace.stop(StopPolicy([.init(.powerdown, timeout: 3 * seconds)])) == "note stop")
    #expect(trace.life.deadline?.nanoseconds == 13 * seconds)
    #expect(trace.expire() == "intend kill; signal 9")
  }

  @Test("is cancelled with its last caller while the guest may refuse it") func cancel() {
    var trace = LifeSituation.stopping.trace()
    _ = trace.stop(call: 21)
    #expect(trace.leave(LifeSituation.stopper) == "")
    #expect(trace.leave(20) == "withdraw")
    #expect(trace.life.deadline == nil && trace.life.stopStep == nil)
    // Another stop begins with the first step.
    #expect(trace.stop(call: 22) == "note stop; intend powerdown; request powerdown")
    #expect(trace.exit() == "note ended; answer 22: powerdown crash; finish")
  }

  @Test("that was cancelled is not followed by a restart if the guest shuts down, even under always")
  func cancelledShutdown() {
    var trace = LifeSituation.cancelled.trace()
    #expect(trace.life.decider.policy.mode == .always)
    #expect(trace.exit(RunEnd(.guestShutdown, exit: .exited(0))) == "note ended; finish")
  }

  @Test("that was cancelled is followed by a restart after a crash, and has no effect on the next QEMU")
  func cancelledCrash() {
    var trace = LifeSituation.cancelled.trace()
    #expect(trace.exit() == "note ended; note restarting")
    #expect(trace.expire() == "start again")
    trace.life.starterConnected(LifeSituation.starter)
    trace.life.launch(LifeTrace.file, call: 1, client: LifeSituation.starter)
    trace.life.prepared(pid: 7)
    trace.life.execute(call: 2)
    trace.life.executed(pid: 7)
    trace.life.ready([], at: trace.now)
    trace.life.commit(call: 3, at: trace.now)
    _ = trace.actions()
    #expect(trace.exit(RunEnd(.guestShutdown, exit: .exited(0))) == "note ended; note restarting")
  }

  @Test("that is cancelled does not revoke an earlier one without callers") func earlierRequest() {
    var trace = LifeSituation.attaching.trace()
    trace.life.noteStopRequest()
    trace.life.ready([], at: trace.now)
    _ = trace.stop()
    #expect(trace.leave(20) == "withdraw")
    #expect(trace.exit() == "note ended; finish")
  }

  @Test("that is cancelled does not revoke an earlier one that was answered") func earlierAnswer() {
    var trace = LifeSituation.stuck.trace()
    _ = trace.stop()
    #expect(trace.leave(20) == "withdraw")
    #expect(trace.exit(RunEnd(.killed, exit: .signalled(9, coreDumped: false))) == "note ended; finish")
  }

  @Test("continues without callers after QEMU was forced to exit") func forced() {
    var trace = LifeSituation.stopping.trace()
    _ = trace.expire()
    #expect(trace.leave(LifeSituation.stopper) == "")
    #expect(trace.expire() == "intend terminate; signal 15")
  }

  @Test("that nobody waits for is not cancelled by a caller that leaves") func unattended() {
    var trace = LifeSituation.running.trace()
    #expect(trace.pass { $0.terminate(at: $1) } == "note supervisor; intend powerdown; request powerdown")
    #expect(trace.pass { $0.terminate(at: $1) } == "")
    _ = trace.stop()
    #expect(trace.leave(20) == "")
    #expect(trace.life.stopStep == .powerdown)
  }

  @Test("kills a QEMU whose start is not complete, and the call that waits for it is answered")
  func starting() {
    var trace = LifeSituation.executed.trace()
    #expect(trace.stop() == "note stop; intend kill; signal 9")
    #expect(trace.pass { $0.commit(call: 21, at: $1) } == "refuse 21: a stop was requested")
    #expect(trace.leave(LifeSituation.owner) == "")
    #expect(trace.exit() == "note start-failed; answer 2: ended; answer 20: kill crash; finish")
  }

  @Test("of a QEMU that cannot be executed is answered") func failedExecution() {
    var trace = LifeSituation.executing.trace()
    _ = trace.stop()
    #expect(trace.pass { life, _ in life.failed(2) } == "answer 2: errno; answer 20: kill no end")
    #expect(trace.leave(LifeSituation.owner) == "finish")
  }

  @Test("of an attached QEMU outlives the client that attached it") func attached() {
    var trace = LifeSituation.attaching.trace()
    _ = trace.stop()
    #expect(trace.leave(LifeSituation.owner) == "")
    #expect(trace.exit() == "note ended; answer 1: ended; answer 20: powerdown crash; finish")
  }

  @Test("ends the process that starts QEMU again, whose launch is refused") func restarting() {
    var trace = LifeSituation.restarting.trace()
    #expect(trace.stop() == "note stop; end starter; answer 20: no step no end")
    #expect(
      trace.pass { life, _ in life.launch(LifeTrace.file, call: 21, client: LifeSituation.starter) }
        == "refuse 21: a stop was requested")
    #expect(trace.pass { $0.starterExited(LifeTrace.crash, at: $1) } == "finish")
  }

  @Test("after the last action is answered, but refused if QEMU was released") func late() {
    var trace = LifeSituation.ended.trace()
    #expect(trace.stop() == "answer 20: no step no end")
    trace = LifeSituation.attaching.trace()
    _ = trace.leave(LifeSituation.owner)
    #expect(trace.stop() == "refuse 20: the supervisor is ending")
    #expect(trace.exit() == "note ended; answer 1: ended")
  }

  @Test("by an earlier supervisor is not followed by a restart") func earlier() {
    var trace = LifeSituation.new.trace()
    #expect(trace.pass { life, _ in life.noteStopRequest() } == "note kill")
    trace.life.attach(call: 1, client: LifeSituation.owner)
    #expect(trace.pass { $0.ready([], at: $1) } == "note adopted; answer 1: ")
    #expect(trace.exit() == "note ended; finish")
  }
}

@Suite("A timetable of a stop") struct StopPolicyTests {
  @Test(
    "is read from JSON",
    arguments: [
      (#"[]"#, [StopStep.kill]), (#"[{"step":"quit","timeout":1}]"#, [.quit, .kill]),
      (#"[{"step":"powerdown","timeout":0},{"step":"terminate","timeout":2}]"#, [.terminate, .kill]),
      (#"[{"step":"kill","timeout":5},{"step":"quit","timeout":9223372036854775807}]"#, [.quit, .kill]),
    ])
  func reading(text: String, steps: [StopStep]) throws {
    let json = try #require(JSONText(text))
    let timetable = try #require(StopPolicy(json))
    #expect(timetable.entries.map(\.step) == steps)
    #expect(timetable.entries.last?.timeout == 10 * seconds)
  }

  @Test(
    "that is malformed is not read",
    arguments: [
      "{}", "null", "[1]", #"[{"step":"quit"}]"#, #"[{"timeout":1}]"#, #"[{"step":"halt","timeout":1}]"#,
      #"[{"step":"quit","timeout":-1}]"#, #"[{"step":"quit","timeout":"1"}]"#,
    ])
  func malformed(text: String) throws {
    let json = try #require(JSONText(text))
    #expect(StopPolicy(json) == nil)
  }

  @Test("has a deadline even for the longest timeout") func longest() {
    var trace = LifeSituation.running.trace()
    trace.sleep(seconds: 9)
    _ = trace.stop(StopPolicy([.init(.quit, timeout: .max)]))
    #expect(trace.life.deadline?.nanoseconds == .max)
  }
}
