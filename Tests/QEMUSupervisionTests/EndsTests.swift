import Glibc
import QEMUSupervision
import Testing

@Suite("The end of a run") struct EndsTests {
  @Test("has the cause that events, intents and exit status show", arguments: endCases)
  func cause(of run: EndCase) {
    let end = run.end()
    #expect(end.class == run.expected)
    #expect(end.isFailure == run.isFailure)
  }

  @Test("is a boot of the host if the boot ID has changed, regardless of all else", arguments: endCases)
  func hostRebooted(_ run: EndCase) {
    var facts = EndFacts()
    facts.hostRebooted = true
    #expect(run.end(facts: facts).class == .hostRebooted)
  }

  @Test("has the same cause if another supervisor reads the journal", arguments: endCases)
  func replayed(_ run: EndCase) {
    var files = JournalFiles()
    var classifier = EndClassifier()
    for step in run.steps {
      switch step {
      case .event(let name, let data): files.write(JournalFiles.event(name, data: data))
      case .intent(let intent): files.write(.intent(intent))
      case .withdraw: files.write(.intent(nil))
      // The present run state is observed again.
      case .runState(let state): classifier.note(runState: state)
      }
    }
    files.write(.life(.resumed, [("stop", .string("kill"))]))
    for line in files.reader.lines(after: 0) { classifier.note(line) }
    var facts = EndFacts()
    facts.errorOutput = Array(run.errorOutput.utf8)[...]
    let exit = run.returnCode.map { Exit(returnCode: $0) } ?? .unknown
    #expect(classifier.end(exit, facts: facts).class == run.expected)
  }

  @Test(
    "has the last line of the error output that is neither a warning nor information",
    arguments: [
      ("a: no\na: warning: old\na: info: x\n", "a: no"), ("a: warning: old\n", nil), ("", nil),
      ("one\r\ntwo\r\n\n", "two"), ("unfinished", "unfinished"),
    ] as [(String, String?)])
  func message(errorOutput: String, message: String?) {
    #expect(EndCase("", [], rc: 1, stderr: errorOutput, .exit(code: 1)).end().message == message)
  }

  @Test("has the intent that the last act expresses") func intent() {
    var classifier = EndClassifier()
    #expect(classifier.intent == nil)
    classifier.note(intent: .quit(client: 2))
    #expect(classifier.intent == .quit(client: 2))
    classifier.note(intent: .stop(.powerdown))
    classifier.note(intent: .stop(.terminate))
    #expect(classifier.intent == .stop(.terminate))
    classifier.withdrawIntents()
    #expect(classifier.intent == nil)
  }

  @Test("is out of memory if SIGKILL arrives and the counter of the control group has risen")
  func outOfMemory() {
    let killed = EndCase("", [], rc: -9, .outOfMemory)
    var facts = EndFacts()
    facts.oomKills = (before: 2, after: 3)
    #expect(killed.end(facts: facts).class == .outOfMemory)
    #expect(killed.end(facts: facts).isFailure)
    facts.oomKills = (before: 3, after: 3)
    #expect(killed.end(facts: facts).class == .killed)
    facts.oomKills = (before: 2, after: 3)
    #expect(EndCase("", [], rc: -11, .killed).end(facts: facts).class == .crash(signal: SIGSEGV))
    #expect(EndCase("", [.stop(.kill)], rc: -9, .killed).end(facts: facts).class == .stop(.kill))
  }

  @Test(
    "is inferred from the files if nobody observed it",
    arguments: [
      (true, true, .abrupt), (true, nil, .abrupt), (nil, true, .abrupt), (false, true, .exited),
      (false, false, .orderly), (false, nil, .orderly), (nil, false, .orderly), (nil, nil, .nothing),
    ] as [(Bool?, Bool?, Inference)])
  func unobserved(pidFile: Bool?, sockets: Bool?, expected: Inference) {
    var facts = EndFacts()
    (facts.pidFileLeft, facts.socketsLeft) = (pidFile, sockets)
    let end = EndCase("", [], rc: nil, .unobserved(expected)).end(facts: facts)
    #expect(end.class == .unobserved(expected))
    #expect(end.isFailure == (expected == .abrupt))
  }

  @Test(
    "is known from events, intents or the error output even if the exit status is not",
    arguments: [
      EndCase("", [.shutdown("guest-shutdown")], rc: nil, .guestShutdown),
      EndCase("", [.watchdog("poweroff")], rc: nil, .watchdog(action: "poweroff")),
      EndCase("", [.stop(.powerdown), .stop(.kill)], rc: nil, .stop(.kill)),
      EndCase("", [], rc: nil, stderr: killedByBash, .signal(SIGTERM, sender: bash)),
      EndCase("", [.shutdown("guest-shutdown"), .event("STOP")], rc: nil, .unobserved(.nothing)),
    ])
  func unknownExit(_ run: EndCase) { #expect(run.end().class == run.expected) }

  @Test("is no migration if the completed migration is the one to this QEMU")
  func incoming() {
    let steps: [RunStep] = [.migration("completed"), .shutdown("guest-shutdown")]
    #expect(EndCase("", steps, rc: 0, .guestShutdown).end(isIncoming: true).class == .guestShutdown)
    let onward = [RunStep.migration("completed")] + steps
    #expect(EndCase("", onward, rc: 0, .migrated).end(isIncoming: true).class == .migrated)
    let resumed = [RunStep.event("RESUME")] + steps
    #expect(EndCase("", resumed, rc: 0, .migrated).end(isIncoming: true).class == .migrated)
  }

  @Test(
    "keeps the sender of a signal from the last such line of the error output",
    arguments: [
      (
        "qemu: terminating on signal 15 from pid 7 (a (b) c)\n", SIGTERM,
        SignalSender(pid: 7, program: "a (b) c")
      ),
      ("a: terminating on signal 1\nb: terminating on signal 2\nwarning: x\n", SIGINT, nil),
      ("x: terminating on signal 15 from pid 7", SIGTERM, SignalSender(pid: 7, program: nil)),
      ("x: terminating on signal 15 from pid 99999999999999999999 (a)", SIGTERM, nil),
      ("x: terminating on signal 99999999999 from pid 7 (a)", nil, nil),
      ("x: terminating on signal ", nil, nil),
    ] as [(String, Int32?, SignalSender?)])
  func sender(errorOutput: String, signal: Int32?, sender: SignalSender?) {
    let run = EndCase(
      "", [.shutdown("host-signal")], rc: 0, stderr: errorOutput, .signal(signal, sender: sender))
    #expect(run.end().class == run.expected)
  }
}
