/// The parts of QEMU's QAPI schema from which Swift is generated.
struct Schema {
  var commands: [Command]
  var events: [Event]
  var types: [String: TypeDefinition]

  struct Command {
    let name: String
    let about: About
    let arguments: Arguments
    let response: TypeReference?
    /// A Boolean value that indicates whether QEMU accepts members that the schema does not have.
    let takesAnyMember: Bool
    let allowsOutOfBand: Bool
    let allowsPreconfig: Bool
  }

  struct Event {
    let name: String
    let about: About
    let arguments: Arguments
  }

  /// The arguments of a command or the data of an event: members of its own, or those of a type.
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
    /// A Boolean value that indicates whether the member is optional in the schema, or absent in a known release.
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

    /// The element type of nested lists, or the type itself.
    var innermost: String {
      switch self {
      case .named(let name): name
      case .list(let element): element.innermost
      }
    }
  }

  /// The facts about an entity of the schema apart from its contents.
  struct About {
    var module = ""
    var since: String?
    var condition: String?
    var features: [String] = []
    /// The releases that have it; nil if all do that have its owner.
    var presentIn: [String]?
  }
}

extension Schema {
  /// Returns a type; throws an error if the schema does not have it.
  func type(_ name: String) throws(GeneratorError) -> TypeDefinition {
    guard let type = types[name] else { throw GeneratorError("the schema has no type \(name)") }
    return type
  }

  /// Returns the members of a structure, those of its bases first.
  func flatMembers(ofStructure name: String) throws(GeneratorError) -> [Member] {
    guard case .structure(let base, let members) = try type(name).kind else {
      throw GeneratorError("\(name) is used as a base or as arguments, but is no structure")
    }
    return try flatMembers(base: base, own: members)
  }

  /// Returns the members of a base, followed by others.
  func flatMembers(base: String?, own: [Member]) throws(GeneratorError) -> [Member] {
    guard let base else { return own }
    return try flatMembers(ofStructure: base) + own
  }
}
