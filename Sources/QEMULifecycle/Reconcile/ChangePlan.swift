import QEMUCommandLine
public import QEMUJSON
import QEMUVerification

/// What must be done to a live virtual machine so that it is what is wanted, in the order in which it is done.
///
/// It is made of what is live and what is wanted alone, so it can be made again at any moment: what is done already is not in it.
public struct ChangePlan: Sendable, Hashable {
  /// The changes in their order.
  public internal(set) var changes: [Change] = []

  /// Whether the virtual machine is what is wanted.
  public var isEmpty: Bool { changes.isEmpty }
  /// What can be done on the running virtual machine.
  public var live: [Change] { changes.filter { $0.kind == .live } }
  /// What cannot.
  public var rest: [Change] { changes.filter { $0.kind != .live } }

  /// The plan as one JSON document.
  public var json: JSONObject {
    let counts = Change.Kind.allCases.map { kind in
      (kind.rawValue, JSON.integer(Int64(changes.count { $0.kind == kind })))
    }
    return ["changes": .array(changes.map(\.json)), "counts": .object(JSONObject(counts))]
  }
}

/// Makes a plan.
struct ChangePlanner {
  /// What the virtual machine was started with, and what later commands added.
  let known: [Occurrence]
  let wanted: QEMUConfiguration
  let live: LiveInventory
  /// The live virtual machine compared with what is wanted, and with what is known.
  let findings: [Finding]
  let knownFindings: [Finding]

  /// The options whose occurrences come and go by their id, in the order in which they are added.
  static let comingAndGoing = ["object", "chardev", "netdev", "blockdev", "device"]

  func plan() -> ChangePlan {
    var plan = ChangePlan()
    let leaving = self.leaving
    let (late, early) = (leaving.filter(isHeldByOneThatStays), leaving.filter { !isHeldByOneThatStays($0) })
    plan.changes = removals(early, of: leaving)
    plan.changes += additions(Set(leaving.filter { $0.option == "device" }.compactMap(\.id)))
    plan.changes += propertyChanges() + removals(late, of: leaving) + forgotten()
    return plan
  }

  // MARK: - What comes and goes

  private func isLive(_ occurrence: Occurrence) -> Bool {
    guard let id = occurrence.liveID else { return false }
    switch occurrence.option {
    case "object": return live.objects.contains(id)
    case "chardev": return live.characterDevices.contains(id)
    case "netdev": return live.networkBackends.contains(id)
    case "blockdev": return live.blockNodes.contains(id)
    default: return live.devices[id] != nil
    }
  }

  private func isWanted(_ occurrence: Occurrence) -> Bool {
    wanted.occurrences.contains { $0.option == occurrence.option && $0.liveID == occurrence.liveID }
  }

  /// What is known, live and no longer wanted, each once; what is on top of another first.
  private var leaving: [Occurrence] {
    var seen: Set<[String]> = []
    return Self.comingAndGoing.reversed().flatMap { option in
      known.reversed().filter { occurrence in
        guard occurrence.option == option, let id = occurrence.liveID, isLive(occurrence),
          !isWanted(occurrence)
        else { return false }
        return seen.insert([option, id]).inserted
      }
    }
  }

  /// What something that stays has held till now can go only when that holds another: the old disc of a drive.
  private func isHeldByOneThatStays(_ occurrence: Occurrence) -> Bool {
    guard let id = occurrence.liveID, occurrence.option != "device" else { return false }
    return known.contains { other in
      other.liveID != id && isWanted(other)
        && (other.argument?.members.map { names(id, .object($0)) } ?? false)
    }
  }

  private func removals(_ some: [Occurrence], of leaving: [Occurrence]) -> [Change] {
    let leavingDevices = Set(leaving.filter { $0.option == "device" }.compactMap(\.id))
    return some.map { occurrence in
      let id = occurrence.liveID ?? ""
      switch occurrence.option {
      case "device": return deviceRemoval(id)
      default: break
      }
      // QEMU itself refuses few of these, and pulls the rest from under what uses it.
      if let user = user(of: id, besides: leavingDevices, occurrence.option) {
        return .impossible(occurrence.option, id, "remove", because: "\(user) uses it: remove that, too")
      }
      return .live(occurrence.option, id, "remove", [occurrence.removal(id)])
    }
  }

  private func deviceRemoval(_ id: String) -> Change {
    guard let device = live.devices[id] else { return .live("device", id, "remove", []) }
    if live.isFixed(device) {
      return .restart(
        "device", id, "remove", because: "nothing is unplugged from \(device.bus) while QEMU runs")
    }
    if live.isPCI(device.type), live.runState != "running" {
      return .impossible(
        "device", id, "remove",
        because: "a PCI device leaves when the guest lets it go, and the guest does not run: let it run first"
      )
    }
    return .live(
      "device", id, "remove", [Change.Command("device_del", ["id": .string(id)], endingDevice: id)])
  }

  /// What stays and names an id: by the request, or live.
  private func user(of id: String, besides leaving: Set<String>, _ option: String) -> String? {
    if option == "netdev",
      let card = live.devices.filter({ $0.value.netdev == id && !leaving.contains($0.key) }).keys.min()
    {
      return "device \(card)"
    }
    let user = wanted.occurrences.first { occurrence in
      occurrence.liveID != id && (occurrence.argument?.members.map { names(id, .object($0)) } ?? false)
    }
    return user.map { "\($0.option) \($0.liveID ?? "")" }
  }

  private func names(_ id: String, _ value: JSON) -> Bool {
    switch value {
    case .string(let text): text == id
    case .array(let elements): elements.contains { names(id, $0) }
    case .object(let object):
      object.contains { $0.name != "id" && $0.name != "node-name" && names(id, $0.value) }
    default: false
    }
  }

  private func additions(_ leaving: Set<String>) -> [Change] {
    var taken: Set<String> = []
    return Self.comingAndGoing.flatMap { option in
      wanted.occurrences.filter { $0.option == option && $0.liveID != nil && !isLive($0) }
        .map { addition($0, leaving, &taken) }
    }
  }

  private func addition(_ occurrence: Occurrence, _ leaving: Set<String>, _ taken: inout Set<String>)
    -> Change
  {
    let id = occurrence.liveID ?? ""
    guard let members = occurrence.argument?.members else {
      return .restart(
        occurrence.option, id, "add", because: "it has no spelling that QEMU takes while it runs")
    }
    switch occurrence.option {
    case "object": return .live("object", id, "add", [Change.Command("object-add", members)])
    case "netdev": return .live("netdev", id, "add", [Change.Command("netdev_add", members)])
    case "blockdev": return .live("blockdev", id, "add", [Change.Command("blockdev-add", members)])
    case "chardev":
      guard let backend = CharacterBackend.json(members) else {
        return .restart("chardev", id, "add", because: "this library knows no QMP form of its backend")
      }
      return .live(
        "chardev", id, "add", [Change.Command("chardev-add", ["id": .string(id), "backend": backend])])
    default: return deviceAddition(id, members, leaving, &taken)
    }
  }

  private func deviceAddition(
    _ id: String, _ members: JSONObject, _ leaving: Set<String>, _ taken: inout Set<String>
  ) -> Change {
    var members = members
    let driver = members["driver"]?.stringValue ?? ""
    // QEMU 7.2 refuses an nvme whose disc is in use, and keeps hold of the disc all the same.
    if let (user, needed) = deviceInNeed(of: ["drive", "netdev"], of: members, besides: id, leaving) {
      return .impossible("device", id, "add", because: "\(user) still has \(needed)")
    }
    if live.isPCI(driver), live.hasFixedPCI {
      let bus = members["bus"]?.stringValue ?? live.freeRootPort(besides: leaving, taken: taken)
      guard let bus, bus != "pcie.0" else {
        return .restart(
          "device", id, "add",
          because: "pcie.0 takes nothing while QEMU runs, and no pcie-root-port is free: start with one more")
      }
      // QEMU 7.2 puts a second device on a port without a word.
      if taken.contains(bus) || live.occupant(of: bus, besides: leaving) != nil, live.devices[bus] != nil {
        let occupant = live.occupant(of: bus, besides: leaving) ?? "another one"
        return .impossible("device", id, "add", because: "\(occupant) is on \(bus) already")
      }
      taken.insert(bus)
      members["bus"] = .string(bus)
    }
    return .live("device", id, "add", [Change.Command("device_add", members)])
  }

  /// A device that stays on the disc or network that another would be put on, and what that is.
  private func deviceInNeed(
    of properties: [String], of members: JSONObject, besides id: String, _ leaving: Set<String>
  ) -> (device: String, needed: String)? {
    for other in known + wanted.occurrences where other.option == "device" && isLive(other) {
      guard let device = other.liveID, device != id, !leaving.contains(device),
        let others = other.argument?.members
      else { continue }
      for property in properties {
        guard let needed = members[property], needed == others[property] else { continue }
        return (device, "\(property) \(needed.stringValue ?? "")")
      }
    }
    return nil
  }

  // MARK: - What differs

  /// One change for each option that drifted and stays.
  private func propertyChanges() -> [Change] {
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
      var change = LiveProperty.change(finding, in: wanted, of: live) ?? restart(finding)
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
    finding.verdict == .unobservable
      && !knownFindings.contains {
        ($0.option, $0.instance, $0.property, $0.requested)
          == (finding.option, finding.instance, finding.property, finding.requested)
      }
  }

  private func restart(_ finding: Finding) -> Change {
    let seen =
      finding.observed.map { "it is \($0)" } ?? "nothing shows what it is, and it was not asked for before"
    let action =
      finding.property.isEmpty
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

  /// What was asked for before and is not any more.
  private func forgotten() -> [Change] {
    let names = Set(findings.map(name))
    let gone = Set(leaving.compactMap { occurrence in occurrence.liveID.map { [occurrence.option, $0] } })
    let kept = Set(
      wanted.occurrences.compactMap { occurrence in occurrence.liveID.map { [occurrence.option, $0] } })
    return knownFindings.filter { finding in
      if names.contains(name(finding)) { return false }
      let isOne = Self.comingAndGoing.contains(finding.option)
      return !gone.contains([finding.option, finding.instance])
        && (!isOne || kept.contains([finding.option, finding.instance]))
    }.map { finding in
      let what = finding.option == "trace" || isRule(finding) ? finding.requested : finding.property
      let action = what.isEmpty ? "leave out" : "leave \(what) to QEMU"
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

extension Occurrence {
  /// The name under which a live one is found: a block node has no id.
  var liveID: String? {
    option == "blockdev" ? argument?.members?["node-name"]?.stringValue : id
  }

  fileprivate func removal(_ id: String) -> Change.Command {
    switch option {
    case "object": Change.Command("object-del", ["id": .string(id)])
    case "netdev": Change.Command("netdev_del", ["id": .string(id)])
    case "chardev": Change.Command("chardev-remove", ["id": .string(id)])
    default: Change.Command("blockdev-del", ["node-name": .string(id)])
    }
  }
}
