package import QAPI
package import QEMUJSON

/// Makes values of the schema's types at random, from the schema as data.
///
/// What is deep is cut: below ``depth`` levels optional members stay away and lists stay empty.
package struct SchemaValues {
  package var random: SplitMix64
  private let depth = 3
  /// The types that were looked up; one value may refer to a large type hundreds of times.
  private var kinds: [String: QAPISchema.Kind?] = [:]

  /// A Boolean value that indicates whether names that only a newer QEMU could have are omitted.
  private let isKnown: Bool

  /// Begins a sequence of values.
  package init(seed: UInt64, isKnown: Bool = false) {
    random = SplitMix64(seed: seed)
    self.isKnown = isKnown
  }

  /// A value of a type of the schema.
  package mutating func value(ofType name: String, at level: Int = 0) -> JSON {
    guard let kind = kind(name) else { return builtin(name) }
    switch kind {
    case .enumeration(let values):
      return .string(!isKnown && chance(10) ? "new-value" : values.randomElement(using: &random)?.name ?? "")
    case .object(let shape): return .object(object(shape, at: level))
    case .alternate(let forms):
      // Forms that hold themselves end at the shortest.
      let form = level > depth ? forms.last : forms.randomElement(using: &random)
      return form.map { value($0, at: level + 1) } ?? nil
    }
  }

  /// An object with the members of a shape, and now and then one that the schema does not name.
  package mutating func object(_ shape: QAPISchema.Shape, at level: Int = 0) -> JSONObject {
    var object = JSONObject()
    add(shape, to: &object, at: level)
    if !isKnown, chance(8) { object["new-member"] = .integer(7) }
    return object
  }

  private mutating func add(_ shape: QAPISchema.Shape, to object: inout JSONObject, at level: Int) {
    for member in shape.members where !member.isOptional || (level < depth && !chance(3)) {
      object[member.name] = value(member.type, at: level + 1)
    }
    guard let discriminator = shape.discriminator, object[discriminator] != nil else { return }
    if isKnown || !chance(5), let tag = shape.branches.keys.sorted().randomElement(using: &random) {
      object[discriminator] = .string(tag)
    }
    guard let tag = object[discriminator]?.stringValue, let branch = shape.branches[tag],
      case .object(let members) = kind(branch)
    else { return }
    add(members, to: &object, at: level + 1)
  }

  private mutating func value(_ type: QAPISchema.TypeReference, at level: Int) -> JSON {
    switch type {
    case .named(let name): return value(ofType: name, at: level)
    case .list(let element):
      let count = level > depth ? 0 : Int.random(in: 0...2, using: &random)
      return .array((0..<count).map { _ in value(element, at: level + 1) })
    }
  }

  private mutating func kind(_ name: String) -> QAPISchema.Kind? {
    if let known = kinds[name] { return known }
    let kind = QAPISchema.type(named: name)?.kind
    kinds[name] = .some(kind)
    return kind
  }

  private mutating func builtin(_ name: String) -> JSON {
    switch name {
    case "str":
      .string(
        ["", "disk0", "a b", "\u{1F427}\n\"", "/dev/x", "a,b", "c=d", ",", "=", "é,,'"].randomElement(
          using: &random) ?? "")
    case "bool": .bool(.random(using: &random))
    case "number": [0.5, -2.25, 1e300].randomElement(using: &random).map(JSON.number) ?? nil
    case "any": [nil, true, [1, "x"], ["k": nil]].randomElement(using: &random) ?? nil
    case "null": nil
    case "int", "int64": .integer(.random(in: .min ... .max, using: &random))
    case "int8": .integer(.random(in: -128...127, using: &random))
    case "int16": .integer(.random(in: -32768...32767, using: &random))
    case "int32": .integer(.random(in: -2_147_483_648...2_147_483_647, using: &random))
    case "uint8": .integer(.random(in: 0...255, using: &random))
    case "uint16": .integer(.random(in: 0...65535, using: &random))
    case "uint32": .integer(.random(in: 0...4_294_967_295, using: &random))
    default: JSON(UInt64.random(in: .min ... .max, using: &random))
    }
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}
