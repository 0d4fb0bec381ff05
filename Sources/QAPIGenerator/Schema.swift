/// QEMU's QAPI schema, as far as Swift is made of it.
struct Schema {
  var commands: [Command]
  var events: [Event]
  var types: [String: TypeDefinition]

  struct Command {
    let name: String
    let about: About
    let arguments: Arguments
    let response: TypeReference?
    /// Whether QEMU takes members that the schema does not name.
    let takesAnyMember: Bool
    let allowsOutOfBand: Bool
    let allowsPreconfig: Bool
  }

  struct Event {
    let name: String
    let about: About
    let arguments: Arguments
  }

  /// What a command or an event carries: members of its own, or those of a type.
  enum Arguments {
    case members([Member])
    case type(String)
  }

  struct TypeDefinition {
    let name: String
    let about: About
    let kind: Kind
  }

  enum Kind {
    case enumeration([EnumerationValue])
    case structure(base: String?, members: [Member])
    case union(Union)
    case alternate([Alternative])
  }

  struct Union {
    let base: String?
    let members: [Member]
    let discriminator: String
    let discriminatorType: String
    let branches: [Branch]
  }

  struct Branch {
    let tag: String
    let type: String
    let about: About
  }

  struct Member {
    let name: String
    let type: TypeReference
    /// Whether the schema says so, or a release that is known here does not have the member yet.
    let isOptional: Bool
    let defaultValue: String?
    let about: About
  }

  struct EnumerationValue {
    let name: String
    let about: About
  }

  struct Alternative {
    let name: String
    let type: TypeReference
    let jsonType: JSONType
  }

  enum JSONType: String {
    case string = "QTYPE_QSTRING"
    case null = "QTYPE_QNULL"
    case object = "QTYPE_QDICT"
    case number = "QTYPE_QNUM"
    case bool = "QTYPE_QBOOL"
    case array = "QTYPE_QLIST"
  }

  indirect enum TypeReference: Equatable {
    case named(String)
    case list(TypeReference)

    /// The type that the lists are of.
    var innermost: String {
      switch self {
      case .named(let name): name
      case .list(let element): element.innermost
      }
    }
  }

  /// What is known about a thing beside its form.
  struct About {
    var module = ""
    var since: String?
    var condition: String?
    var features: [String] = []
    /// The releases that have it; nil where all do that have what it belongs to.
    var presentIn: [String]?
  }
}

extension Schema {
  /// The type, which the schema must have.
  func type(_ name: String) throws(GeneratorError) -> TypeDefinition {
    guard let type = types[name] else { throw GeneratorError("the schema has no type \(name)") }
    return type
  }

  /// The members of a structure, those of its bases first.
  func flatMembers(ofStructure name: String) throws(GeneratorError) -> [Member] {
    guard case .structure(let base, let members) = try type(name).kind else {
      throw GeneratorError("\(name) is used as a base or as arguments, but is no structure")
    }
    return try flatMembers(base: base, own: members)
  }

  /// The members of a base and those that come after them.
  func flatMembers(base: String?, own: [Member]) throws(GeneratorError) -> [Member] {
    guard let base else { return own }
    return try flatMembers(ofStructure: base) + own
  }
}
