package import QEMUCommandLine
import QEMUJSON
package import QEMUVerification

/// A planner of the changes that make a live virtual machine match the target configuration.
package struct ChangePlanner {
  /// The options that the virtual machine was started with, and those that later commands added.
  package let known: [PlannedOption]
  package let wanted: [PlannedOption]
  let wantedConfiguration: QEMUConfiguration
  package let live: LiveInventory
  /// A Boolean value that indicates whether the sandbox of the running QEMU forbids it to start programs.
  package let forbidsHelperPrograms: Bool
  /// The comparison of the live virtual machine with the target configuration.
  package let findings: [Finding]
  /// The comparison of the live virtual machine with the known options.
  package let knownFindings: [Finding]
  /// The options to remove: those that are known and live, and that the target configuration does not have. Each is
  /// listed once, before the options to which it refers.
  private(set) var toRemove: [PlannedOption] = []
  private let wantedNames: Set<[String]>
  /// The ids of the options to which an object may refer.
  private let backends: Set<String>

  package init(
    known: [Occurrence], wanted: QEMUConfiguration, live: LiveInventory, findings: [Finding],
    knownFindings: [Finding], forbidsHelperPrograms: Bool = false
  ) {
    self.known = known.map(PlannedOption.init)
    self.wanted = wanted.occurrences.map(PlannedOption.init)
    wantedConfiguration = wanted
    self.live = live
    self.forbidsHelperPrograms = forbidsHelperPrograms
    self.findings = findings
    self.knownFindings = knownFindings
    wantedNames = Set(self.wanted.map(\.name))
    backends = Set(
      (self.known + self.wanted).filter { ["chardev", "netdev", "blockdev"].contains($0.option) }
        .compactMap(\.id))
    toRemove = findOptionsToRemove()
  }

  /// The options whose occurrences are added and removed by their id.
  package static let hotPluggableOptions = ["object", "chardev", "netdev", "blockdev", "device"]

  /// The order in which options are added: an option follows those to which it refers.
  private enum Stage: CaseIterable {
    case object, chardev, netdev, blockdev
    /// An object that refers to one of these, such as a network filter.
    case lateObject
    case device
  }

  private func stage(_ part: PlannedOption) -> Stage {
    switch part.option {
    case "chardev": .chardev
    case "netdev": .netdev
    case "blockdev": .blockdev
    case "object": part.refers(toAnyOf: backends) ? .lateObject : .object
    default: .device
    }
  }

  package func plan() -> ChangePlan {
    var plan = ChangePlan()
    let (late, early) = (
      toRemove.filter(isUsedByRemainingOption), toRemove.filter { !isUsedByRemainingOption($0) }
    )
    plan.changes = refusedImages() + removals(early)
    plan.changes += additions(Set(toRemove.filter { $0.option == "device" }.compactMap(\.id)))
    let resets = propertyResets()
    // Forwarding rules are removed first, so that their host ports are free for new rules.
    let isFirst = { (change: Change) in change.option == "netdev" && change.kind == .live }
    plan.changes += resets.filter(isFirst) + propertyChanges() + removals(late)
    plan.changes += resets.filter { !isFirst($0) } + removalsOfDevicesWithoutID
    var seen: Set<[String]> = []
    plan.changes.removeAll { !seen.insert($0.identity).inserted }
    return plan
  }

  // MARK: - Additions and removals

  func isLive(_ part: PlannedOption) -> Bool {
    guard let id = part.id else { return false }
    switch part.option {
    case "object": return live.objects.contains(id)
    case "chardev": return live.characterDevices.contains(id)
    case "netdev": return live.networkBackends.contains(id)
    case "blockdev": return live.blockNodes.contains(id)
    default: return live.devices[id] != nil
    }
  }

  private func isWanted(_ part: PlannedOption) -> Bool { wantedNames.contains(part.name) }

  private func findOptionsToRemove() -> [PlannedOption] {
    let gone = known.reversed().filter { $0.isHotPluggable && isLive($0) && !isWanted($0) }
    var seen: Set<[String]> = []
    return Stage.allCases.reversed().flatMap { stage in
      gone.filter { self.stage($0) == stage && seen.insert($0.name).inserted }
    }
  }

  /// Returns whether a remaining option still uses this one, as a drive uses its previous medium.
  private func isUsedByRemainingOption(_ part: PlannedOption) -> Bool {
    guard let id = part.id, part.option != "device" else { return false }
    return known.contains { $0.id != id && $0.refers(to: id) && isWanted($0) }
  }

  private func removals(_ some: [PlannedOption]) -> [Change] {
    let devicesToRemove = Set(toRemove.filter { $0.option == "device" }.compactMap(\.id))
    let nodesToRemove = Set(toRemove.filter { $0.option == "blockdev" }.compactMap(\.id))
    return some.compactMap { part in
      let id = part.id ?? ""
      if part.option == "device" { return deviceRemoval(id, besides: devicesToRemove) }
      // QEMU refuses to remove some kinds of options while they are in use, but not others.
      if let user = user(of: id, besides: devicesToRemove, part.option) {
        return .impossible(
          ChangeSubject(part.option, id), .remove, because: "\(user) uses it: also remove \(user)")
      }
      // It is removed with the node that uses it.
      if part.option == "blockdev", isUsed(id, besides: nodesToRemove) { return nil }
      return .live(ChangeSubject(part.option, id), .remove, [part.removal])
    }
  }

  /// Returns a remaining option that uses an id, in the configuration or in the live virtual machine.
  private func user(of id: String, besides toRemove: Set<String>, _ option: String) -> String? {
    if option == "netdev",
      let nic = live.devices.filter({ $0.value.netdev == id && !toRemove.contains($0.key) }).keys.min()
    {
      return "device \(nic)"
    }
    return wanted.first { $0.id != id && $0.refers(to: id) }.map { "\($0.option) \($0.id ?? "")" }
  }

  private func additions(_ toRemove: Set<String>) -> [Change] {
    var taken: Set<String> = []
    let new = wanted.filter { $0.isHotPluggable && !isLive($0) }
    return Stage.allCases.flatMap { stage in
      new.filter { self.stage($0) == stage }.map { addition($0, toRemove, &taken) }
    }
  }

  private func addition(
    _ part: PlannedOption, _ toRemove: Set<String>, _ taken: inout Set<String>
  ) -> Change {
    let id = part.id ?? ""
    let subject = ChangeSubject(part.option, id)
    guard let members = part.members else {
      return .restart(subject, .add, because: "no QMP command adds it to a running QEMU")
    }
    if let reason = reasonAgainstAddingLive(part, members) {
      return .restart(subject, .add, because: reason)
    }
    switch part.option {
    case "object": return .live(subject, .add, [Change.Command("object-add", members)])
    case "netdev": return .live(subject, .add, [Change.Command("netdev_add", members)])
    case "blockdev": return .live(subject, .add, [Change.Command("blockdev-add", members)])
    case "chardev":
      guard let backend = CharacterBackend.json(members) else {
        return .restart(
          subject, .add, because: "qemuctl does not support chardev-add for this type of backend")
      }
      return .live(
        subject, .add, [Change.Command("chardev-add", ["id": .string(id), "backend": backend])])
    default: return deviceAddition(id, members, toRemove, &taken)
    }
  }
}

extension ChangePlanner {
  /// Returns the reason why an option must not be added while QEMU is running; nil if it may be.
  private func reasonAgainstAddingLive(_ part: PlannedOption, _ members: JSONObject) -> String? {
    if forbidsHelperPrograms, let program = part.occurrence.helperProgram {
      return "it needs \(program.purpose), and the sandbox forbids starting programs (spawn=deny)"
    }
    if part.option == "chardev", CharacterBackend.waitsForClient(members) {
      return "QEMU would wait for a client, and the guest would not run meanwhile"
    }
    // The vhost-user backend connects to a socket on which QEMU listens, and QEMU waits for it.
    let kind = members[part.option == "netdev" ? "type" : "driver"]?.stringValue ?? ""
    guard ["netdev", "device"].contains(part.option), kind.hasPrefix("vhost-user"),
      let name = members["chardev"]?.stringValue,
      let socket = wanted.first(where: { $0.option == "chardev" && $0.id == name })?.members,
      CharacterBackend.isServer(socket)
    else { return nil }
    return
      "QEMU would wait for the backend to connect to chardev \(name), and the guest would not run meanwhile"
  }
}

extension Occurrence {
  /// The name of the live object: the node name of a block node, else the id.
  package var liveID: String? {
    option == "blockdev" ? argument?.members?["node-name"]?.stringValue : id
  }
}

extension PlannedOption {
  fileprivate var removal: Change.Command {
    let id = JSON.string(id ?? "")
    return switch option {
    case "object": Change.Command("object-del", ["id": id])
    case "netdev": Change.Command("netdev_del", ["id": id])
    case "chardev": Change.Command("chardev-remove", ["id": id])
    default: Change.Command("blockdev-del", ["node-name": id])
    }
  }
}
