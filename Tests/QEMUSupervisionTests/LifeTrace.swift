import QEMUSupervision
import Testing

/// A life whose actions are read as text.
struct LifeTrace {
  var life: Life
  var now = Instant(nanoseconds: 0)

  static let crash = RunEnd(.crash(signal: 11), exit: .signalled(11, coreDumped: false))
  static let file = LaunchFile(
    program: [], arguments: [], environment: [], directory: [], run: [], descriptors: [],
    limitsCoreDumps: false)

  init(_ mode: RestartPolicy.Mode = .always) { life = Life(policy: RestartPolicy(mode: mode)) }

  /// Passes an input, and returns the actions as text.
  @discardableResult
  mutating func pass(_ input: (inout Life, Instant) -> Void) -> String {
    input(&life, now)
    return actions()
  }

  mutating func actions() -> String { life.takeActions().map(\.text).joined(separator: "; ") }

  /// Lets time pass without an input.
  mutating func sleep(seconds: Int64) { now = now.advanced(by: seconds * 1_000_000_000) }
}

extension LifeAction {
  var text: String {
    switch self {
    case .prepare: "prepare"
    case .execute: "execute"
    case .discard: "discard"
    case .signal(let number): "signal \(number)"
    case .request(let step): "request \(step)"
    case .answer(let call, let answer): "answer \(call): \(Self.summary(answer))"
    case .refuse(let call, let reason): "refuse \(call): \(reason)"
    case .note(.intent, let members): "note \(members.first?.value?.string ?? "")"
    case .note(let change, _): "note \(change.rawValue)"
    case .intend(let intent): intent.map { "intend \(Self.word($0))" } ?? "withdraw"
    case .startAgain: "start again"
    case .endStarter: "end starter"
    case .finish: "finish"
    }
  }

  private static func word(_ intent: EndIntent) -> String {
    switch intent {
    case .stop(let step): step.rawValue
    case .quit: "quit of a client"
    }
  }

  private static func summary(_ answer: JSONText) -> String {
    guard let step = answer["step"] else {
      return (answer.members ?? []).map(\.name).joined(separator: " ")
    }
    let end = answer["end"]?["reason"]?.string ?? "no end"
    return "\(step.string ?? "no step") \(end)" + (answer["stuck"] == nil ? "" : " stuck")
  }
}

/// A situation in the life of a virtual machine.
enum LifeSituation: String, CaseIterable, CustomTestStringConvertible {
  case new, preparing, prepared, executing, executed, ready, running
  case attaching, stopping, cancelled, killing, stuck
  case waitingToRestart, restarting, restartPrepared, restarted, ended

  var testDescription: String { rawValue }

  /// The client that started the supervisor and launched the first QEMU.
  static let owner = 1
  /// The client that starts QEMU again.
  static let starter = 2
  /// The client that called stop.
  static let stopper = 3
  /// Another client, which sends the inputs.
  static let other = 4

  /// Makes a life that is in this situation.
  func trace() -> LifeTrace {
    var trace = LifeTrace()
    trace.life.begin(owner: Self.owner)
    enter(&trace)
    _ = trace.actions()
    return trace
  }

  private func enter(_ trace: inout LifeTrace) {
    let now = trace.now
    if let previous {
      previous.enter(&trace)
      _ = trace.actions()
    }
    switch self {
    case .new: break
    case .preparing: trace.life.launch(LifeTrace.file, call: 1, client: Self.owner)
    case .prepared: trace.life.prepared(pid: 7)
    case .executing: trace.life.execute(call: 2)
    case .executed: trace.life.executed(pid: 7)
    case .ready: trace.life.ready([], at: now)
    case .running: trace.life.commit(call: 3, at: now)
    case .attaching: trace.life.attach(call: 1, client: Self.owner)
    case .stopping: trace.life.stop(nil, by: "stop", call: 4, client: Self.stopper, at: now)
    case .cancelled: trace.life.disconnected(Self.stopper, at: now)
    case .killing: trace.life.stop(.immediate, by: "kill", call: 5, client: Self.stopper, at: now)
    case .stuck:
      trace.sleep(seconds: 10)
      trace.life.advance(to: trace.now)
    case .waitingToRestart: trace.life.exited(LifeTrace.crash, at: now)
    case .restarting:
      trace.sleep(seconds: 1)
      trace.life.advance(to: trace.now)
      trace.life.starterConnected(Self.starter)
    case .restartPrepared:
      trace.life.launch(LifeTrace.file, call: 6, client: Self.starter)
      trace.life.prepared(pid: 8)
    case .restarted:
      trace.life.execute(call: 7)
      trace.life.executed(pid: 8)
      trace.life.ready([], at: now)
      trace.life.commit(call: 8, at: now)
    case .ended: trace.life.exited(LifeTrace.crash, at: now)
    }
  }

  private var previous: LifeSituation? {
    switch self {
    case .new: nil
    case .preparing, .attaching: .new
    case .prepared: .preparing
    case .executing: .prepared
    case .executed: .executing
    case .ready: .executed
    case .running: .ready
    case .stopping, .killing, .waitingToRestart: .running
    case .cancelled, .ended: .stopping
    case .stuck: .killing
    case .restarting: .waitingToRestart
    case .restartPrepared: .restarting
    case .restarted: .restartPrepared
    }
  }
}

/// An input, which uses call 9 of another client.
enum LifeInput: String, CaseIterable, CustomTestStringConvertible {
  case launch, prepared, failed, execute, executed, ready, commit, attach
  case ownerLeaves, starterLeaves, stopperLeaves, otherLeaves
  case exited, starterExited, stop, stopByKill, quit, terminate, noteStopRequest
  case powerdownFailed, killFailed, advance

  var testDescription: String { rawValue }

  func apply(to life: inout Life, _ now: Instant) {
    let other = LifeSituation.other
    switch self {
    case .launch: life.launch(LifeTrace.file, call: 9, client: other)
    case .prepared: life.prepared(pid: 9)
    case .failed: life.failed(2)
    case .execute: life.execute(call: 9)
    case .executed: life.executed(pid: 9)
    case .ready: life.ready([("greeting", .null)], at: now)
    case .commit: life.commit(call: 9, at: now)
    case .attach: life.attach(call: 9, client: other)
    case .ownerLeaves: life.disconnected(LifeSituation.owner, at: now)
    case .starterLeaves: life.disconnected(LifeSituation.starter, at: now)
    case .stopperLeaves: life.disconnected(LifeSituation.stopper, at: now)
    case .otherLeaves: life.disconnected(other, at: now)
    case .exited: life.exited(LifeTrace.crash, at: now)
    case .starterExited: life.starterExited(LifeTrace.crash, at: now)
    case .stop: life.stop(nil, by: "stop", call: 9, client: other, at: now)
    case .stopByKill: life.stop(.immediate, by: "kill", call: 9, client: other, at: now)
    case .quit:
      life.stop(
        StopPolicy([.init(.quit, timeout: 5)]), by: "quit", call: nil, client: other, at: now)
    case .terminate: life.terminate(at: now)
    case .noteStopRequest: life.noteStopRequest()
    case .powerdownFailed: life.stepFailed(.powerdown, "reason", at: now)
    case .killFailed: life.stepFailed(.kill, "reason", at: now)
    case .advance: life.advance(to: now.advanced(by: 100_000_000_000))
    }
  }
}
