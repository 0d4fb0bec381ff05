/// The members of a JSON object; one without a value is left out.
package typealias Members = [(name: String, value: JSONText?)]

/// The life of a virtual machine, from the launch of its first QEMU to the end of the last one.
///
/// Every input may add actions, which its owner performs in order. More inputs may precede their performance.
package struct Life {
  /// The stage of the QEMU process.
  package enum Stage: Sendable, Hashable {
    /// There is none.
    case none
    /// QEMU runs, and the supervisor connects to its monitor.
    case attaching
    /// A child waits to execute QEMU.
    case prepared
    /// QEMU is executed or runs; its start is not complete, so it ends with the client that launched it.
    case starting
    /// QEMU runs, and the restart policy applies.
    case running
  }

  /// An action whose result is awaited.
  enum Act { case prepare, execute }

  /// The process that starts QEMU again.
  enum Starter {
    case none
    /// Its start is neither complete nor has it failed.
    case working
    /// It has no effect any more, but has not exited.
    case done
  }

  package internal(set) var stage = Stage.none
  /// The time at which QEMU is started again; nil if that is not due.
  package internal(set) var restartTime: Instant?
  /// The timetable of a stop without one of its own.
  package var timetable = StopPolicy.standard
  /// The restart policy, and its history.
  package var decider: RestartDecider

  /// The client that started the supervisor, until it closes its connection.
  private(set) var owner: Multiplexer.Client?
  /// The client that launched a QEMU whose start is not complete.
  var launcher: Multiplexer.Client?
  /// The call that waits until QEMU is ready.
  var startCall: Int?
  var pending: Act?
  var starter = Starter.none
  var starterClient: Multiplexer.Client?
  /// A Boolean value that indicates whether the process that starts QEMU again made the last launch.
  var isRestart = false
  /// A Boolean value that indicates whether the start of a QEMU was completed, by this supervisor or before.
  var hasRun = false
  var stop: StopSequence?
  var stopCalls: [(call: Int, client: Multiplexer.Client)] = []
  /// A Boolean value that indicates whether the stop that is under way continues without callers.
  var isUnattended = false
  /// A Boolean value that indicates whether the guest may still shut down because of a stop that was cancelled.
  var isPowerdownRequested = false
  /// A Boolean value that indicates whether nothing is to be started any more.
  var isStopRequested = false
  /// A Boolean value that indicates whether a stop was requested that its callers cannot cancel any more.
  var isStopFinal = false
  private(set) var isFinished = false
  private var actions: [LifeAction] = []

  package init(policy: RestartPolicy) { decider = RestartDecider(policy: policy) }

  /// Notes the client that started the supervisor.
  package mutating func begin(owner: Multiplexer.Client) { self.owner = owner }

  /// Returns the actions since the last call.
  package mutating func takeActions() -> [LifeAction] {
    defer { actions.removeAll(keepingCapacity: true) }
    return actions
  }

  /// The time of the next call of ``advance(to:)``; nil if none is due.
  package var deadline: Instant? {
    [stop?.deadline, isStarterRunning ? nil : restartTime].compactMap { $0 }.min()
  }

  /// A Boolean value that indicates whether a process that starts QEMU again is running.
  package var isStarterRunning: Bool { starter != .none }

  /// A Boolean value that indicates whether QEMU is not running and will not be started again.
  package var isOver: Bool { stage == .none && !isStarterRunning && restartTime == nil }

  /// The last step of the stop that is under way; nil if there is none.
  package var stopStep: StopStep? { stop?.step }
}

extension Life {
  /// Notes that the time of ``deadline`` is reached.
  package mutating func advance(to now: Instant) {
    startAgain(at: now)
    if let time = stop?.deadline, time <= now, let progress = stop?.expired(at: now) { perform(progress) }
  }

  /// Notes that a client has closed its connection.
  package mutating func disconnected(_ client: Multiplexer.Client, at now: Instant) {
    leaveStop(client)
    if owner == client { owner = nil }
    if launcher == client { endStart() }
    settle()
  }

  mutating func act(_ action: LifeAction) { actions.append(action) }

  mutating func note(_ entry: LifeChange, _ members: Members = []) { act(.note(entry, members)) }

  mutating func answer(_ call: Int, _ members: Members) { act(.answer(call, .object(members))) }

  /// Answers a call with an error: the reason, or the stop because of which QEMU is not started.
  mutating func refuse(_ call: Int, _ reason: String) {
    act(.refuse(call, isStopRequested ? "a stop was requested" : reason))
  }

  /// Answers the call that waits for QEMU.
  mutating func answerStart(_ members: Members) {
    if let call = startCall { answer(call, members) }
    startCall = nil
  }

  /// Finishes if there is nothing left to do.
  mutating func settle() {
    if isOver, launcher == nil, hasRun || owner == nil { finish() }
  }

  mutating func finish() {
    if isFinished { return }
    isFinished = true
    act(.finish)
  }
}
