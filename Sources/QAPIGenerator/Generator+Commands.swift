extension Generator {
  /// Emits a command with its arguments as members.
  func emit(_ command: Schema.Command, into source: inout SwiftSource) throws {
    Self.head(summary(of: command), command.name, command.about, &source)
    try source.block("public struct \(Naming.command(command.name)): QAPICommand") { source in
      emitIdentity(of: command, &source)
      switch try arguments(of: command.arguments) {
      case .properties(let properties):
        emitDecodableMembers(
          properties, rest: command.takesAnyMember ? .furtherArguments : .unrecognised, &source)
      case .union(let type): emitArguments(ofUnion: type, &source)
      }
    }
  }

  /// Emits an event with its data as members.
  func emit(_ event: Schema.Event, into source: inout SwiftSource) throws {
    guard case .properties(let properties) = try arguments(of: event.arguments) else {
      throw GeneratorError("\(event.name): its data is a union, which is not made yet")
    }
    Self.head("The event `\(event.name)`.", event.name, event.about, &source)
    source.block("public struct \(Naming.event(event.name)): QAPIEvent") { source in
      source.line("/// The name in QMP.")
      source.block("public static var name: String", containing: literal(event.name))
      Self.emitAvailability(event.about, &source)
      emitDecodableMembers(properties, &source)
    }
  }

  func summary(of command: Schema.Command) -> String {
    let answer = command.response.map(Documentation.answer) ?? "nothing"
    return "\(Naming.phrase(command.name)); returns \(answer)."
  }

  /// Emits the name, the response and the availability of a command.
  func emitIdentity(of command: Schema.Command, _ source: inout SwiftSource) {
    source.line("/// The reply.")
    source.line("public typealias Response = \(command.response.map(swiftName) ?? "EmptyResponse")")
    source.line("/// The name in QMP.")
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

  private func emitArguments(ofUnion type: String, _ source: inout SwiftSource) {
    source.line("/// The arguments, all of them.")
    source.line("public var options: \(type)")
    emitInitialiser(["_ options: \(type)"], ["options"], &source)
    emitReading(["options = try \(type)(reader: &reader)"], &source)
    emitWriting(["options.write(to: &object)"], &source)
  }
}
