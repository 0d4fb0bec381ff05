import QEMUCommandLine
public import QEMUJSON
import QEMUVerification

/// What must be done to a live virtual machine so that it is what is wanted, in the order in which it is done.
///
/// It is made of what is live and what is wanted alone, so it can be made again at any moment: what is done already is not in it.
public struct ChangePlan: Sendable, Hashable {
  /// The changes in their order.
  public internal(set) var changes: [Change] = []

  /// What is in the way of a new start, where the plan has changes that need one.
  public internal(set) var obstacles: [RestartObstacle] = []

  /// Whether the virtual machine is what is wanted.
  public var isEmpty: Bool { changes.isEmpty }
  /// What can be done on the running virtual machine.
  public var live: [Change] { changes.filter { $0.kind == .live } }
  /// The disks whose live image would be lost.
  var undoneMoves: [ImageMove] { changes.compactMap(\.undoneMove) }
  /// What cannot.
  public var rest: [Change] { changes.filter { $0.kind != .live } }

  /// The plan as one JSON document.
  public var json: JSONObject {
    let counts = Change.Kind.allCases.map { kind in
      (kind.rawValue, JSON.integer(Int64(changes.count { $0.kind == kind })))
    }
    return [
      "changes": .array(changes.map(\.json)), "counts": .object(JSONObject(counts)),
      "obstacles": .array(obstacles.map(\.json)),
    ]
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

  /// The options whose occurrences come and go by their id.
  static let comingAndGoing = ["object", "chardev", "netdev", "blockdev", "device"]

  /// In what order they are added: what stands on another comes after it.
  private enum Stage: CaseIterable {
    case object, chardev, netdev, blockdev
    /// An object that stands on one of these, such as a filter of a network.
    case lateObject
    case device
  }

  private func stage(_ occurrence: Occurrence) -> Stage {
    switch occurrence.option {
    case "chardev": .chardev
    case "netdev": .netdev
    case "blockdev": .blockdev
    case "object": isOnAnother(occurrence) ? .lateObject : .object
    default: .device
    }
  }

  private func isOnAnother(_ object: Occurrence) -> Bool {
    guard let members = object.argument?.members else { return false }
    return (known + wanted.occurrences).contains { other in
      ["chardev", "netdev", "blockdev"].contains(other.option)
        && (other.liveID.map { names($0, .object(members)) } ?? false)
    }
  }

  func plan() -> ChangePlan {
    var plan = ChangePlan()
    let leaving = self.leaving
    let (late, early) = (leaving.filter(isHeldByOneThatStays), leaving.filter { !isHeldByOneThatStays($0) })
    plan.changes = refusedImages() + removals(early, of: leaving)
    plan.changes += additions(Set(leaving.filter { $0.option == "device" }.compactMap(\.id)))
    let forgotten = self.forgotten()
    // A rule's port on the host is free for another one when it has gone.
    let isFirst = { (change: Change) in change.option == "netdev" && change.kind == .live }
    plan.changes += forgotten.filter(isFirst) + propertyChanges() + removals(late, of: leaving)
    plan.changes += forgotten.filter { !isFirst($0) } + leavingWithoutName
    var seen: Set<[String]> = []
    plan.changes.removeAll { !seen.insert($0.identity).inserted }
    return plan
  }

  // MARK: - What comes and goes

  func isLive(_ occurrence: Occurrence) -> Bool {
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
  var leaving: [Occurrence] {
    var seen: Set<[String]> = []
    return Stage.allCases.reversed().flatMap { stage in
      known.reversed().filter { occurrence in
        guard Self.comingAndGoing.contains(occurrence.option), self.stage(occurrence) == stage,
          let id = occurrence.liveID, isLive(occurrence),
          !isWanted(occurrence)
        else { return false }
        return seen.insert([occurrence.option, id]).inserted
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
    let leavingNodes = Set(leaving.filter { $0.option == "blockdev" }.compactMap(\.liveID))
    return some.compactMap { occurrence in
      let id = occurrence.liveID ?? ""
      switch occurrence.option {
      case "device": return deviceRemoval(id, besides: leavingDevices)
      default: break
      }
      // QEMU itself refuses few of these, and pulls the rest from under what uses it.
      if let user = user(of: id, besides: leavingDevices, occurrence.option) {
        return .impossible(
          ChangeSubject(occurrence.option, id), .remove, because: "\(user) uses it: remove that, too")
      }
      // It goes with the node that uses it.
      if occurrence.option == "blockdev", isUsed(id, besides: leavingNodes) { return nil }
      return .live(ChangeSubject(occurrence.option, id), .remove, [occurrence.removal(id)])
    }
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

  /// Members that name what an occurrence is, and nothing that it stands on.
  private static let tags: Set = ["id", "node-name", "type", "driver", "qom-type", "backend"]

  private func names(_ id: String, _ value: JSON) -> Bool {
    switch value {
    case .string(let text): text == id
    case .array(let elements): elements.contains { names(id, $0) }
    case .object(let object):
      object.contains { !Self.tags.contains($0.name) && names(id, $0.value) }
    default: false
    }
  }

  private func additions(_ leaving: Set<String>) -> [Change] {
    var taken: Set<String> = []
    return Stage.allCases.flatMap { stage in
      wanted.occurrences.filter {
        Self.comingAndGoing.contains($0.option) && self.stage($0) == stage && $0.liveID != nil && !isLive($0)
      }
      .map { addition($0, leaving, &taken) }
    }
  }

  private func addition(_ occurrence: Occurrence, _ leaving: Set<String>, _ taken: inout Set<String>)
    -> Change
  {
    let id = occurrence.liveID ?? ""
    let subject = ChangeSubject(occurrence.option, id)
    guard let members = occurrence.argument?.members else {
      return .restart(subject, .add, because: "it has no spelling that QEMU takes while it runs")
    }
    switch occurrence.option {
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
