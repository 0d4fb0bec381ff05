import LinuxSystem
public import QEMUDiagnosis
import QEMUJSON
import QEMUSupervision
import QMP

/// A wait for conditions of a virtual machine: `running`, `paused`, `stopped`, `panicked`, `event:NAME[,key=value…]`
/// or `console:REGEX`.
public struct MachineWait: Sendable {
  /// The conditions.
  public var conditions: [String]
  /// A Boolean value that indicates whether one of the conditions is enough.
  public var isAny = false
  /// The number of the journal line after which events count; nil for all events of the present run.
  public var since: Int?

  /// The result of a wait.
  public enum Outcome: Sendable, Hashable {
    /// The conditions came true; the last of them has this index. The number is that of the last journal line.
    case met(Int, sequence: Int)
    /// The conditions can no longer come true, with the reason.
    case impossible(String)
  }

  /// Makes a wait.
  /// - Throws: ``LifecycleError`` `invalidCondition` if a text is not a condition.
  public init(_ conditions: [String]) throws(LifecycleError) {
    for text in conditions { _ = try Self.condition(text) }
    self.conditions = conditions
  }

  private static func condition(_ text: String) throws(LifecycleError) -> WaitCondition {
    do throws(ConditionError) {
      return try WaitCondition(parsing: text)
    } catch {
      throw LifecycleError(.invalidCondition, error.summary, remedy: error.remedy)
    }
  }

  /// Waits until the conditions have come true, or cannot come true any more.
  /// - Parameters:
  ///   - name: the name of the virtual machine.
  ///   - state: the state directory.
  ///   - timeout: the timeout; nil to wait without one.
  /// - Throws: ``LifecycleError``: `timedOut`, `cancelled`, `notSupervised`; else as ``VirtualMachine/adopt(_:in:timeout:access:)``.
  public func wait(
    for name: MachineName, in state: StateDirectory, within timeout: Duration?
  ) async throws(LifecycleError) -> Outcome {
    let directory = MachineDirectory(name, in: state)
    let end = timeout.map { ContinuousClock.now + $0 }
    while true {
      let record = try directory.record()
      guard let supervisor = try await SupervisorConnection.present(for: record, in: directory) else {
        return try outcome(ofEnded: record, directory)
      }
      let remaining = end.map { max($0 - .now, .milliseconds(1)) }
      defer { Task { await supervisor.session.close() } }
      do throws(QMPError) {
        return try Self.outcome(try await supervisor.wait(self, within: remaining ?? .seconds(1 << 30)))
      } catch {
        switch error.code {
        case .timedOut: throw timedOut(name, timeout)
        case .cancelled:
          throw LifecycleError(
            .cancelled, "the wait for \"\(name)\" was cancelled", remedy: "repeat the command")
        case .connectionLost: continue
        default:
          throw LifecycleError(.commandFailed, error.summary, evidence: error.evidence, remedy: error.remedy)
        }
      }
    }
  }

  private func timedOut(_ name: MachineName, _ timeout: Duration?) -> LifecycleError {
    LifecycleError(
      .timedOut,
      "\"\(name)\" did not reach \(conditions.joined(separator: isAny ? " or " : " and ")) within \(timeout ?? .zero)",
      remedy: "see qemuctl events \(name) and qemuctl logs --console \(name), or raise --timeout")
  }

  private static func outcome(_ answer: JSON) throws(QMPError) -> Outcome {
    if let index = answer["met"]?.integerValue.flatMap({ Int(exactly: $0) }) {
      return .met(index, sequence: answer["sequence"]?.integerValue.flatMap { Int(exactly: $0) } ?? 0)
    }
    if let reason = answer["impossible"]?.stringValue { return .impossible(reason) }
    throw QMPError(.undecodable, "the supervisor's answer is not one to a wait")
  }

  /// Evaluates the conditions of a virtual machine that is not running, from its journal and its console.
  private func outcome(ofEnded record: MachineRecord, _ directory: MachineDirectory) throws(LifecycleError)
    -> Outcome
  {
    var parsed: [WaitCondition] = []
    for text in conditions { parsed.append(try Self.condition(text)) }
    var wait = Wait(parsed, mode: isAny ? .any : .all)
    let lines = directory.journalLines(after: since ?? 0).filter {
      since != nil || $0["run"]?.string == record.run.id
    }
    let end = directory.end(of: record)
    let console = directory.bytes(of: "\(record.run.console).1") + directory.bytes(of: record.run.console)
    switch wait.begin(state: .ended(end), journal: lines, console: console[...]) {
    case .met(let index): return .met(index, sequence: lines.last?.sequence ?? since ?? 0)
    case .impossible(let reason): return .impossible(directory.explained(reason, record))
    case .waiting: return .impossible("the virtual machine is not running")
    }
  }
}

extension SupervisorConnection {
  /// Connects to the supervisor of a virtual machine, and starts another one if it has ended while QEMU is running.
  /// - Returns: nil if QEMU is not running and will not be started again.
  /// - Throws: ``LifecycleError`` `notSupervised` if QEMU is running without a supervisor; else as
  ///   ``VirtualMachine/adopt(_:in:timeout:access:)``.
  static func present(
    for record: MachineRecord, in directory: MachineDirectory
  ) async throws(LifecycleError) -> SupervisorConnection? {
    if let present = try await connect(to: directory, within: .seconds(10)) { return present }
    guard try RecordedProcess.find(record, in: directory) != nil else { return nil }
    let machine = try await VirtualMachine.adopt(
      directory, known: nil, timeout: .seconds(10), access: .shared)
    let isSupervised = machine.supervisor != nil
    await machine.detach()
    if isSupervised { return try await connect(to: directory, within: .seconds(10)) }
    throw LifecycleError(
      .notSupervised, "\"\(record.name)\" is running without a supervisor",
      remedy: "stop it, and start it without --no-supervisor")
  }

  fileprivate func wait(_ wait: MachineWait, within timeout: Duration) async throws(QMPError) -> JSON {
    var arguments: JSONObject = [
      "conditions": .array(wait.conditions.map(JSON.string)), "any": .bool(wait.isAny),
    ]
    arguments["since"] = wait.since.map { .integer(Int64($0)) }
    return try await call("wait", arguments, within: timeout)
  }
}

extension MachineDirectory {
  /// Returns the lines of the journal after a number, oldest first.
  func journalLines(after sequence: Int) -> [JournalLine] {
    JournalReader(older: bytes(of: "events.log.1")[...], newer: bytes(of: "events.log")[...]).lines(
      after: sequence)
  }

  /// Returns the reason why conditions cannot come true, with the recorded end of the run.
  fileprivate func explained(_ reason: String, _ record: MachineRecord) -> String {
    let ending = record.ending ?? journaledEnding(of: record.run) ?? inferredEnding(of: record)
    guard let ending, let end = reason.firstRange(of: " cannot come true")?.upperBound else { return reason }
    return "\(reason[..<end]): the virtual machine is not running: \(ending)"
  }

  /// The end of a run, as the conditions see it.
  fileprivate func end(of record: MachineRecord) -> RunEnd {
    let ending = record.ending ?? journaledEnding(of: record.run) ?? inferredEnding(of: record)
    let exit: Exit =
      switch ending?.end {
      case .exited(let code): .exited(code)
      case .signalled(let number, let coreDumped): .signalled(number, coreDumped: coreDumped)
      case .unknown, nil: .unknown
      }
    if case .stop(let step) = ending?.cause, let step = StopStep(rawValue: step.rawValue) {
      return RunEnd(.stop(step), exit: exit)
    }
    return RunEnd(.unobserved(.nothing), exit: exit)
  }
}
