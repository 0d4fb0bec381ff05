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
