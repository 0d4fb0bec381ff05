import QEMUJSON

/// Returns assignments as an object of a document: Booleans and integers as such, a list if a name is repeated.
func memberObject(
  of assignments: AssignmentList, _ declarations: PropertyDeclarations = [:]
) -> JSONObject {
  var groups = OrderedGroups<String>()
  for assignment in assignments { groups.add(assignment.text, to: assignment.name) }
  return JSONObject(
    groups.groups.map { name, texts in
      let declaration = declarations[name]
      if name == "id" { return (name, json(of: texts[0], declaration)) }
      // The last value of a property that is not a list has effect; an undeclared property may be a list.
      let counting = declaration?.isList ?? true ? texts[...] : texts.suffix(1)
      let values = counting.map { json(of: $0, declaration) }
      return (name, values.count == 1 ? values[0] : .array(values))
    })
}

private func json(of text: String, _ declaration: (any PropertyDeclaration)?) -> JSON {
  if declaration is Key<Bool>, let flag = Bool(propertyText: text) { return .bool(flag) }
  if declaration is Key<String> || declaration is ListKey<String> { return .string(text) }
  if let number = Int64(text), String(number) == text { return .integer(number) }
  return .string(text)
}

/// Returns the members of a document's mapping as assignments.
/// - Throws: ``CommandLineError`` `malformedValue` if a value cannot be written in the option's syntax.
func textAssignments(
  of members: JSONObject, _ declarations: PropertyDeclarations = [:]
) throws(CommandLineError) -> AssignmentList {
  var result: [Assignment] = []
  for member in members {
    for value in member.value.arrayValue ?? [member.value] {
      result.append(
        Assignment(member.name, try scalarText(value, of: member.name, declarations[member.name])))
    }
  }
  return AssignmentList(result)
}

private func scalarText(
  _ value: JSON, of name: String, _ declaration: (any PropertyDeclaration)?
) throws(CommandLineError) -> String {
  let isText = declaration is Key<String> || declaration is ListKey<String>
  if isText, let flag = value.boolValue { return "\(flag)" }
  if let text = scalarText(value) { return text }
  throw CommandLineError(
    .malformedValue, "\(name.prefix(80)) is \(value.kind)",
    remedy: "\(name.prefix(80)) takes \(declaration?.expectation ?? "one value")")
}

/// Returns the text of a scalar, `on` and `off` for Booleans; nil if the value is not a scalar.
func scalarText(_ value: JSON) -> String? {
  switch value {
  case .string(let text): text
  case .bool(let flag): flag.propertyText
  case .integer(let number): String(number)
  case .unsigned(let number): String(number)
  case .number(let number): number.isFinite ? "\(number)" : nil
  case .null, .array, .object: nil
  }
}

/// Returns the members of a document's mapping as assignments for a check, without positions in a text.
func readAssignments(
  of members: JSONObject, _ declarations: PropertyDeclarations = [:]
) throws(CommandLineError) -> ReadAssignments {
  ReadAssignments(list: try textAssignments(of: members, declarations), text: nil)
}
