import QEMUJSON

/// Assignments as a document writes them: booleans and whole numbers as such, a list where a name is repeated.
func memberObject(
  of assignments: AssignmentList, _ declarations: PropertyDeclarations = [:]
) -> JSONObject {
  var groups = OrderedGroups<String>()
  for assignment in assignments { groups.add(assignment.text, to: assignment.name) }
  return JSONObject(
    groups.groups.map { name, texts in
      let declaration = declarations[name]
      if name == "id" { return (name, json(of: texts[0], declaration)) }
      // Of a property that has one value the last counts; what is not declared may be a list.
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

/// What a document's mapping says, as assignments.
/// - Throws: ``CommandLineError`` `malformedValue` for what the option's language cannot say.
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

/// The text of a scalar, on and off for booleans; nil for what is none.
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

/// The same, as what a check takes; a document's mapping has no characters to point at.
func readAssignments(
  of members: JSONObject, _ declarations: PropertyDeclarations = [:]
) throws(CommandLineError) -> ReadAssignments {
  ReadAssignments(list: try textAssignments(of: members, declarations), text: nil)
}
