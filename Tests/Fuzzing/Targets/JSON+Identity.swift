import QEMUJSON

extension JSON {
  /// Returns whether both are the same in each byte, sign and position. Swift's strings are also equal if an accent is
  /// encoded in another way, and zero equals minus zero.
  func isIdentical(to other: JSON) -> Bool {
    switch (self, other) {
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.number(let left), .number(let right)): left.bitPattern == right.bitPattern
    case (.array(let left), .array(let right)): left.elementsEqual(right) { $0.isIdentical(to: $1) }
    case (.object(let left), .object(let right)):
      left.members.elementsEqual(right.members) {
        $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.isIdentical(to: $1.value)
      }
    default: self == other
    }
  }

  /// The number of members of its objects.
  var memberCount: Int {
    switch self {
    case .array(let elements): elements.reduce(0) { $0 + $1.memberCount }
    case .object(let object): object.members.reduce(object.count) { $0 + $1.value.memberCount }
    default: 0
    }
  }

  /// The number of levels of arrays and objects.
  var depth: Int {
    switch self {
    case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
    case .object(let object): 1 + (object.members.map(\.value.depth).max() ?? 0)
    default: 0
    }
  }

  /// The same with sorted members, and with numbers as `Double`: all that a type of the schema is free to change.
  var essence: JSON {
    switch self {
    case .integer, .unsigned, .number: .number((doubleValue ?? 0) + 0)
    case .array(let elements): .array(elements.map(\.essence))
    case .object(let object):
      .object(
        JSONObject(
          object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { ($0.name, $0.value.essence) }))
    default: self
    }
  }
}
