/// A stored property of a generated type, for a member of the schema.
struct Property {
  let member: Schema.Member
  let name: String
  /// The Swift type, without the question mark of an optional.
  let type: String
  /// A Boolean value that indicates whether the value is stored outside the structure, because it has the structure's
  /// type.
  let isBoxed: Bool

  var isOptional: Bool { member.isOptional }
  /// The name, in backquotes if it is a keyword.
  var quoted: String { Naming.quoted(name) }
  /// The type in a declaration.
  var declaredType: String { isOptional ? "\(type)?" : type }
  /// The parameter of a memberwise initializer.
  var parameter: String { "\(quoted): \(declaredType)\(isOptional ? " = nil" : "")" }
  /// The statement that reads the property.
  var reading: String {
    "self.\(quoted) = try reader.\(isOptional ? "optional" : "required")(\(literal(member.name)))"
  }
  /// The statement that writes the property.
  var writing: String { "object[\(literal(member.name))] = self.\(quoted)\(isOptional ? "?" : "").json" }
}

/// Returns a Swift string literal.
func literal(_ text: String) -> String {
  "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
