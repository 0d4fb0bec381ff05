import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// What stays, and differs from what is wanted.
extension ChangePlanner {
  /// One change for each option that drifted and stays.
  func propertyChanges() -> [Change] {
    var changes: [Change] = []
    var seen: Set<[String]> = []
    let added = Set(
      wanted.occurrences.filter { Self.comingAndGoing.contains($0.option) && !isLive($0) }.map {
        [$0.option, $0.liveID ?? ""]
      })
    // What is shown to differ goes first: it tells of a change that nothing came of it.
    let ordered = findings.filter { $0.verdict == .drifted } + findings.filter { $0.verdict != .drifted }
    for finding in ordered where !added.contains([finding.option, finding.instance]) {
      guard finding.verdict == .drifted || isNewlyWanted(finding) else { continue }
      var change = LiveProperty.change(finding, in: wanted, after: known, of: live) ?? restart(finding)
      change.isShown = finding.verdict == .drifted
      // Several properties of a node are changed by one command.
      let key =
        change.commands.isEmpty
        ? [change.title]
        : [change.option, change.instance, change.commands.map(\.name).joined(), change.action]
      if seen.insert(key).inserted { changes.append(change) }
    }
    return changes
  }

  /// What nothing shows, and was not asked for before.
  private func isNewlyWanted(_ finding: Finding) -> Bool {
    [.unobservable, .unobserved].contains(finding.verdict)
      && !knownFindings.contains {
        ($0.option, $0.instance, $0.property, $0.requested)
          == (finding.option, finding.instance, finding.property, finding.requested)
      }
  }

  private func restart(_ finding: Finding) -> Change {
    let seen =
      finding.observed.map { "it is \($0)" } ?? "nothing shows what it is, and it was not asked for before"
    let action =
      finding.property == finding.option
      ? "set to \(finding.requested)" : "change \(finding.property) to \(finding.requested)"
    return .restart(
      finding.option, finding.instance, action, because: "\(seen), and QEMU reads it only when it starts")
  }

  /// Events of -trace are no values of one property: each is on or off by itself. Rules are numbered, and mean themselves.
  /// The list of an object is set as a whole: its last element tells that there are more.
  private func name(_ finding: Finding) -> [String] {
    if finding.option == "trace" { return [finding.option, finding.requested, finding.property] }
    if finding.option == "object" {
      return [finding.option, finding.instance, finding.property.replacing(#/\.\d+$/#, with: "")]
    }
    return [finding.option, finding.instance, isRule(finding) ? finding.requested : finding.property]
  }

  private func isRule(_ finding: Finding) -> Bool {
    finding.option == "netdev" && finding.property.hasPrefix("hostfwd.")
  }

  /// Devices without an id that are no longer wanted.
  var leavingWithoutName: [Change] {
    func nameless(_ occurrences: [Occurrence]) -> [Occurrence] {
      occurrences.filter { $0.option == "device" && $0.liveID == nil }
    }
    var staying = nameless(wanted.occurrences)
    return nameless(known).enumerated().compactMap { number, occurrence in
      if let place = staying.firstIndex(of: occurrence) {
        staying.remove(at: place)
        return nil
      }
      let driver = occurrence.argument?.members?["driver"]?.stringValue ?? ""
      return .restart(
        "device", String(number), "remove \(driver)", because: "it has no id, by which it could be unplugged")
    }
  }

  /// What was asked for before and is not any more.
  func forgotten() -> [Change] {
    let names = Set(findings.map(name))
    let gone = Set(leaving.compactMap { occurrence in occurrence.liveID.map { [occurrence.option, $0] } })
    let kept = Set(
      wanted.occurrences.compactMap { occurrence in occurrence.liveID.map { [occurrence.option, $0] } })
    return knownFindings.filter { finding in
      if names.contains(name(finding)) { return false }
      // A rule that is not live has gone already.
      if isRule(finding), finding.verdict == .drifted { return false }
      let isOne = Self.comingAndGoing.contains(finding.option)
      return !gone.contains([finding.option, finding.instance])
        && (!isOne || kept.contains([finding.option, finding.instance]))
    }.map { finding in
      let what = finding.option == "trace" || isRule(finding) ? finding.requested : finding.property
      let action = what == finding.option ? "leave out" : "leave \(what) to QEMU"
      // What is opened anew has what is wanted, and nothing else.
      if finding.option == "chardev",
        var change = LiveProperty.change(finding, in: wanted, after: known, of: live)
      {
        change.isShown = false
        return change
      }
      guard let command = LiveProperty.undoing(finding) else {
        return .restart(
          finding.option, finding.instance, action,
          because: "it was asked for before, and QEMU reads it only when it starts")
      }
      var change = Change.live(finding.option, finding.instance, action, [command])
      change.isShown = false
      return change
    }
  }
}
