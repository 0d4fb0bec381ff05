import QAPI
import QEMUJSON

/// Makes a value of a type of the schema, each choice by one of the given bytes: any bytes make a value that is nearly
/// right, and nearly the same bytes nearly the same.
///
/// Where there are no bytes any more, optional members stay away, lists stay empty, and an alternate takes its last form.
struct SchemaValueMaker {
  private var choices: ArraySlice<UInt8>
  private let depth = 12

  init(_ bytes: [UInt8]) { choices = bytes[...] }

  /// The types by name; to look one up is to parse a text.
  private static let kinds = Dictionary(
    uniqueKeysWithValues: QAPICatalogue.typeNames.compactMap { name in
      QAPISchema.type(named: name).map { (name, $0.kind) }
    })

  /// A value of a type.
  mutating func value(ofType name: String, at level: Int = 0) -> JSON {
    if choices.first == 0xFF { return somethingElse() }
    guard let kind = Self.kinds[name] else { return builtin(name) }
    switch kind {
    case .enumeration(let values): return .string(values.isEmpty ? "" : values[choice(values.count)].name)
    case .object(let shape): return .object(object(shape, at: level))
    case .alternate(let forms):
      let form = choices.isEmpty || level > depth ? forms.count - 1 : choice(forms.count)
      return value(forms[form], at: level + 1)
    }
  }

  private mutating func value(_ type: QAPISchema.TypeReference, at level: Int) -> JSON {
    switch type {
    case .named(let name): return value(ofType: name, at: level)
    case .list(let element):
      let count = level > depth ? 0 : choice(4)
      return .array((0..<count).map { _ in value(element, at: level + 1) })
    }
  }

  private mutating func object(_ shape: QAPISchema.Shape, at level: Int) -> JSONObject {
    var object = JSONObject()
    for member in shape.members where !member.isOptional || (level < depth && choice(2) == 1) {
      object[member.name] = value(member.type, at: level + 1)
    }
    if let discriminator = shape.discriminator, let tag = tag(of: shape) {
      object[discriminator] = .string(tag)
      if let branch = shape.branches[tag], case .object(let members) = Self.kinds[branch] {
        for member in self.object(members, at: level + 1) { object[member.name] = member.value }
      }
    }
    if choice(8) == 7 { object["member-\(choice(3))"] = somethingElse() }
    return object
  }

  private mutating func tag(of shape: QAPISchema.Shape) -> String? {
    let tags = shape.branches.keys.sorted()
    return tags.isEmpty || choice(16) == 15 ? nil : tags[choice(tags.count)]
  }

  private mutating func builtin(_ name: String) -> JSON {
    switch name {
    case "str": .string(["", "disk0", "é", "e\u{301}", "\0", "\"\n"][choice(6)])
    case "bool": .bool(choice(2) == 1)
    case "number": [0.5, -0.0, 1e300, 7, .integer(.max), .unsigned(.max)][choice(6)]
    case "any", "null": choice(2) == 1 ? somethingElse() : .null
    default:
      choice(4) == 3 ? .unsigned(.max) : .integer(Int64(truncatingIfNeeded: choice(256) &* 0x0101_0101_0101))
    }
  }

  private mutating func somethingElse() -> JSON {
    [nil, true, -1, 1.5, "text", [], [:], [["k": nil]], ["é": 1, "e\u{301}": 2]][choice(9)]
  }

  /// A number below `count`, by the next byte.
  private mutating func choice(_ count: Int) -> Int { Int(choices.popFirst() ?? 0) % count }
}
