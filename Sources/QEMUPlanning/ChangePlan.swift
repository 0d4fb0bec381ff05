import QEMUCommandLine
public import QEMUJSON
package import QEMUVerification

/// The changes that make a live virtual machine match a configuration, in the order in which they are made.
///
/// A plan is computed from the live state and the target configuration: changes that are already made are not in a new
/// plan.
public struct ChangePlan: Sendable, Hashable {
  /// The changes in their order.
  public internal(set) var changes: [Change] = []

  /// The obstacles to a restart, if the plan has changes that need one.
  public package(set) var obstacles: [RestartObstacle] = []

  /// A Boolean value that indicates whether there are no changes.
  public var isEmpty: Bool { changes.isEmpty }
  /// The changes that can be made while the virtual machine is running.
  public var live: [Change] { changes.filter { $0.kind == .live } }
  /// The image changes of disks that the plan would undo.
  package var undoneMoves: [ImageMove] { changes.compactMap(\.undoneMove) }
  /// The changes that cannot be made while the virtual machine is running.
  public var rest: [Change] { changes.filter { $0.kind != .live } }

  /// The plan as one JSON document.
  public var json: JSONObject {
    let counts = ChangeKind.allCases.map { kind in
      (kind.rawValue, JSON.integer(Int64(changes.count { $0.kind == kind })))
    }
    return [
      "changes": .array(changes.map(\.json)), "counts": .object(JSONObject(counts)),
      "obstacles": .array(obstacles.map(\.json)),
    ]
  }
}
