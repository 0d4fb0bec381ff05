extension Life {
  /// Notes a call to launch QEMU. It is answered with the pid of the child that waits to execute it.
  package mutating func launch(_ file: LaunchFile, call: Int, client: Multiplexer.Client) {
    if isStopRequested || isFinished { return refuse(call, "the supervisor is ending") }
    // The child of a launch that was given up may not be discarded yet.
    if stage != .none || pending != nil { return refuse(call, "QEMU is already running") }
    // The process that starts QEMU again has no effect once its start has ended.
    if starter == .done, client == starterClient { return refuse(call, "the start was given up") }
    (stage, pending) = (.prepared, .prepare)
    (restartTime, isPowerdownRequested) = (nil, false)
    isRestart = starter == .working && client == starterClient
    // A start by hand takes the place of the one that is being prepared.
    if starter == .working, !isRestart {
      starter = .done
      act(.endStarter)
    }
    (launcher, startCall) = (client, call)
    act(.prepare(file))
  }

  /// Notes that the child waits.
  package mutating func prepared(pid: Int32) {
    pending = nil
    if stage == .prepared { answerStart([("pid", .integer(pid))]) }
  }

  /// Notes the client that is the process that starts QEMU again.
  package mutating func starterConnected(_ client: Multiplexer.Client) { starterClient = client }

  /// Notes a call to execute QEMU. It is answered when machine initialization is complete.
  package mutating func execute(call: Int) {
    guard stage == .prepared, startCall == nil else { return refuse(call, "no QEMU was launched") }
    // From now on QEMU is ended by a signal: it may be executed before another action is performed.
    (stage, pending) = (.starting, .execute)
    startCall = call
    act(.execute)
  }

  /// Notes that QEMU was executed.
  package mutating func executed(pid: Int32) {
    guard pending == .execute else { return }
    pending = nil
    note(.started, [("pid", .integer(pid))])
  }

  /// Notes that the child could not be started, that it could not execute QEMU, or that the monitor of a
  /// running QEMU could not be connected.
  /// - Parameter error: the number of the error.
  package mutating func failed(_ error: Int32) {
    let awaited = pending
    pending = nil
    switch (stage, awaited) {
    case (.prepared, .prepare), (.starting, .execute): stage = .none
    case (.starting, nil): endStart()
    case (.attaching, nil): break
    default: return
    }
    answerStart([("errno", .integer(error))])
    if stage == .none { answerStop(nil) }
    settle()
  }

  /// Notes that QEMU has completed machine initialization.
  /// - Parameter members: the members of the answer.
  package mutating func ready(_ members: Members, at now: Instant) {
    switch stage {
    case .starting: note(.ready)
    case .attaching:
      (stage, launcher) = (.running, nil)
      note(.adopted)
    case .none, .prepared, .running: return
    }
    answerStart(members)
  }

  /// Notes that a start is complete: QEMU now outlives the client that launched it.
  package mutating func commit(call: Int, at now: Instant) {
    // A start whose launcher has gone, or that a stop ends, is not completed.
    guard stage == .starting, launcher != nil, startCall == nil, !isStopRequested else {
      return refuse(call, "no QEMU is starting")
    }
    (stage, launcher, hasRun) = (.running, nil, true)
    decider.started(at: now, isRestart: isRestart)
    if starter == .working { starter = .done }
    note(.completed)
    answer(call, [])
  }

  /// Notes a call to attach to a running QEMU. It is answered when QEMU has answered.
  package mutating func attach(call: Int, client: Multiplexer.Client) {
    guard stage == .none, pending == nil, !isStarterRunning, !isFinished else {
      return refuse(call, "QEMU is already supervised")
    }
    (stage, hasRun) = (.attaching, true)
    restartTime = nil
    (launcher, startCall) = (client, call)
  }

  /// Ends a start that is not complete, or releases the QEMU that did not answer. A stop does so itself.
  mutating func endStart() {
    launcher = nil
    if stop != nil { return }
    switch stage {
    case .prepared:
      stage = .none
      act(.discard)
      if let call = startCall { refuse(call, "the start was given up") }
      startCall = nil
    case .starting: act(.signal(StopStep.kill.signal))
    case .attaching: finish()
    case .none, .running: break
    }
  }
}
