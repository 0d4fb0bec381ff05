import QEMUCommandLine
import QEMUJSON

/// An option of a command line, with the properties that a plan reads often.
package struct PlannedOption: Sendable {
  let occurrence: Occurrence
  let option: String
  /// The name of the live object; nil if it has none.
  let id: String?
  let members: JSONObject?
  /// The texts in its members; each can be the id of another option.
  private let references: Set<String>

  init(_ occurrence: Occurrence) {
    self.occurrence = occurrence
    option = occurrence.option
    let members = occurrence.argument?.members
    // Both are stored, because they are computed from the whole argument.
    id = option == "blockdev" ? members?["node-name"]?.stringValue : occurrence.id
    self.members = members
    var references: Set<String> = []
    if let members { Self.collect(.object(members), &references) }
    self.references = references
  }

  /// The option and its id, which identify it.
  var name: [String] { [option, id ?? ""] }

  /// A Boolean value that indicates whether it can be added and removed by its id while QEMU is running.
  var isHotPluggable: Bool { ChangePlanner.hotPluggableOptions.contains(option) && id != nil }

  /// Returns whether a member has this id as its value.
  func refers(to id: String) -> Bool { references.contains(id) }

  /// Returns whether a member has one of these ids as its value.
  func refers(toAnyOf ids: Set<String>) -> Bool { !references.isDisjoint(with: ids) }

  /// The members that identify an option, and do not refer to another.
  private static let tags: Set = ["id", "node-name", "type", "driver", "qom-type", "backend"]

  private static func collect(_ value: JSON, _ references: inout Set<String>) {
    switch value {
    case .string(let text): references.insert(text)
    case .array(let elements): for element in elements { collect(element, &references) }
    case .object(let object):
      for member in object where !tags.contains(member.name) { collect(member.value, &references) }
    default: break
    }
  }
}
