/// The branches of a union, as lines of an enumeration.
struct Branches {
  /// The wire name of the discriminator.
  let wire: String
  /// The property with the discriminator's value.
  let property: String
  private let tagType: String
  private let branches: [(about: Schema.Branch, name: String, type: String)]
  /// A Boolean value that indicates whether a known release may omit the discriminator.
  private let mayBeUntagged: Bool

  init(of union: Schema.Union, discriminator: Schema.Member) {
    wire = union.discriminator
    property = Naming.quoted(Naming.member(union.discriminator))
    tagType = Naming.type(union.discriminatorType)
    branches = union.branches.map { ($0, Naming.enumCase($0.tag), Naming.type($0.type)) }
    mayBeUntagged = discriminator.isOptional
  }

  /// The type of the property.
  var declaredType: String { mayBeUntagged ? "\(tagType)?" : tagType }

  var declarations: [String] {
    var lines: [String] = []
    for branch in branches {
      lines.append(Documentation.line(for: branch.about.tag, branch.about.about))
      lines.append("case \(Naming.quoted(branch.name))(\(branch.type))")
    }
    lines.append("/// A tag without members of its own, or one that was not known, with all other members.")
    lines.append("case other(\(tagType), JSONObject)")
    if mayBeUntagged {
      lines.append("/// All members, from a QEMU that does not send `\(wire)`.")
      lines.append("case untagged(JSONObject)")
    }
    return lines
  }

  /// The body of the property.
  var tagging: [String] {
    ["switch self {"] + branches.map { "case .\($0.name): .\($0.name)" } + ["case .other(let tag, _): tag"]
      + (mayBeUntagged ? ["case .untagged: nil"] : []) + ["}"]
  }

  var reading: [String] {
    let first =
      mayBeUntagged
      ? [
        "guard let tag: \(tagType) = try reader.optional(\(literal(wire))) else {",
        "  self = .untagged(reader.rest())", "  return", "}",
      ] : ["let tag: \(tagType) = try reader.required(\(literal(wire)))"]
    return first + ["switch tag {"]
      + branches.map { "case .\($0.name): self = .\($0.name)(try \($0.type)(reader: &reader))" }
      + ["default: self = .other(tag, reader.rest())", "}"]
  }

  var writing: [String] {
    ["object[\(literal(wire))] = \(property)\(mayBeUntagged ? "?" : "").json", "switch self {"]
      + branches.map { "case .\($0.name)(let members): members.write(to: &object)" }
      + ["case .other(_, let members): object.add(members)"]
      + (mayBeUntagged ? ["case .untagged(let members): object.add(members)"] : []) + ["}"]
  }
}
