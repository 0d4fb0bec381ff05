import QEMUSupervision
import Testing

extension LifeModel {
  /// Lets something happen.
  mutating func step() {
    switch Int.random(in: 0..<20, using: &generator) {
    case 0...5: callAsLauncher()
    case 6: callAsOther()
    case 7...8: if life.stopStep == .powerdown, chance(2) { leave() } else { stop() }
    case 9: leave()
    case 10...12: actOfQEMU()
    case 13...14: pass()
    case 15: if isStarterEnding || chance(3) { endStarter() }
    case 16...17: reachDeadline()
    default: perform()
    }
    // Several inputs may precede the actions.
    if !chance(4) { perform() }
  }

  private mutating func reachDeadline() {
    guard let time = life.deadline else { return }
    now = time
    log.append("the time is reached")
    life.advance(to: now)
  }

  private mutating func pass() {
    now = now.advanced(by: Int64.random(in: 0..<3_000_000_000, using: &generator))
    if let time = life.deadline, time <= now { life.advance(to: now) }
  }

  /// The launcher, or the process that starts QEMU again, takes its next step.
  private mutating func callAsLauncher() {
    // A start by command during the delay of a restart is rare.
    if starter == nil, life.restartTime != nil, !chance(12) { return }
    guard let client = launcher ?? starter ?? clients.sorted().first, clients.contains(client) else { return }
    act(as: client)
  }

  private mutating func callAsOther() {
    let client = chance(3) ? connect() : clients.sorted().randomElement(using: &generator) ?? connect()
    act(as: client)
  }

  private mutating func act(as client: Int) {
    switch life.stage {
    case .none where isStopRequested && client != starter && !chance(5): disconnect(client)
    case .none:
      log.append("client \(client) launches")
      life.launch(LifeTrace.file, call: call(of: client), client: client)
      if life.stage == .prepared { (launcher, isByHand) = (client, client != starter) }
      check(
        client != starter || !isStarterEnding || life.stage == .none, "a process that is ended starts QEMU")
    case .prepared:
      log.append("execute")
      life.execute(call: call(of: client))
    case .starting, .running, .attaching:
      if life.stage != .starting, !chance(8) { return }
      log.append("commit")
      commit(as: client)
    }
  }

  private mutating func commit(as client: Int) {
    let isPossible = launcher.map { clients.contains($0) } ?? false && !isStopRequested && !isKilled
    let wasStarting = life.stage == .starting
    life.commit(call: call(of: client), at: now)
    guard wasStarting, life.stage == .running else { return }
    check(isPossible, "an abandoned start is completed")
    check(!isByHand || life.decider.restartCount == 0, "a start by hand is a restart")
  }

  private mutating func stop() {
    // Half of the lives have no stop, and most others few.
    if isPeaceful || isCancelled && !chance(4) || !chance(isStopRequested || isComplete ? 3 : 5) { return }
    let client = chance(2) ? connect() : clients.sorted().randomElement(using: &generator) ?? connect()
    isStopNoted = isStopNoted && isStopRequested
    // An earlier request remains if it was answered, or had no call.
    if isStopRequested, life.stopStep == nil { isRequestFinal = true }
    isStopRequested = !isFinished || isStopRequested
    if life.stopStep == nil { isUnattended = false }
    switch Int.random(in: 0..<12, using: &generator) {
    case 0:
      isUnattended = true
      life.terminate(at: now)
    case 1:
      isRequestFinal = true
      life.noteStopRequest()
    case 2:
      isUnattended = true
      life.stop(
        StopPolicy([.init(.quit, timeout: 5)]), by: "quit", call: nil, client: client, at: now)
    case 3...5:
      life.stop(.immediate, by: "kill", call: call(of: client, isStop: true), client: client, at: now)
    default: life.stop(nil, by: "stop", call: call(of: client, isStop: true), client: client, at: now)
    }
    log.append("stop by \(client)")
  }

  private mutating func leave() {
    let candidates = waitingForStop.isEmpty || !chance(3) ? clients.sorted() : waitingForStop
    if let client = candidates.randomElement(using: &generator), client != starter {
      disconnect(client)
    }
  }

  private mutating func actOfQEMU() {
    guard qemu == .running else { return }
    if isReleased || chance(isCancelled ? 2 : 5) { return exit(randomEnd()) }
    // A QEMU whose monitor is not connected does not become ready.
    if !isComplete || isConnecting {
      log.append("ready")
      life.ready([], at: now)
    }
  }

  private mutating func randomEnd() -> RunEnd {
    if isCancelled, chance(2) { return RunEnd(.guestShutdown, exit: .exited(0)) }
    let ends: [RunEnd] = [
      LifeTrace.crash, RunEnd(.killed, exit: .signalled(9, coreDumped: false)),
      RunEnd(.guestReset(by: .guest), exit: .exited(0)), RunEnd(.guestShutdown, exit: .exited(0)),
      RunEnd(.stop(.powerdown), exit: .exited(0)), RunEnd(.exit(code: 1), exit: .exited(1)),
    ]
    return ends.randomElement(using: &generator) ?? LifeTrace.crash
  }
}

@Suite("A simulated life") struct LifeModelTests {
  private static let parts: Set = [
    "start again", "end starter", "note completed", "note adopted", "note gave-up", "withdraw", "discard",
    "intend terminate", "signal 9", "finish", "a start by hand continues", "restarts after a cancelled stop",
    "stays after a cancelled stop",
  ]

  @Test("violates no invariant in 100,000 random steps", arguments: 0..<40 as Range<UInt64>)
  func invariants(seed: UInt64) {
    var (steps, round) = (0, seed * 100_000)
    while steps < 2500 {
      let model = run(seed: round, &steps)
      let fault = model.faults.first
      #expect(fault == nil, "seed \(round)")
      if fault != nil { return }
      round += 1
    }
  }

  @Test("reaches all parts of a life") func coverage() {
    var parts: Set<String> = []
    var steps = 0
    for seed in 0..<1500 as Range<UInt64> { parts.formUnion(run(seed: seed, &steps).log) }
    let missing = Self.parts.subtracting(parts)
    #expect(missing.isEmpty)
  }

  private func run(seed: UInt64, _ steps: inout Int) -> LifeModel {
    var model = LifeModel(seed: seed)
    for _ in 0..<150 {
      if model.isFinished, model.chance(4) { break }
      model.step()
      steps += 1
    }
    model.drain()
    return model
  }
}
