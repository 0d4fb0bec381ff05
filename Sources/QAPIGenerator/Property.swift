/// A stored property of a generated type, made of a member of the schema.
struct Property {
  let member: Schema.Member
  let name: String
  /// The Swift type, without the mark of an optional.
  let type: String
  /// Whether the value lies outside the structure, because it is of the structure's own kind.
  let isBoxed: Bool

  var isOptional: Bool { member.isOptional }
  /// The name where it stands alone.
  var quoted: String { Naming.quoted(name) }
  /// The type as it stands in a declaration.
  var declaredType: String { isOptional ? "\(type)?" : type }
  /// The parameter of a memberwise initialiser.
  var parameter: String { "\(quoted): \(declaredType)\(isOptional ? " = nil" : "")" }
  /// The statement that reads it.
  var reading: String {
    "self.\(quoted) = try reader.\(isOptional ? "optional" : "required")(\(literal(member.name)))"
  }
  /// The statement that writes it.
  var writing: String { "object[\(literal(member.name))] = self.\(quoted)\(isOptional ? "?" : "").json" }
}

/// A Swift string literal.
func literal(_ text: String) -> String {
  "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
