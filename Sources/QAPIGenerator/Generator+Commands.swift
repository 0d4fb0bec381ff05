extension Generator {
  /// A command: its arguments as members.
  func emit(_ command: Schema.Command, into source: inout SwiftSource) throws {
    Self.head(Self.summary(of: command), command.name, command.about, &source)
    try source.block("public struct \(Naming.command(command.name)): QAPICommand") { source in
      emitIdentity(of: command, &source)
      switch try arguments(of: command.arguments) {
      case .properties(let properties):
        emitArguments(properties, takesAnyMember: command.takesAnyMember, &source)
      case .union(let type): emitArguments(ofUnion: type, &source)
      }
    }
  }

  /// An event: its data as members.
  func emit(_ event: Schema.Event, into source: inout SwiftSource) throws {
    guard case .properties(let properties) = try arguments(of: event.arguments) else {
      throw GeneratorError("\(event.name): its data is a union, which is not made yet")
    }
    Self.head("Says that `\(event.name)` happened.", event.name, event.about, &source)
    source.block("public struct \(Naming.event(event.name)): QAPIObject, QAPIEvent") { source in
      source.line("/// The wire name.")
      source.block("public static var name: String", containing: literal(event.name))
      Self.emitAvailability(event.about, &source)
      emitDecodableMembers(properties, &source)
    }
  }

  static func summary(of command: Schema.Command) -> String {
    "\(Naming.phrase(command.name)): the command `\(command.name)`."
  }

  /// The name, the response and the availability of a command.
  func emitIdentity(of command: Schema.Command, _ source: inout SwiftSource) {
    source.line("/// What QEMU answers.")
    source.line("public typealias Response = \(command.response.map(swiftName) ?? "EmptyResponse")")
    source.line("/// The wire name.")
    source.block("public static var name: String", containing: literal(command.name))
    Self.emitAvailability(command.about, &source)
  }

  private enum CarriedMembers {
    case properties([Property])
    case union(String)
  }

  private func arguments(of arguments: Schema.Arguments) throws -> CarriedMembers {
    switch arguments {
    case .members(let members): return .properties(try properties(members))
    case .type(let name):
      if case .union = try schema.type(name).kind { return .union(Naming.type(name)) }
      return .properties(try properties(try schema.flatMembers(ofStructure: name)))
    }
  }

  private func emitArguments(
    _ properties: [Property], takesAnyMember: Bool, _ source: inout SwiftSource
  ) {
    emitDeclarations(properties, &source)
    var parameters = properties.map(\.parameter)
    var names = properties.map(\.quoted)
    var statements = properties.map(\.writing)
    if takesAnyMember {
      source.line("/// Arguments that the schema does not name, because they depend on what is named.")
      source.line("public var furtherArguments: JSONObject")
      parameters.append("furtherArguments: JSONObject = JSONObject()")
      names.append("furtherArguments")
      statements.append("object.add(furtherArguments)")
    }
    emitInitialiser(parameters, names, &source)
    if statements.isEmpty { return }
    emitArgumentsFunction(statements, &source)
  }

  private func emitArguments(ofUnion type: String, _ source: inout SwiftSource) {
    source.line("/// The arguments, all of them.")
    source.line("public var options: \(type)")
    emitInitialiser(["_ options: \(type)"], ["options"], &source)
    emitArgumentsFunction(["options.write(to: &object)"], &source)
  }

  private func emitArgumentsFunction(
    _ statements: [String], _ source: inout SwiftSource
  ) {
    source.line("/// The arguments as they go over the wire.")
    source.block("public func arguments() -> JSONObject") { source in
      source.line("var object = JSONObject()")
      for statement in statements { source.line(statement) }
      source.line("return object")
    }
  }

  /// The tables over everything that is generated.
  func catalogue() -> SwiftSource {
    var source = SwiftSource()
    source.line()
    source.line("/// What was generated, by wire name.")
    source.block("public enum QAPICatalogue") { source in
      source.line("/// The commands.")
      source.line("public static let commands: [any QAPICommand.Type] = [")
      for command in schema.commands.sorted(by: { $0.name < $1.name }) {
        source.line("  \(Naming.command(command.name)).self,")
      }
      source.line("]")
      source.line()
      source.line("/// The events.")
      source.line("public static let events: [any QAPIEvent.Type] = [")
      for event in schema.events.sorted(by: { $0.name < $1.name }) {
        source.line("  \(Naming.event(event.name)).self,")
      }
      source.line("]")
      source.line()
      source.line("/// The type of the event `name`; nil where it was not known when this was generated.")
      source.block("public static func event(named name: String) -> (any QAPIEvent.Type)?") { source in
        source.line("switch name {")
        for event in schema.events.sorted(by: { $0.name < $1.name }) {
          source.line("case \(literal(event.name)): \(Naming.event(event.name)).self")
        }
        source.line("default: nil")
        source.line("}")
      }
    }
    return source
  }
}
