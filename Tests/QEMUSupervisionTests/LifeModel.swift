import QEMUSupervision
import Testing

/// A simulated environment of a life: QEMU, the process that starts it again, and clients.
struct LifeModel {
  enum QEMU { case none, waiting, running }

  /// A call, with the client that waits for it.
  struct Call {
    let client: Int
    let isStop: Bool
    var isAnswered = false
  }

  var generator: SeededRandom
  var life: Life
  var now = Instant(nanoseconds: 0)
  var qemu = QEMU.none
  /// A Boolean value that indicates whether the start of the running QEMU is complete.
  var isComplete = false
  /// A Boolean value that indicates whether SIGKILL was sent to the running QEMU.
  var isKilled = false
  var isConnecting = false
  /// The client that launched, or attaches to, the running QEMU.
  var launcher: Int?
  var clients: Set<Int> = [1]
  /// A Boolean value that indicates whether another client than the starter made the last launch.
  var isByHand = true
  /// A Boolean value that indicates whether the monitor of the running QEMU could not be connected.
  var isUnreachable = false
  /// The client of the process that starts QEMU again; nil if there is none.
  var starter: Int?
  var isStarterEnding = false
  /// A Boolean value that indicates whether nobody stops the virtual machine.
  var isPeaceful = false
  var calls: [Int: Call] = [:]
  var lastClient = 1
  var lastCall = 0
  /// The steps of which the intent was noted since the stop began.
  var intents: Set<StopStep> = []
  var isStopNoted = false
  var isStopRequested = false
  /// A Boolean value that indicates whether a stop was requested that a caller cannot cancel.
  var isRequestFinal = false
  /// A Boolean value that indicates whether the stop that is under way was requested without a call.
  var isUnattended = false
  /// A Boolean value that indicates whether a stop of the running QEMU was cancelled.
  var isCancelled = false
  var isStopAnswered = false
  var isFinished = false
  var isReleased = false
  var changes: [LifeChange] = []
  var faults: [String] = []
  var log: [String] = []

  init(seed: UInt64) {
    // The sequences of adjacent seeds are the same but for one number; those of distant seeds do not overlap.
    generator = SeededRandom(seed: seed &* 0xD134_2543_DE82_EF95)
    let mode: RestartPolicy.Mode = seed % 4 == 0 ? .never : seed % 4 == 1 ? .onFailure : .always
    life = Life(policy: RestartPolicy(mode: mode, limit: 2))
    life.begin(owner: 1)
    isPeaceful = chance(2)
    if chance(5) {
      (qemu, isComplete, isConnecting) = (.running, true, true)
      launcher = 1
      life.attach(call: call(of: 1), client: 1)
      if chance(6) { life.failed(2) }
    }
    perform()
  }

  mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

  mutating func check(_ condition: Bool, _ fault: String) {
    if !condition { faults.append("\(fault) after \(log.suffix(14).joined(separator: " | "))") }
  }

  /// Notes a call of a client, and returns its number.
  mutating func call(of client: Int, isStop: Bool = false) -> Int {
    lastCall += 1
    let number = lastCall
    calls[number] = Call(client: client, isStop: isStop)
    return number
  }

  mutating func connect() -> Int {
    lastClient += 1
    clients.insert(lastClient)
    return lastClient
  }

  mutating func disconnect(_ client: Int) {
    log.append("client \(client) leaves")
    clients.remove(client)
    let step = life.stopStep
    life.disconnected(client, at: now)
    if let step, life.stopStep == nil { cancelStop(step) }
  }

  /// The connected clients whose calls to stop are not answered.
  var waitingForStop: [Int] {
    calls.values.filter { $0.isStop && !$0.isAnswered && clients.contains($0.client) }.map(\.client).sorted()
  }

  private mutating func cancelStop(_ step: StopStep) {
    check(step == .powerdown, "a stop that forces QEMU to exit was cancelled")
    check(!isUnattended && waitingForStop.isEmpty, "a stop was cancelled with a caller")
    (isStopRequested, isCancelled) = (isRequestFinal, true)
  }

  /// Performs the actions until there are none.
  mutating func perform() {
    while true {
      let actions = life.takeActions()
      if actions.isEmpty { break }
      for action in actions {
        log.append(action.text)
        perform(action)
      }
    }
    checkState()
  }
}

// MARK: - Actions

extension LifeModel {
  private mutating func perform(_ action: LifeAction) {
    switch action {
    case .answer(let call, let answer): end(call, answer)
    case .refuse(let call, _): end(call, nil)
    case .note(let change, _): note(change)
    case .intend(let intent):
      if case .stop(let step)? = intent { intents.insert(step) } else { intents = [] }
    case .finish:
      check(!isFinished, "finished twice")
      isReleased = qemu == .running && isConnecting
      check(qemu == .none || isReleased, "finished while QEMU runs")
      check(life.stopStep == nil, "finished during a stop")
      check(starter == nil, "finished while QEMU is being started again")
      isFinished = true
    default:
      check(!isFinished, "an action after the last one")
      performOnQEMU(action)
    }
  }

  private mutating func performOnQEMU(_ action: LifeAction) {
    switch action {
    case .prepare: prepare()
    case .execute: execute()
    case .discard:
      check(qemu != .running, "discarded a running QEMU")
      qemu = .none
      // Another client may have launched QEMU since.
      if life.stage == .none {
        check(isEndOfStartDue, "discarded a start whose launcher is connected")
        launcher = nil
      }
    case .signal(let number): signal(number)
    case .request(let step):
      check(qemu == .running && isStopNoted && intents.contains(step), "a step without an intent")
      if chance(5) { life.stepFailed(step, "it failed", at: now) }
    case .startAgain:
      // A stop that is requested before this action is performed ends the process with a later action.
      let isStopped = isStopRequested && isStopNoted
      check(starter == nil && qemu == .none && !isStopped, "started again although that is not due")
      let client = connect()
      starter = client
      life.starterConnected(client)
      if chance(20) { endStarter() }
    case .endStarter: isStarterEnding = starter != nil
    default: break
    }
  }

  private mutating func prepare() {
    check(qemu == .none, "two QEMUs")
    if chance(25) { return life.failed(2) }
    qemu = .waiting
    life.prepared(pid: 7)
  }

  private mutating func execute() {
    check(qemu == .waiting, "executed a QEMU that does not wait")
    check(!isStopAnswered, "executed QEMU after a stop was answered")
    if chance(25) {
      (qemu, launcher) = (.none, nil)
      return life.failed(2)
    }
    (qemu, isComplete, isKilled, isConnecting) = (.running, false, false, false)
    (isCancelled, isUnreachable) = (false, chance(25))
    life.executed(pid: 7)
    if isUnreachable { life.failed(111) }
  }

  private mutating func signal(_ number: Int32) {
    // The process of a QEMU that could not be executed has exited.
    guard qemu != .none else { return }
    check(qemu == .running, "a signal to a child that waits")
    let step: StopStep = number == 9 ? .kill : .terminate
    let isAbandoned = !isComplete && number == 9
    check(isAbandoned || isStopNoted && intents.contains(step), "a signal without an intent")
    check(isComplete || isUnreachable || isEndOfStartDue, "killed a start whose launcher is connected")
    if number == 9 { isKilled = true }
    if chance(20) { life.stepFailed(step, "not permitted", at: now) }
  }

  /// A Boolean value that indicates whether a start is to be ended because of a stop or its launcher.
  private var isEndOfStartDue: Bool { isStopRequested || launcher.map { !clients.contains($0) } ?? true }

  private mutating func note(_ change: LifeChange) {
    changes.append(change)
    if change == .intent { isStopNoted = true }
    if change == .completed || change == .adopted {
      (isComplete, isConnecting, launcher) = (true, false, nil)
    }
  }

  private mutating func end(_ number: Int, _ answer: JSONText?) {
    guard let call = calls[number] else { return check(false, "an answer to no call") }
    check(!call.isAnswered, "answered twice")
    calls[number]?.isAnswered = true
    guard call.isStop, let answer, answer["stuck"] == nil else { return }
    check(qemu != .running, "a stop was answered while QEMU runs")
    isStopAnswered = true
  }

  mutating func endStarter() {
    guard let client = starter else { return }
    log.append("starter exits")
    if launcher != nil, isByHand { log.append("a start by hand continues") }
    (starter, isStarterEnding) = (nil, false)
    let leavesFirst = chance(2)
    if leavesFirst, clients.contains(client) { disconnect(client) }
    life.starterExited(RunEnd(.exit(code: 1), exit: .exited(1)), at: now)
    if clients.contains(client) { disconnect(client) }
  }
}
