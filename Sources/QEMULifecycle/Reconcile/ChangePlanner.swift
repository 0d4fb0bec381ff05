import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// Makes a plan.
struct ChangePlanner {
  /// The options that the virtual machine was started with, and those that later commands added.
  let known: [PlannedOption]
  let wanted: [PlannedOption]
  let wantedConfiguration: QEMUConfiguration
  let live: LiveInventory
  /// A Boolean value that indicates whether its sandbox lets the running QEMU start no program.
  let forbidsHelperPrograms: Bool
  /// The live virtual machine compared with what is wanted, and with what is known.
  let findings: [Finding]
  let knownFindings: [Finding]
  /// The options that are known, live and no longer wanted, each once; an option comes before those that it refers to.
  private(set) var leaving: [PlannedOption] = []
  private let wantedNames: Set<[String]>
  /// The ids of the options to which an object may refer.
  private let backends: Set<String>

  init(
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
    leaving = findLeaving()
  }

  /// The options whose occurrences come and go by their id.
  static let comingAndGoing = ["object", "chardev", "netdev", "blockdev", "device"]

  /// The order in which they are added: an option comes after those that it refers to.
  private enum Stage: CaseIterable {
    case object, chardev, netdev, blockdev
    /// An object that refers to one of these, such as a filter of a network.
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

  func plan() -> ChangePlan {
    var plan = ChangePlan()
    let (late, early) = (leaving.filter(isHeldByOneThatStays), leaving.filter { !isHeldByOneThatStays($0) })
    plan.changes = refusedImages() + removals(early)
    plan.changes += additions(Set(leaving.filter { $0.option == "device" }.compactMap(\.id)))
    let forgotten = self.forgotten()
    // A rule's port on the host is free for another one when it has gone.
    let isFirst = { (change: Change) in change.option == "netdev" && change.kind == .live }
    plan.changes += forgotten.filter(isFirst) + propertyChanges() + removals(late)
    plan.changes += forgotten.filter { !isFirst($0) } + leavingWithoutName
    var seen: Set<[String]> = []
    plan.changes.removeAll { !seen.insert($0.identity).inserted }
    return plan
  }

  // MARK: - What comes and goes

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

  private func findLeaving() -> [PlannedOption] {
    let gone = known.reversed().filter { $0.comesAndGoes && isLive($0) && !isWanted($0) }
    var seen: Set<[String]> = []
    return Stage.allCases.reversed().flatMap { stage in
      gone.filter { self.stage($0) == stage && seen.insert($0.name).inserted }
    }
  }

  /// Returns whether an option that stays still holds this one, such as a drive its old disc.
  private func isHeldByOneThatStays(_ part: PlannedOption) -> Bool {
    guard let id = part.id, part.option != "device" else { return false }
    return known.contains { $0.id != id && $0.refers(to: id) && isWanted($0) }
  }

  private func removals(_ some: [PlannedOption]) -> [Change] {
    let leavingDevices = Set(leaving.filter { $0.option == "device" }.compactMap(\.id))
    let leavingNodes = Set(leaving.filter { $0.option == "blockdev" }.compactMap(\.id))
    return some.compactMap { part in
      let id = part.id ?? ""
      if part.option == "device" { return deviceRemoval(id, besides: leavingDevices) }
      // QEMU itself refuses few of these, and pulls the rest from under what uses it.
      if let user = user(of: id, besides: leavingDevices, part.option) {
        return .impossible(
          ChangeSubject(part.option, id), .remove, because: "\(user) uses it: remove that, too")
      }
      // It goes with the node that uses it.
      if part.option == "blockdev", isUsed(id, besides: leavingNodes) { return nil }
      return .live(ChangeSubject(part.option, id), .remove, [part.removal])
    }
  }

  /// Returns the option that stays and uses an id, by the request or live.
  private func user(of id: String, besides leaving: Set<String>, _ option: String) -> String? {
    if option == "netdev",
      let nic = live.devices.filter({ $0.value.netdev == id && !leaving.contains($0.key) }).keys.min()
    {
      return "device \(nic)"
    }
    return wanted.first { $0.id != id && $0.refers(to: id) }.map { "\($0.option) \($0.id ?? "")" }
  }

  private func additions(_ leaving: Set<String>) -> [Change] {
    var taken: Set<String> = []
    let new = wanted.filter { $0.comesAndGoes && !isLive($0) }
    return Stage.allCases.flatMap { stage in
      new.filter { self.stage($0) == stage }.map { addition($0, leaving, &taken) }
    }
  }

  private func addition(
    _ part: PlannedOption, _ leaving: Set<String>, _ taken: inout Set<String>
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
        return .restart(subject, .add, because: "this library knows no QMP form of its backend")
      }
      return .live(
        subject, .add, [Change.Command("chardev-add", ["id": .string(id), "backend": backend])])
    default: return deviceAddition(id, members, leaving, &taken)
    }
  }
}

extension ChangePlanner {
  /// Returns why QEMU, which could add an option, must not do so while its guest runs; nil where it may.
  private func reasonAgainstAddingLive(_ part: PlannedOption, _ members: JSONObject) -> String? {
    if forbidsHelperPrograms, let program = part.occurrence.helperProgram {
      return "it needs \(program.purpose), and the sandbox lets QEMU start no program"
    }
    if part.option == "chardev", CharacterBackend.waitsForClient(members) {
      return "QEMU would wait for a client, and its guest with it"
    }
    // Its back end has to come to a socket that QEMU serves.
    let kind = members[part.option == "netdev" ? "type" : "driver"]?.stringValue ?? ""
    guard ["netdev", "device"].contains(part.option), kind.hasPrefix("vhost-user"),
      let name = members["chardev"]?.stringValue,
      let socket = wanted.first(where: { $0.option == "chardev" && $0.id == name })?.members,
      CharacterBackend.isServer(socket)
    else { return nil }
    return "QEMU would wait for its back end at chardev \(name), and its guest with it"
  }
}

extension Occurrence {
  /// The name under which a live one is found: a block node has no id.
  var liveID: String? {
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
