extension Generator {
  /// Returns the Swift name of a type.
  func swiftName(_ reference: Schema.TypeReference) -> String {
    switch reference {
    case .named(let name): Builtins.swiftNames[name] ?? Naming.type(name)
    case .list(let element): "[\(swiftName(element))]"
    }
  }

  /// Returns the stored properties for members.
  func properties(
    _ members: [Schema.Member], of owner: String? = nil
  ) throws -> [Property] {
    var properties: [Property] = []
    for member in members {
      let isBoxed = try owner.map { try holds(member, $0) } ?? false
      properties.append(
        Property(
          member: member, name: Naming.member(member.name), type: swiftName(member.type), isBoxed: isBoxed))
    }
    if let repeated = Self.firstRepeated(properties.map(\.name)) {
      throw GeneratorError("\(owner ?? "a command"): two members would be \(repeated)")
    }
    return properties
  }

  static func firstRepeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }

  /// Returns whether the member's value would contain a value of the type `owner` without a list or an enumeration in
  /// between.
  private func holds(_ member: Schema.Member, _ owner: String) throws -> Bool {
    var seen: Set<String> = []
    var pending = [member]
    while let next = pending.popLast() {
      guard case .named(let name) = next.type, Builtins.swiftNames[name] == nil else { continue }
      if name == owner { return true }
      if seen.insert(name).inserted { pending += try inlineMembers(name) }
    }
    return false
  }

  private func inlineMembers(_ name: String) throws -> [Schema.Member] {
    switch try schema.type(name).kind {
    case .structure: try schema.flatMembers(ofStructure: name)
    case .union(let union): try schema.flatMembers(base: union.base, own: union.members)
    case .enumeration, .alternate: []
    }
  }
}

// MARK: - Enumerations

extension Generator {
  func emit(
    _ type: Schema.TypeDefinition, _ values: [Schema.EnumerationValue], into source: inout SwiftSource
  ) throws {
    let cases = values.map { Naming.enumCase($0.name) }
    if let repeated = Self.firstRepeated(cases) {
      throw GeneratorError("\(type.name): two values would be \(repeated)")
    }
    Self.head(usage.summary(of: type), type.name, type.about, &source)
    source.block("public enum \(Naming.type(type.name)): QAPIEnumeration") { source in
      for (value, name) in zip(values, cases) {
        source.line(Documentation.line(for: value.name, value.about))
        source.line("case \(Naming.quoted(name))")
      }
      source.line("/// A value that was not known when this was generated, as in QMP.")
      source.line("case unknown(String)")
      source.line()
      source.line("/// The value `text` of QMP.")
      source.block("public init(text: String)") { source in
        source.line("switch text {")
        for (value, name) in zip(values, cases) {
          source.line("case \(literal(value.name)): self = .\(name)")
        }
        source.line("default: self = .unknown(text)")
        source.line("}")
      }
      source.line()
      source.line("/// The value as in QMP.")
      source.block("public var text: String") { source in
        source.line("switch self {")
        for (value, name) in zip(values, cases) {
          source.line("case .\(name): \(literal(value.name))")
        }
        source.line("case .unknown(let text): text")
        source.line("}")
      }
      source.line()
      source.line("/// The values that were known when this was generated.")
      source.line("public static var known: [Self] { [\(cases.map { ".\($0)" }.joined(separator: ", "))] }")
      Self.emitAvailability(type.about, &source)
    }
  }
}

// MARK: - Alternates

extension Generator {
  func emit(
    _ type: Schema.TypeDefinition, _ alternatives: [Schema.Alternative], into source: inout SwiftSource
  ) throws {
    Self.head(usage.summary(of: type), type.name, type.about, &source)
    let head = "public indirect enum \(Naming.type(type.name)): QAPIValue"
    source.block(head) { source in
      for alternative in alternatives {
        source.line("/// The value is \(alternative.jsonType.words).")
        let value = payload(alternative).map { "(\($0))" } ?? ""
        source.line("case \(Naming.quoted(alternative.caseName))\(value)")
      }
      source.line()
      source.line("/// Decodes the value by its JSON type.")
      source.line("/// - Throws: ``QAPIError`` `unknownAlternate` for another JSON type.")
      source.block("public init(json: JSON) throws(QAPIError)") { source in
        source.line("switch json {")
        for alternative in alternatives {
          let value = payload(alternative).map { "(try \($0)(json: json))" } ?? ""
          source.line("case \(alternative.jsonType.patterns): self = .\(alternative.caseName)\(value)")
        }
        let kinds = alternatives.map(\.jsonType.words).joined(separator: " or ")
        source.line("default: throw QAPIError(expectedOneOf: \(literal(kinds)), found: json)")
        source.line("}")
      }
      source.line()
      source.line("/// The value as it goes over the wire.")
      source.block("public var json: JSON") { source in
        source.line("switch self {")
        for alternative in alternatives {
          let name = alternative.caseName
          source.line(
            payload(alternative) == nil ? "case .\(name): .null" : "case .\(name)(let value): value.json")
        }
        source.line("}")
      }
      Self.emitAvailability(type.about, &source)
    }
  }

  private func payload(_ alternative: Schema.Alternative) -> String? {
    alternative.jsonType == .null ? nil : swiftName(alternative.type)
  }
}

extension Schema.Alternative {
  /// The name of the case; the JSON type replaces a name of one letter.
  fileprivate var caseName: String { name.count == 1 ? "\(jsonType)" : Naming.enumCase(name) }
}

extension Schema.JSONType {
  fileprivate var words: String {
    switch self {
    case .string: "a string"
    case .null: "null"
    case .object: "an object"
    case .number: "a number"
    case .bool: "a boolean"
    case .array: "an array"
    }
  }

  fileprivate var patterns: String {
    self == .number ? ".integer, .unsigned, .number" : ".\(self)"
  }
}
