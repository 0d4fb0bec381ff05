extension Generator {
  /// Adds an empty line, a summary and the line with the wire name.
  static func head(
    _ summary: String, _ wire: String, _ about: Schema.About, _ source: inout SwiftSource
  ) {
    source.line()
    source.line("/// \(summary)")
    source.line("///")
    source.line(Documentation.wireLine(wire, about))
  }

  static func emitAvailability(_ about: Schema.About, _ source: inout SwiftSource) {
    source.line("/// The QEMU versions that have it.")
    source.line("public static var availability: QAPIAvailability { \(Documentation.availability(about)) }")
  }

  /// Emits a structure with its members, and a property for unknown members.
  func emitStructure(_ type: Schema.TypeDefinition, into source: inout SwiftSource) throws {
    let properties = try properties(try schema.flatMembers(ofStructure: type.name), of: type.name)
    let command = commandOfType[type.name]
    if let command {
      Self.head(summary(of: command), command.name, command.about, &source)
    } else {
      Self.head(usage.summary(of: type), type.name, type.about, &source)
    }
    source.block("public struct \(Naming.type(type.name)): \(command == nil ? "QAPIObject" : "QAPICommand")")
    { source in
      if let command { emitIdentity(of: command, &source) }
      emitDecodableMembers(properties, &source)
      if command == nil { Self.emitAvailability(type.about, &source) }
    }
  }

  /// The property in which an object keeps members that the schema does not have.
  enum Rest: String {
    case unrecognised
    case furtherArguments

    var documentation: String {
      switch self {
      case .unrecognised: "/// Members that were not known when this was generated."
      case .furtherArguments:
        "/// Arguments that the schema does not name, because they depend on what is named."
      }
    }
  }

  /// Emits members that are decoded and encoded, and a property for unknown members.
  func emitDecodableMembers(
    _ properties: [Property], rest: Rest = .unrecognised, _ source: inout SwiftSource
  ) {
    emitDeclarations(properties, &source)
    source.line(rest.documentation)
    source.line("public var \(rest): JSONObject")
    emitInitialiser(
      properties.map(\.parameter) + ["\(rest): JSONObject = JSONObject()"],
      properties.map(\.quoted) + ["\(rest)"], &source)
    emitReading(properties.map(\.reading) + ["\(rest) = reader.rest()"], &source)
    emitWriting(properties.map(\.writing) + ["if !\(rest).isEmpty { object.add(\(rest)) }"], &source)
  }

  func emitDeclarations(_ properties: [Property], _ source: inout SwiftSource) {
    for property in properties {
      let member = property.member
      source.line(Documentation.line(for: member.name, member.about, defaultValue: member.defaultValue))
      let wrapper = property.isBoxed ? "@QAPIBoxed " : ""
      source.line("\(wrapper)public var \(property.quoted): \(property.declaredType)")
    }
  }

  /// Emits the initializer that sets each name to its parameter; a parameter with `_` has no label.
  func emitInitialiser(
    _ parameters: [String], _ names: [String], _ source: inout SwiftSource
  ) {
    source.line(
      "/// \(parameters.isEmpty ? "Creates a value; it has no members" : "Creates a value from its members")."
    )
    if parameters.isEmpty {
      source.line("public init() {}")
      return
    }
    source.block("public init(\(parameters.joined(separator: ", ")))") { source in
      for name in names { source.line("self.\(name) = \(name)") }
    }
  }

  func emitReading(_ statements: [String], _ source: inout SwiftSource) {
    source.line("/// Reads the members from an object that is being read.")
    source.block("public init(reader: inout QAPIObjectReader) throws(QAPIError)") { source in
      for statement in statements { source.line(statement) }
    }
  }

  func emitWriting(_ statements: [String], _ source: inout SwiftSource) {
    source.line("/// Adds the members to an object.")
    source.block("public func write(to object: inout JSONObject)") { source in
      for statement in statements { source.line(statement) }
    }
  }
}

// MARK: - Unions

extension Generator {
  /// Emits a union as an enumeration of its branches, inside a structure if it has members other than the
  /// discriminator.
  func emit(
    _ type: Schema.TypeDefinition, _ union: Schema.Union, into source: inout SwiftSource
  ) throws {
    let members = try schema.flatMembers(base: union.base, own: union.members)
    guard let discriminator = members.first(where: { $0.name == union.discriminator }) else {
      throw GeneratorError("\(type.name) has no member \(union.discriminator)")
    }
    let branches = Branches(of: union, discriminator: discriminator)
    let properties = try properties(members.filter { $0.name != union.discriminator }, of: type.name)
    Self.head(usage.summary(of: type), type.name, type.about, &source)
    let name = Naming.type(type.name)
    if properties.isEmpty {
      emit(branches, named: name, availability: type.about, into: &source)
      return
    }
    source.block("public struct \(name): QAPIObject") { source in
      emitDeclarations(properties, &source)
      source.line("/// The members that depend on `\(union.discriminator)`, and those that were not known.")
      source.line("public var variant: Variant")
      source.line("/// The variant. QMP: `\(union.discriminator)`.")
      source.line(
        "public var \(branches.property): \(branches.declaredType) { variant.\(branches.property) }")
      emitInitialiser(
        ["_ variant: Variant"] + properties.map(\.parameter), properties.map(\.quoted) + ["variant"], &source)
      emitReading(properties.map(\.reading) + ["variant = try Variant(reader: &reader)"], &source)
      emitWriting(properties.map(\.writing) + ["variant.write(to: &object)"], &source)
      Self.emitAvailability(type.about, &source)
      source.line()
      source.line("/// The members that depend on `\(union.discriminator)`.")
      emit(branches, named: "Variant", into: &source)
    }
  }

  private func emit(
    _ branches: Branches, named name: String, availability: Schema.About? = nil,
    into source: inout SwiftSource
  ) {
    source.block("public indirect enum \(name): QAPIObject") { source in
      for line in branches.declarations { source.line(line) }
      source.line()
      source.line("/// The branch. QMP: `\(branches.wire)`.")
      let tag = "public var \(branches.property): \(branches.declaredType)"
      source.block(tag) { source in
        for line in branches.tagging { source.line(line) }
      }
      emitReading(branches.reading, &source)
      emitWriting(branches.writing, &source)
      if let availability { Self.emitAvailability(availability, &source) }
    }
  }
}
