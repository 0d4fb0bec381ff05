import QEMUJSON

/// The schema as data: a line for each command, event and type, with its name, a tab and a JSON object. The lines are
/// sorted for a binary search.
///
/// A text takes no time to compile, and a program only parses the lines that it looks up.
extension Generator {
  func schemaText() throws -> SwiftSource {
    var source = SwiftSource()
    source.line()
    source.line("/// The text that ``QAPISchema`` reads.")
    try source.block("enum QAPISchemaText") { source in
      try emit("commands", try schema.commands.map { ($0.name, try described($0)) }, &source)
      try emit("events", try schema.events.map { ($0.name, try described($0)) }, &source)
      try emit("types", try schema.types.values.map { ($0.name, try described($0)) }, &source)
    }
    return source
  }

  private func emit(
    _ kind: String, _ entries: [(name: String, about: JSONObject)], _ source: inout SwiftSource
  ) throws {
    source.line("static let \(kind): StaticString = #\"\"\"")
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      source.line("\(entry.name)\t\(try JSON.object(entry.about).serialized())")
    }
    source.line("\"\"\"#")
  }

  private func described(_ command: Schema.Command) throws -> JSONObject {
    var object = described(command.about)
    try describe(command.arguments, &object)
    object["returns"] = command.response.map { .string($0.text) }
    object["open"] = command.takesAnyMember ? true : nil
    object["oob"] = command.allowsOutOfBand ? true : nil
    object["preconfig"] = command.allowsPreconfig ? true : nil
    return object
  }

  private func described(_ event: Schema.Event) throws -> JSONObject {
    var object = described(event.about)
    try describe(event.arguments, &object)
    return object
  }

  private func describe(_ arguments: Schema.Arguments, _ object: inout JSONObject) throws {
    switch arguments {
    case .members(let members): object["members"] = described(members)
    case .type(let name): object.add(try form(of: schema.type(name)))
    }
  }

  private func described(_ type: Schema.TypeDefinition) throws -> JSONObject {
    var object = described(type.about)
    object.add(try form(of: type))
    return object
  }

  private func form(of type: Schema.TypeDefinition) throws -> JSONObject {
    switch type.kind {
    case .structure: return ["members": described(try schema.flatMembers(ofStructure: type.name))]
    case .union(let union):
      return [
        "members": described(try schema.flatMembers(base: union.base, own: union.members)),
        "tag": .string(union.discriminator),
        "branches": .object(JSONObject(union.branches.map { ($0.tag, .string($0.type)) })),
      ]
    case .enumeration(let values):
      return ["values": .array(values.map { named($0.name, described($0.about)) })]
    case .alternate(let alternatives):
      return ["forms": .array(alternatives.map { .string($0.type.text) })]
    }
  }

  private func described(_ members: [Schema.Member]) -> JSON {
    .array(
      members.map { member in
        var object: JSONObject = ["type": .string(member.type.text)]
        object["optional"] = member.isOptional ? true : nil
        object["default"] = member.defaultValue.map(JSON.string)
        object.add(described(member.about))
        return named(member.name, object)
      })
  }

  private func named(_ name: String, _ rest: JSONObject) -> JSON {
    var object: JSONObject = ["name": .string(name)]
    object.add(rest)
    return .object(object)
  }

  private func described(_ about: Schema.About) -> JSONObject {
    var object = JSONObject()
    object["since"] = about.since.map(JSON.string)
    object["in"] = about.presentIn.map { .array($0.map(JSON.string)) }
    object["features"] = about.features.isEmpty ? nil : .array(about.features.map(JSON.string))
    object["if"] = about.condition.map(JSON.string)
    return object
  }
}

extension JSONObject {
  fileprivate mutating func add(_ other: JSONObject) {
    for member in other { self[member.name] = member.value }
  }
}

extension Schema.TypeReference {
  /// The name of the type, in brackets for a list.
  var text: String {
    switch self {
    case .named(let name): name
    case .list(let element): "[\(element.text)]"
    }
  }
}
