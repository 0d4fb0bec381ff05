import LinuxSystem
public import QEMUCommandLine
public import QEMUDiagnosis
import QEMUJSON
import QEMUObservation
public import QEMUPlanning
public import QEMUVerification
import QMP

/// The outcome of an attempt to change a live virtual machine.
public struct ApplyOutcome: Sendable {
  /// The changes that were made and verified, in order.
  public internal(set) var done: [Change] = []
  /// The change that failed and ended the attempt, and its error; nil if all live changes were made.
  public internal(set) var failure: (change: Change, error: LifecycleError)?
  /// The changes that were not made: those after a failure, and those that cannot be made while QEMU is running.
  public internal(set) var left: [Change] = []
  /// The comparison of the live virtual machine with the target configuration, after the attempt.
  public internal(set) var report: VerificationReport
}

extension VirtualMachine {
  /// Plans the changes that make the live virtual machine match the target configuration. Nothing is changed.
  /// - Parameter wanted: the target configuration.
  /// - Throws: ``LifecycleError``: `unsupportedOption` if the configuration contradicts itself or cannot be managed;
  ///   `commandFailed` if a query fails; `startFailed` if QEMU exits meanwhile; `timedOut`, `cancelled`.
  public func plan(_ wanted: QEMUConfiguration) async throws(LifecycleError) -> ChangePlan {
    try LaunchPlan.requireManageable(wanted)
    try Self.requireDistinctNames(wanted)
    let known = try Self.configuration(record.requested)
    let pending = try Self.configuration(record.pending)
    let judged = try Verification.prepared(for: wanted)
    let before = try Verification.prepared(for: known)
    let observation = try await observe { observation in
      var needs = judged.needs(given: observation)
      needs.add(before.needs(given: observation))
      return needs
    }
    var live: LiveInventory
    do throws(QMPError) {
      live = try await LiveInventory.read(session)
      try await live.learn(of: Self.newDrivers(wanted, live), session)
    } catch {
      throw await explain(error)
    }
    var plan = ChangePlanner(
      known: known.occurrences + pending.occurrences.filter(\.isHotPluggable), wanted: wanted, live: live,
      findings: judged.judge(observation, by: VerificationPolicy(accepted: record.accepted)).findings.filter {
        !$0.isAccepted
      },
      knownFindings: before.judge(observation).findings,
      forbidsHelperPrograms: try Self.configuration(Array(record.command.dropFirst())).forbidsHelperPrograms
    ).plan()
    if plan.rest.contains(where: { $0.kind == .restart }) {
      plan.obstacles = RestartCheck(wanted: wanted, known: known.occurrences, process: process.pid)
        .obstacles()
    }
    return plan
  }

  /// Makes the changes that can be made while QEMU is running, in order, and verifies each before the next.
  ///
  /// The first failure ends the attempt. Additions are recorded before they are made, so that another attempt continues
  /// from the live state, even if this process was killed.
  /// - Parameters:
  ///   - wanted: the target configuration.
  ///   - timeout: the timeout for unplugging a device.
  /// - Returns: the outcome, with the change that failed if there is one.
  /// - Throws: ``LifecycleError``, as ``plan(_:)`` does; `imageSuperseded`, before anything is changed, if the
  ///   configuration would replace a live image by an older one; `stateUnusable` if the changes could not be recorded.
  public func apply(
    _ wanted: QEMUConfiguration, timeout: Duration = .seconds(30)
  ) async throws(LifecycleError) -> ApplyOutcome {
    let plan = try await plan(wanted)
    if let move = plan.undoneMoves.first {
      throw LifecycleError(
        .imageSuperseded, "\(move.requested) would replace \(move.live), the live image of the guest",
        evidence: plan.undoneMoves.map(\.reason), remedy: move.advice)
    }
    if !plan.live.isEmpty { try note(pending: try pending(besides: wanted)) }
    var (done, failure) = ([Change](), (change: Change, error: LifecycleError)?.none)
    for change in plan.live {
      do throws(LifecycleError) {
        // Several properties may be set by the same commands.
        let isSent = !change.commands.isEmpty && done.contains { $0.commands == change.commands }
        try await make(change, wanted, timeout, isSent: isSent)
        done.append(change)
        try recordAsRequested(change, plan, wanted)
      } catch {
        failure = (change, error)
        break
      }
    }
    let behind = plan.live.dropFirst(done.count + (failure == nil ? 0 : 1))
    if failure == nil, plan.rest.isEmpty {
      record.requested = try Self.arguments(of: wanted)
      try note(pending: [])
    }
    let report = try await verify(against: wanted).report
    return ApplyOutcome(done: done, failure: failure, left: Array(behind) + plan.rest, report: report)
  }

  private func make(
    _ change: Change, _ wanted: QEMUConfiguration, _ timeout: Duration, isSent: Bool
  ) async throws(LifecycleError) {
    do throws(LifecycleError) {
      for command in change.commands where !isSent { try await send(command, timeout) }
    } catch {
      for command in change.rollbackCommands { try await send(command, timeout) }
      throw error
    }
    // A successful reply is no evidence; only a plan without the change is.
    let again = try await plan(wanted)
    guard !again.changes.contains(where: { $0.identity == change.identity && $0.isEffectObservable }) else {
      throw LifecycleError(
        .commandFailed, "QEMU accepted \"\(change.title)\", but it had no effect",
        evidence: change.commands.map(\.description),
        remedy: "apply the configuration with --restart")
    }
  }

  /// Returns the options that this attempt may add, and those of earlier attempts that are unwanted and may remain.
  private func pending(besides wanted: QEMUConfiguration) throws(LifecycleError) -> [String] {
    var all = wanted
    let named = Set(wanted.occurrences.map { [$0.option, $0.liveID ?? ""] })
    // Only options with an id are added while QEMU is running.
    all.occurrences.removeAll { !$0.isHotPluggable }
    all.occurrences += try Self.configuration(record.pending).occurrences.filter {
      $0.isHotPluggable && !named.contains([$0.option, $0.liveID ?? ""])
    }
    return try Self.arguments(of: all)
  }

  private static func newDrivers(_ wanted: QEMUConfiguration, _ live: LiveInventory) -> Set<String> {
    Set(
      wanted.occurrences.compactMap { occurrence in
        guard occurrence.option == "device", let id = occurrence.liveID, live.devices[id] == nil else {
          return nil
        }
        return occurrence.argument?.members?["driver"]?.stringValue
      })
  }

  /// Throws an error for two options with the same id: QEMU would add the first and refuse the second.
  private static func requireDistinctNames(_ wanted: QEMUConfiguration) throws(LifecycleError) {
    var seen: Set<[String]> = []
    for occurrence in wanted.occurrences where ChangePlanner.hotPluggableOptions.contains(occurrence.option) {
      guard let id = occurrence.liveID, !seen.insert([occurrence.option, id]).inserted else { continue }
      throw LifecycleError(
        .unsupportedOption, "two -\(occurrence.option) options have the id \(id)",
        remedy: "give each its own id")
    }
  }

  private func note(pending: [String]) throws(LifecycleError) {
    if record.pending == pending { return }
    record.pending = pending
    try directory.write(record)
  }

  /// Records a change as requested, unless other changes of the same option remain.
  private func recordAsRequested(
    _ change: Change, _ plan: ChangePlan, _ wanted: QEMUConfiguration
  ) throws(LifecycleError) {
    if plan.rest.contains(where: { ($0.option, $0.instance) == (change.option, change.instance) }) { return }
    func isMeant(_ occurrence: Occurrence) -> Bool {
      occurrence.option == change.option && (occurrence.liveID == nil || occurrence.liveID == change.instance)
    }
    var known = try Self.configuration(record.requested)
    // At the same index: an option must precede those that refer to it.
    let place = known.occurrences.firstIndex(where: isMeant) ?? known.occurrences.endIndex
    known.occurrences.removeAll(where: isMeant)
    known.occurrences.insert(contentsOf: wanted.occurrences.filter(isMeant), at: place)
    record.requested = try Self.arguments(of: known)
    try directory.write(record)
  }

  static func configuration(_ arguments: [String]) throws(LifecycleError) -> QEMUConfiguration {
    do throws(CommandLineError) {
      return try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    } catch {
      throw .unsupported(error)
    }
  }

  private static func arguments(of wanted: QEMUConfiguration) throws(LifecycleError) -> [String] {
    do throws(CommandLineError) {
      return try wanted.arguments()
    } catch {
      throw .unsupported(error)
    }
  }
}

extension Occurrence {
  /// A Boolean value that indicates whether it can be added and removed by its id while QEMU is running.
  var isHotPluggable: Bool { ChangePlanner.hotPluggableOptions.contains(option) && liveID != nil }
}
