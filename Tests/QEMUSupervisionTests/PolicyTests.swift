import Glibc
import QEMUSupervision
import Testing

private let second: Int64 = 1_000_000_000

private func instant(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * second) }

/// A class of ends, and its decision with `on-failure` and with `always`.
struct PolicyCase: Sendable, CustomTestStringConvertible {
  let `class`: EndClass
  let onFailure: StayReason?
  let always: StayReason?

  var testDescription: String { "\(`class`)" }

  init(_ class: EndClass, onFailure: StayReason?, always: StayReason?) {
    self.class = `class`
    self.onFailure = onFailure
    self.always = always
  }

  func expected(_ mode: RestartPolicy.Mode) -> StayReason? {
    switch mode {
    // The reason of a requested end is more specific than the policy.
    case .never: always ?? .policyIsNever
    case .onFailure: onFailure
    case .always: always
    }
  }
}

private let policyCases: [PolicyCase] = [
  PolicyCase(.guestShutdown, onFailure: .notAFailure, always: nil),
  PolicyCase(.guestReset(by: .guest), onFailure: .notAFailure, always: nil),
  PolicyCase(.guestReset(by: .client), onFailure: .notAFailure, always: nil),
  PolicyCase(.guestPanic(.poweroff), onFailure: nil, always: nil),
  PolicyCase(.guestPanic(.exitFailure), onFailure: nil, always: nil),
  PolicyCase(.watchdog(action: "poweroff"), onFailure: nil, always: nil),
  PolicyCase(.quit(by: .client(1)), onFailure: .quitRequested, always: .quitRequested),
  PolicyCase(.quit(by: .unknownClient), onFailure: .quitRequested, always: .quitRequested),
  PolicyCase(.quit(by: .window), onFailure: .quitRequested, always: .quitRequested),
  PolicyCase(.stop(.powerdown), onFailure: .stoppedByCommand, always: .stoppedByCommand),
  PolicyCase(.stop(.kill), onFailure: .stoppedByCommand, always: .stoppedByCommand),
  PolicyCase(.signal(SIGTERM, sender: nil), onFailure: .notAFailure, always: nil),
  PolicyCase(.signal(SIGINT, sender: nil), onFailure: .notAFailure, always: nil),
  PolicyCase(.signal(SIGHUP, sender: nil), onFailure: .notAFailure, always: nil),
  PolicyCase(.signal(nil, sender: nil), onFailure: .notAFailure, always: nil),
  PolicyCase(.signal(SIGQUIT, sender: nil), onFailure: nil, always: nil),
  PolicyCase(.killed, onFailure: nil, always: nil),
  PolicyCase(.crash(signal: SIGSEGV), onFailure: nil, always: nil),
  PolicyCase(.outOfMemory, onFailure: nil, always: nil),
  PolicyCase(.exit(code: 1), onFailure: nil, always: nil),
  PolicyCase(.exit(code: 0), onFailure: .notAFailure, always: nil),
  PolicyCase(.migrated, onFailure: .migrated, always: .migrated),
  PolicyCase(.hostRebooted, onFailure: .notAFailure, always: nil),
  PolicyCase(.unobserved(.abrupt), onFailure: nil, always: nil),
  PolicyCase(.unobserved(.orderly), onFailure: .notAFailure, always: nil),
  PolicyCase(.unobserved(.exited), onFailure: .notAFailure, always: nil),
  PolicyCase(.unobserved(.nothing), onFailure: .notAFailure, always: nil),
]

private let crash = RunEnd(.crash(signal: SIGSEGV), exit: .signalled(SIGSEGV, coreDumped: false))

@Suite("The restart policy") struct PolicyTests {
  @Test("decides by the cause and the mode", arguments: policyCases, RestartPolicy.Mode.allCases)
  func table(_ row: PolicyCase, mode: RestartPolicy.Mode) {
    var decider = RestartDecider(policy: RestartPolicy(mode: mode))
    decider.started(at: instant(0), isRestart: false)
    let decision = decider.ended(RunEnd(row.class, exit: .unknown), at: instant(1), intent: nil)
    #expect(decision == row.expected(mode).map { .stay($0) } ?? .restart(after: second))
  }

  @Test(
    "never restarts after an intent, whatever ended the run", arguments: policyCases,
    [(EndIntent.stop(.powerdown), StayReason.stoppedByCommand), (.quit(client: 1), .quitRequested)])
  func intents(_ row: PolicyCase, intent: (EndIntent, StayReason)) {
    var decider = RestartDecider(policy: RestartPolicy(mode: .always))
    let decision = decider.ended(RunEnd(row.class, exit: .unknown), at: instant(1), intent: intent.0)
    #expect(decision == .stay(row.always ?? intent.1))
  }

  @Test("doubles the delay from 1 s up to 60 s and gives up after five restarts in ten minutes")
  func delays() {
    var decider = RestartDecider(policy: RestartPolicy(mode: .onFailure))
    decider.started(at: instant(0), isRestart: false)
    var time = instant(0)
    for expected: Int64 in [1, 2, 4, 8, 16] {
      #expect(decider.ended(crash, at: time, intent: nil) == .restart(after: expected * second))
      time = time.advanced(by: expected * second)
      decider.started(at: time, isRestart: true)
    }
    #expect(decider.ended(crash, at: time, intent: nil) == .giveUp(restarts: 5, within: 600 * second))
    #expect(
      (0...8).map { decider.policy.delay(afterAttempts: $0) / second } == [1, 2, 4, 8, 16, 32, 60, 60, 60])
  }

  @Test("starts from the beginning after a start by command") func startByCommand() {
    var decider = RestartDecider(policy: RestartPolicy(mode: .onFailure, limit: 1))
    #expect(decider.ended(crash, at: instant(0), intent: nil) == .restart(after: second))
    #expect(decider.ended(crash, at: instant(1), intent: nil) == .giveUp(restarts: 1, within: 600 * second))
    decider.started(at: instant(2), isRestart: false)
    #expect(decider.ended(crash, at: instant(3), intent: nil) == .restart(after: second))
  }

  @Test("resets the delay after a run that is longer than the window", arguments: [(600, 2), (601, 1)])
  func longRun(seconds: Int64, expected: Int64) {
    var decider = RestartDecider(policy: RestartPolicy(mode: .onFailure))
    decider.started(at: instant(0), isRestart: false)
    #expect(decider.ended(crash, at: instant(1), intent: nil) == .restart(after: second))
    decider.started(at: instant(2), isRestart: true)
    #expect(decider.ended(crash, at: instant(2 + seconds), intent: nil) == .restart(after: expected * second))
  }

  @Test("counts only the restarts within the window") func window() {
    var decider = RestartDecider(policy: RestartPolicy(mode: .always, limit: 2, window: 10 * second))
    #expect(decider.ended(crash, at: instant(0), intent: nil) == .restart(after: second))
    #expect(decider.ended(crash, at: instant(8), intent: nil) == .restart(after: 2 * second))
    #expect(decider.ended(crash, at: instant(10), intent: nil) == .giveUp(restarts: 2, within: 10 * second))
    #expect(decider.ended(crash, at: instant(11), intent: nil) == .restart(after: 4 * second))
    #expect(decider.restartCount == 2)
  }

  @Test("does not restart a machine that drifted after its restart") func drift() {
    var decider = RestartDecider(policy: RestartPolicy(mode: .always))
    #expect(decider.drifted() == .stay(.drift))
    #expect(decider.ended(crash, at: instant(1), intent: nil) == .stay(.drift))
    decider.driftAccepted()
    #expect(decider.ended(crash, at: instant(1), intent: nil) == .restart(after: second))
    _ = decider.drifted()
    decider.started(at: instant(2), isRestart: true)
    #expect(decider.ended(crash, at: instant(3), intent: nil) == .restart(after: 2 * second))
  }

  @Test(
    "accepts every number",
    arguments: [Int64.min, -1, 0, 1, .max], [Int64.min, -1, 0, 1, .max])
  func extremes(first: Int64, other: Int64) {
    let policy = RestartPolicy(
      mode: .always, shortestDelay: first, longestDelay: other, limit: Int(first), window: other)
    var decider = RestartDecider(policy: policy)
    decider.started(at: Instant(nanoseconds: first), isRestart: false)
    for time in [first, other, .min, .max] {
      if case .restart(let delay) = decider.ended(crash, at: Instant(nanoseconds: time), intent: nil) {
        #expect(delay >= 0 && delay <= max(0, other))
      }
    }
  }

  @Test("has a sentence for each decision")
  func descriptions() {
    #expect(RestartDecision.restart(after: 1_500_000_000).description == "restart in 1500 ms")
    #expect(
      RestartDecision.giveUp(restarts: 5, within: 600 * second).description
        == "5 restarts within 600 s did not help")
    #expect(RestartDecision.stay(.drift).description == "the machine drifted after its last restart")
  }
}

@Suite("A record of the restarts") struct PolicyRecordTests {
  private let policy = RestartPolicy(mode: .always)

  private func decider() -> RestartDecider {
    var decider = RestartDecider(policy: policy)
    _ = decider.ended(crash, at: instant(5), intent: nil)
    decider.started(at: instant(6), isRestart: true)
    _ = decider.ended(crash, at: instant(7), intent: nil)
    decider.started(at: instant(9), isRestart: true)
    _ = decider.drifted()
    return decider
  }

  @Test("restores the state") func restores() throws {
    let record = try #require(JSONText(decider().record(boot: "b").bytes))
    #expect(RestartDecider(policy: policy, record: record, boot: "b") == decider())
  }

  @Test("is discarded after a boot of the host") func otherBoot() {
    let restored = RestartDecider(policy: policy, record: decider().record(boot: "b"), boot: "c")
    #expect(restored == RestartDecider(policy: policy))
  }

  @Test(
    "that is damaged is discarded as far as necessary",
    arguments: [
      "null", "[]", "{}", #"{"boot":"b","restarts":7,"attempts":"x","start":{},"drifted":1}"#,
      #"{"boot":"b","restarts":["a",null],"attempts":-9223372036854775808}"#,
    ])
  func damaged(text: String) {
    let restored = RestartDecider(policy: policy, record: JSONText(text), boot: "b")
    #expect(restored == RestartDecider(policy: policy))
  }

  @Test("restores a policy", arguments: RestartPolicy.Mode.allCases)
  func policyRecord(mode: RestartPolicy.Mode) throws {
    let policy = RestartPolicy(mode: mode, shortestDelay: 1, longestDelay: 2, limit: 3, window: 4)
    #expect(RestartPolicy(record: try #require(JSONText(policy.record.bytes))) == policy)
    let text = #"{"mode":"\#(mode.rawValue)","from":"x","restarts":null}"#
    #expect(RestartPolicy(record: try #require(JSONText(text))) == RestartPolicy(mode: mode))
    #expect(RestartPolicy(record: try #require(JSONText(#"{"mode":"sometimes"}"#))) == nil)
    #expect(RestartPolicy(record: .null) == nil)
  }

  @Test("never has more restarts or attempts than the decisions need") func limits() {
    let text = #"{"boot":"b","restarts":[9,8,7,6,5,4,3,2,1],"attempts":9223372036854775807}"#
    let restored = RestartDecider(policy: policy, record: JSONText(text), boot: "b")
    #expect(restored.restartCount == 5)
    #expect(policy.delay(afterAttempts: .max) == 60 * second)
  }
}
