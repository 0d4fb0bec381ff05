public import QEMUCommandLine
import QEMUJSON
public import QEMUVerification
import QMP

/// What became of an attempt to change a live virtual machine.
public struct ApplyOutcome: Sendable {
  /// What was done, in order, each proved.
  public internal(set) var done: [Change] = []
  /// What failed and ended the attempt, and why; nil where all that can be live is done.
  public internal(set) var failure: (change: Change, error: LifecycleError)?
  /// What was not tried: what stands behind a failure, and what cannot be live.
  public internal(set) var left: [Change] = []
  /// The live virtual machine compared with what is wanted, at the end.
  public internal(set) var report: VerificationReport
}

extension VirtualMachine {
  /// Finds what must be done so that the live virtual machine is what is wanted. Nothing is changed.
  /// - Parameter wanted: what it is to be.
  /// - Throws: ``LifecycleError`` `unsupportedOption` for a request that contradicts itself, `commandFailed` where QEMU does not
  ///   answer.
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
    return ChangePlanner(
      known: known.occurrences + pending.occurrences, wanted: wanted, live: live,
      findings: judged.judge(observation, by: VerificationPolicy(accepted: record.accepted)).findings.filter {
        !$0.isAccepted
      },
      knownFindings: before.judge(observation).findings
    ).plan()
  }

  /// Does what can be done to the live virtual machine, one change after the other, each proved before the next.
  ///
  /// The first failure ends it. What was added is written down before it is added, so another attempt, also after this process
  /// died, goes on from what is live.
  /// - Parameters:
  ///   - wanted: what it is to be.
  ///   - patience: how long a device may take to leave.
  /// - Throws: ``LifecycleError`` as ``plan(_:)``; a change that fails is told by the outcome.
  public func apply(
    _ wanted: QEMUConfiguration, patience: Duration = .seconds(30)
  ) async throws(LifecycleError) -> ApplyOutcome {
    let plan = try await plan(wanted)
    if !plan.live.isEmpty { try note(pending: try pending(besides: wanted)) }
    var (done, failure) = ([Change](), (change: Change, error: LifecycleError)?.none)
    for change in plan.live {
      do throws(LifecycleError) {
        try await bringAbout(change, wanted, patience)
        done.append(change)
        try settle(change, plan, wanted)
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

  private func bringAbout(
    _ change: Change, _ wanted: QEMUConfiguration, _ patience: Duration
  ) async throws(LifecycleError) {
    do throws(LifecycleError) {
      for command in change.commands { try await send(command, patience) }
    } catch {
      for command in change.undoing { try await send(command, patience) }
      throw error
    }
    // An answer proves nothing: only a plan without the change does.
    let again = try await plan(wanted)
    guard !again.changes.contains(where: { $0.title == change.title && $0.isShown }) else {
      throw LifecycleError(
        .commandFailed, "QEMU took \"\(change.title)\", and nothing came of it",
        evidence: change.commands.map(\.description),
        remedy: "start the virtual machine again with what is wanted")
    }
  }

  private func send(_ command: Change.Command, _ patience: Duration) async throws(LifecycleError) {
    let events = command.endingDevice == nil ? nil : await session.events()
    let reply = try await execute(command.name, command.arguments)
    // The monitor for people says no in words.
    if command.name == "human-monitor-command", let words = reply.stringValue,
      !command.isObeyed(saying: words)
    {
      throw LifecycleError(
        .commandFailed, "QEMU refused \(command.description)", evidence: [words],
        remedy: "start it again with it")
    }
    guard let events, let id = command.endingDevice else { return }
    try await awaitUnplugging(of: id, events, patience)
  }

  private func awaitUnplugging(
    of id: String, _ events: QMPEvents, _ patience: Duration
  ) async throws(LifecycleError) {
    let event: QMPEventMessage
    do throws(QMPError) {
      event = try await events.first(within: patience) { Unplugging($0, of: id) != nil }
    } catch {
      guard error.code == .timedOut else { throw await explain(error) }
      throw LifecycleError(
        .timedOut, "device \(id) was asked to leave and is still there after \(patience)",
        evidence: ["device_del \(id): DEVICE_DELETED did not come"],
        remedy:
          "the guest must let it go: see that it runs and has a driver for hot-plug, or start it again without the device"
      )
    }
    guard case .refused(let words) = Unplugging(event, of: id) else { return }
    throw LifecycleError(
      .commandFailed, "the guest does not let device \(id) go", evidence: [words],
      remedy:
        "free it in the guest, such as by taking its memory offline, or start it again without the device")
  }

  /// What this attempt may add, and what an earlier one did that is not wanted and may stay.
  private func pending(besides wanted: QEMUConfiguration) throws(LifecycleError) -> [String] {
    var all = wanted
    let named = Set(wanted.occurrences.map { [$0.option, $0.liveID ?? ""] })
    all.occurrences += try Self.configuration(record.pending).occurrences.filter {
      $0.liveID != nil && !named.contains([$0.option, $0.liveID ?? ""])
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

  /// Of two with one name QEMU would take the first and refuse the second, in the middle.
  private static func requireDistinctNames(_ wanted: QEMUConfiguration) throws(LifecycleError) {
    var seen: Set<[String]> = []
    for occurrence in wanted.occurrences where ChangePlanner.comingAndGoing.contains(occurrence.option) {
      guard let id = occurrence.liveID, !seen.insert([occurrence.option, id]).inserted else { continue }
      throw LifecycleError(
        .unsupportedOption, "-\(occurrence.option) names \(id) twice",
        remedy: "give each a name of its own")
    }
  }

  private func note(pending: [String]) throws(LifecycleError) {
    if record.pending == pending { return }
    record.pending = pending
    try folder.write(record)
  }

  /// Writes down that what was done is asked for from now on, where nothing else of the same option is left to be done.
  private func settle(
    _ change: Change, _ plan: ChangePlan, _ wanted: QEMUConfiguration
  ) throws(LifecycleError) {
    if plan.rest.contains(where: { ($0.option, $0.instance) == (change.option, change.instance) }) { return }
    func isMeant(_ occurrence: Occurrence) -> Bool {
      occurrence.option == change.option && (occurrence.liveID == nil || occurrence.liveID == change.instance)
    }
    var known = try Self.configuration(record.requested)
    // In its place: what others stand on stays before them.
    let place = known.occurrences.firstIndex(where: isMeant) ?? known.occurrences.endIndex
    known.occurrences.removeAll(where: isMeant)
    known.occurrences.insert(contentsOf: wanted.occurrences.filter(isMeant), at: place)
    record.requested = try Self.arguments(of: known)
    try folder.write(record)
  }

  private static func configuration(_ arguments: [String]) throws(LifecycleError) -> QEMUConfiguration {
    do throws(CommandLineError) {
      return try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    } catch {
      throw LifecycleError(
        .unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
    }
  }

  private static func arguments(of wanted: QEMUConfiguration) throws(LifecycleError) -> [String] {
    do throws(CommandLineError) {
      return try wanted.arguments()
    } catch {
      throw LifecycleError(
        .unsupportedOption, error.description, evidence: error.evidence, remedy: error.remedy)
    }
  }
}

extension Change.Command {
  fileprivate func isObeyed(saying words: String) -> Bool {
    let words = String(words.reversed().drop(while: \.isWhitespace).reversed())
    return obeyingWords.isEmpty ? words.isEmpty : words.hasSuffix(obeyingWords)
  }

  /// `device_del {"id": "nic"}`; an object's members stay out, one may be a secret.
  var description: String {
    name == "object-add" ? name : "\(name) \((try? JSON.object(arguments).serialised()) ?? "")"
  }
}
