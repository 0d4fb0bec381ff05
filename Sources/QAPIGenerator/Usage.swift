/// The uses of a schema's types by commands, events and other types.
struct Usage {
  /// A use of a type; the first kinds are the most informative.
  private enum Place: Comparable {
    case answer(String)
    case elementOfAnswer(String)
    case branch(of: String, where: String, is: String)
    case argument(String, of: String)
    case data(String, of: String)
    case arguments(of: String)
    case member(String, of: String)
    case alternative(of: String)
    case base(of: String)

    var words: String {
      switch self {
      case .answer(let command): "the reply to `\(command)`"
      case .elementOfAnswer(let command): "an element of the reply to `\(command)`"
      case .branch(let union, let tag, let value): "the members of `\(union)` where `\(tag)` is `\(value)`"
      case .argument(let name, let command): "the argument `\(name)` of `\(command)`"
      case .data(let name, let event): "the member `\(name)` of the event `\(event)`"
      case .arguments(let command): "the arguments of `\(command)`"
      case .member(let name, let owner): "the member `\(name)` of `\(owner)`"
      case .alternative(let owner): "a form of `\(owner)`"
      case .base(let owner): "the members that `\(owner)` shares with others"
      }
    }
  }

  private var places: [String: [Place]] = [:]

  init(of schema: Schema) {
    for command in schema.commands {
      switch command.response {
      case .named(let name): add(.answer(command.name), name)
      case .list(let element): add(.elementOfAnswer(command.name), element.innermost)
      case nil: break
      }
      add(command.arguments, type: .arguments(of: command.name)) { .argument($0, of: command.name) }
    }
    for event in schema.events {
      add(event.arguments, type: .arguments(of: event.name)) { .data($0, of: event.name) }
    }
    for type in schema.types.values { add(type) }
  }

  /// Returns the uses of a type as a sentence.
  func summary(of type: Schema.TypeDefinition) -> String {
    let all = (places[type.name] ?? []).sorted()
    guard let first = all.first else {
      return "The type `\(type.name)`, which no other part of the schema uses."
    }
    let others = all.count - 1
    let rest =
      others == 0 ? "" : others == 1 ? ", and \(all[1].words)" : ", and more in \(others) other places"
    let text = first.words + rest
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private mutating func add(_ place: Place, _ name: String) { places[name, default: []].append(place) }

  private mutating func add(
    _ arguments: Schema.Arguments, type place: Place, _ member: (String) -> Place
  ) {
    switch arguments {
    case .type(let name): add(place, name)
    case .members(let members): for each in members { add(member(each.name), each.type.innermost) }
    }
  }

  private mutating func add(_ type: Schema.TypeDefinition) {
    switch type.kind {
    case .enumeration: break
    case .structure(let base, let members): add(members, base, type.name)
    case .union(let union):
      add(union.members, union.base, type.name)
      for branch in union.branches {
        add(.branch(of: type.name, where: union.discriminator, is: branch.tag), branch.type)
      }
    case .alternate(let alternatives):
      for alternative in alternatives { add(.alternative(of: type.name), alternative.type.innermost) }
    }
  }

  private mutating func add(_ members: [Schema.Member], _ base: String?, _ owner: String) {
    for member in members { add(.member(member.name, of: owner), member.type.innermost) }
    if let base { add(.base(of: owner), base) }
  }
}
