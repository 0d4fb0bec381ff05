package import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// The changes of properties, and the removal of devices that have no id.
extension ChangePlanner {
  /// Returns the changes of properties that differ from the configuration.
  func propertyChanges() -> [Change] {
    var changes: [Change] = []
    var seen: Set<[String]> = []
    let added = Set(
      wanted.filter { Self.hotPluggableOptions.contains($0.option) && !isLive($0) }.map(\.name))
    // Drifted findings come first: of changes with the same identity only the first is kept, and QEMU shows only the
    // effect of a change for a drifted finding.
    let ordered = findings.filter { $0.verdict == .drifted } + findings.filter { $0.verdict != .drifted }
    for finding in ordered where !added.contains([finding.option, finding.instance]) {
      guard finding.verdict == .drifted || isNewlyWanted(finding),
        !isCausedByCPURemoval(finding), !isCausedByRefusedImage(finding)
      else { continue }
      var change = liveChange(of: finding) ?? restart(finding)
      change.isEffectObservable = finding.verdict == .drifted
      if seen.insert(change.identity).inserted { changes.append(change) }
    }
    return changes
  }

  private func liveChange(of finding: Finding) -> Change? {
    LiveProperty.change(finding, in: wantedConfiguration, after: known.map(\.occurrence), of: live)
  }

  /// Returns whether a different number of CPUs is due to `-device` CPUs that the plan removes separately.
  private func isCausedByCPURemoval(_ finding: Finding) -> Bool {
    guard finding.option == "smp", finding.property == "cpus",
      let wanted = Int(finding.requested), let present = finding.observed.flatMap({ Int($0) })
    else { return false }
    let cpus = toRemove.count { part in
      part.option == "device" && part.id.flatMap { live.devices[$0] }.map(LiveInventory.isCPU) == true
    }
    return cpus > 0 && present - cpus == wanted
  }

  /// Returns whether a finding is unobservable and was not requested before.
  private func isNewlyWanted(_ finding: Finding) -> Bool {
    [.unobservable, .unobserved].contains(finding.verdict)
      && !requestedBefore(finding).contains { $0.comparedText == finding.comparedText }
  }

  private func requestedBefore(_ finding: Finding) -> [Finding] {
    knownFindings.filter {
      ($0.option, $0.instance, $0.property) == (finding.option, finding.instance, finding.property)
    }
  }

  private func restart(_ finding: Finding) -> Change {
    if finding.observed?.hasPrefix("no such ") == true {
      return .restart(
        ChangeSubject(finding.option, finding.instance), .add, because: "QEMU creates it only at startup")
    }
    return .restart(finding.subject, .set, because: unobservedReason(finding) + reading(finding))
  }

  private func unobservedReason(_ finding: Finding) -> String {
    if finding.observed != nil { return "" }
    let before = requestedBefore(finding).isEmpty ? "it was not requested" : "a different value was requested"
    return "no query shows its value, \(before) before, and "
  }

  private func reading(_ finding: Finding) -> String {
    guard finding.option == "object" else { return "QEMU reads it only at startup" }
    return
      "QEMU reads it only when it creates the object: restart the virtual machine, or use a new object id"
  }

  /// Returns the identity of a finding. Events of `-trace` and forwarding rules are identified by their text, not by
  /// their index. The elements of an object's list have the same identity, because the list is set as a whole.
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

  /// The removals of devices that have no id and are no longer wanted.
  var removalsOfDevicesWithoutID: [Change] {
    func nameless(_ parts: [PlannedOption]) -> [Occurrence] {
      parts.filter { $0.option == "device" && $0.id == nil }.map(\.occurrence)
    }
    var staying = nameless(wanted)
    return nameless(known).enumerated().compactMap { number, occurrence in
      if let place = staying.firstIndex(of: occurrence) {
        staying.remove(at: place)
        return nil
      }
      let driver = occurrence.argument?.members?["driver"]?.stringValue ?? ""
      return .restart(
        ChangeSubject("device", String(number), from: driver), .remove,
        because: "it has no id, which device_del needs")
    }
  }

  /// Returns whether the whole option of a finding is no longer requested.
  private func isOptionRemoved(_ finding: Finding) -> Bool {
    func isItsOption(_ part: PlannedOption) -> Bool { part.name == [finding.option, finding.instance] }
    return known.contains(where: isItsOption) && !wanted.contains(where: isItsOption)
  }

  /// Returns the changes for properties that were requested before and no longer are.
  package func propertyResets() -> [Change] {
    let names = Set(findings.map(name))
    let gone = Set(toRemove.map(\.name))
    let kept = Set(wanted.filter { $0.id != nil }.map(\.name))
    return knownFindings.filter { finding in
      if names.contains(name(finding)) { return false }
      // A rule that is not live is already removed.
      if isRule(finding), finding.verdict == .drifted { return false }
      let isHotPluggable = Self.hotPluggableOptions.contains(finding.option)
      return !gone.contains([finding.option, finding.instance])
        && (!isHotPluggable || kept.contains([finding.option, finding.instance]))
    }.map { finding in
      // Reopening a character device sets all its properties.
      if finding.option == "chardev",
        let opening = liveChange(of: finding)
      {
        return opening.removing(finding)
      }
      guard let command = LiveProperty.reset(finding) else {
        return .restart(
          isOptionRemoved(finding) ? ChangeSubject(finding.option, finding.instance) : finding.removalSubject,
          .remove,
          because: "it was requested before, and QEMU reads it only at startup")
      }
      var change = Change.live(finding.removalSubject, .remove, [command])
      change.isEffectObservable = false
      return change
    }
  }
}

extension Change {
  /// Returns the removal of a finding's property with the same commands.
  fileprivate func removing(_ finding: Finding) -> Change {
    guard kind == .live else {
      return .prevented(finding.removalSubject, .remove, kind, because: reason ?? "")
    }
    var change = Change.live(finding.removalSubject, .remove, commands)
    change.isEffectObservable = false
    return change
  }
}

extension Finding {
  /// The subject of a change from the live value to the requested one.
  package var subject: ChangeSubject {
    ChangeSubject(option, instance, listName, from: observed, to: requested)
  }

  /// Returns the subject of a change to the requested value. For an element of a list, the subject is the whole list.
  package func subject(of occurrence: Occurrence?) -> ChangeSubject {
    var subject = subject
    if let list = occurrence?.argument?.members?[listName]?.arrayValue, property != listName {
      subject.to = list.map { $0.stringValue ?? (try? $0.serialized()) ?? "" }.joined(separator: ",")
    }
    return subject
  }

  /// The subject of a change that leaves the value to QEMU.
  var removalSubject: ChangeSubject { ChangeSubject(option, instance, listName, from: requested) }

  /// The name of the property; for an element of a list, the name of the list.
  private var listName: String { property.replacing(#/\.[0-9]+(\.str)?$/#, with: "") }
}
