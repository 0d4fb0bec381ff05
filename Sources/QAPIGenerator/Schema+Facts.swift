import QEMUJSON

extension Schema {
  /// Reads the schema from the two fact files.
  init(facts: JSON, presence: JSON) throws(GeneratorError) {
    let reader = FactReader(presence: presence)
    commands = []
    for entry in try FactReader.section("commands", of: facts) { commands.append(try reader.command(entry)) }
    events = []
    for entry in try FactReader.section("events", of: facts) { events.append(try reader.event(entry)) }
    types = [:]
    for entry in try FactReader.section("types", of: facts) {
      types[entry.name] = try reader.type(entry)
    }
  }
}

/// A reader that converts the entries of the fact files to parts of a schema.
private struct FactReader {
  private let presence: [String: [String: [String]]]

  init(presence: JSON) {
    var sections: [String: [String: [String]]] = [:]
    for section in presence.objectValue ?? [:] {
      guard case .object(let entries) = section.value else { continue }
      for entry in entries {
        sections[section.name, default: [:]][entry.name] = entry.value.arrayValue?.compactMap(\.stringValue)
      }
    }
    self.presence = sections
  }

  static func section(_ name: String, of facts: JSON) throws(GeneratorError) -> JSONObject {
    guard let section = facts[name]?.objectValue else { throw GeneratorError("the facts lack \(name)") }
    return section
  }

  func command(_ entry: JSONObject.Member) throws(GeneratorError) -> Schema.Command {
    Schema.Command(
      name: entry.name, about: about(entry.value, "commands", entry.name),
      arguments: try arguments(entry), response: try entry.value["returns"].map(Self.reference),
      takesAnyMember: entry.value["gen"] == false,
      allowsOutOfBand: entry.value["allow-oob"] == true,
      allowsPreconfig: entry.value["allow-preconfig"] == true)
  }

  func event(_ entry: JSONObject.Member) throws(GeneratorError) -> Schema.Event {
    Schema.Event(
      name: entry.name, about: about(entry.value, "events", entry.name), arguments: try arguments(entry))
  }

  func type(_ entry: JSONObject.Member) throws(GeneratorError) -> Schema.TypeDefinition {
    Schema.TypeDefinition(
      name: entry.name, about: about(entry.value, "types", entry.name), kind: try kind(entry))
  }

  private func arguments(_ entry: JSONObject.Member) throws(GeneratorError) -> Schema.Arguments {
    if let type = entry.value["arguments_type"]?.stringValue { return .type(type) }
    return .members(try members(entry.value["arguments"], "arguments", entry.name))
  }

  private func kind(_ entry: JSONObject.Member) throws(GeneratorError) -> Schema.Kind {
    let value = entry.value
    switch value["kind"]?.stringValue {
    case "enum": return .enumeration(try enumerationValues(entry))
    case "struct":
      let members = try members(value["members"], "members", entry.name)
      return .structure(base: value["base"]?.stringValue, members: members)
    case "union": return .union(try union(entry))
    case "alternate": return .alternate(try alternatives(value))
    default: throw GeneratorError("\(entry.name) is of no kind that is known here")
    }
  }

  private func enumerationValues(
    _ entry: JSONObject.Member
  ) throws(GeneratorError) -> [Schema.EnumerationValue] {
    var values: [Schema.EnumerationValue] = []
    for value in entry.value["values"]?.arrayValue ?? [] {
      let name = try Self.text("name", of: value)
      values.append(.init(name: name, about: about(value, "values", "\(entry.name).\(name)")))
    }
    return values
  }

  private func union(_ entry: JSONObject.Member) throws(GeneratorError) -> Schema.Union {
    var branches: [Schema.Branch] = []
    for branch in entry.value["branches"]?.arrayValue ?? [] {
      let tag = try Self.text("value", of: branch)
      branches.append(
        .init(
          tag: tag, type: try Self.text("type", of: branch),
          about: about(branch, "members", "\(entry.name).\(tag)")))
    }
    return Schema.Union(
      base: entry.value["base"]?.stringValue,
      members: try members(entry.value["members"], "members", entry.name),
      discriminator: try Self.text("discriminator", of: entry.value),
      discriminatorType: try Self.text("discriminator_type", of: entry.value), branches: branches)
  }

  private func alternatives(_ value: JSON) throws(GeneratorError) -> [Schema.Alternative] {
    var alternatives: [Schema.Alternative] = []
    for alternative in value["alternatives"]?.arrayValue ?? [] {
      let jsonType = try Self.text("json_type", of: alternative)
      guard let type = alternative["type"], let jsonType = Schema.JSONType(rawValue: jsonType) else {
        throw GeneratorError("an alternative is of no JSON type that is known here: \(jsonType)")
      }
      alternatives.append(
        .init(
          name: try Self.text("name", of: alternative), type: try Self.reference(type), jsonType: jsonType))
    }
    return alternatives
  }

  private func members(
    _ list: JSON?, _ section: String, _ owner: String
  ) throws(GeneratorError) -> [Schema.Member] {
    var members: [Schema.Member] = []
    for value in list?.arrayValue ?? [] {
      let name = try Self.text("name", of: value)
      guard let type = value["type"] else { throw GeneratorError("\(owner).\(name) has no type") }
      let about = about(value, section, "\(owner).\(name)")
      members.append(
        .init(
          name: name, type: try Self.reference(type),
          isOptional: value["optional"] == true || about.presentIn != nil
            || presence["optional_in"]?["\(owner).\(name)"] != nil,
          defaultValue: value["default"]?.stringValue, about: about))
    }
    return members
  }

  private func about(_ value: JSON, _ section: String, _ key: String) -> Schema.About {
    Schema.About(
      module: value["module"]?.stringValue ?? "", since: value["since"]?.stringValue,
      condition: value["if"].map { $0.stringValue ?? "a condition on several settings" },
      features: (value["features"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue },
      presentIn: presence[section]?[key])
  }

  private static func reference(_ value: JSON) throws(GeneratorError) -> Schema.TypeReference {
    if let name = value.stringValue { return .named(name) }
    guard let element = value["list"] else { throw GeneratorError("\(value) is no type") }
    return .list(try reference(element))
  }

  private static func text(_ name: String, of value: JSON) throws(GeneratorError) -> String {
    guard let text = value[name]?.stringValue else { throw GeneratorError("\(value) lacks \(name)") }
    return text
  }
}
