public import QEMUJSON

/// The part of a binary's QAPI schema that defines the arguments of options.
///
/// QMP: `query-qmp-schema`
public struct LiveSchema: Sendable, Hashable {
  /// The types and commands, as QEMU reported them, without those that no option uses.
  public let entities: [JSON]
  private let byName: [String: JSON]
  private let roots: [String: String]

  /// Creates a schema from the reply of `query-qmp-schema`.
  public init(entities: [JSON]) {
    let index = Dictionary(
      entities.compactMap { entity in entity["name"]?.stringValue.map { ($0, entity) } },
      uniquingKeysWith: { first, _ in first })
    let roots = Self.commands.compactMapValues { place in index[place.command]?[place.member]?.stringValue }
    self.roots = roots
    var reached: Set<String> = Set(Self.commands.values.map(\.command))
    for root in roots.values { Self.reach(root, in: index, &reached) }
    self.entities = entities.filter { reached.contains($0["name"]?.stringValue ?? "") }
    byName = index.filter { reached.contains($0.key) }
  }

  /// The command and the member that have the type of each option in the schema.
  private static let commands: [String: (command: String, member: String)] = [
    "audio": ("query-audiodevs", "ret-type"), "audiodev": ("query-audiodevs", "ret-type"),
    "blockdev": ("blockdev-add", "arg-type"),
    "display": ("query-display-options", "ret-type"), "incoming": ("migrate-incoming", "arg-type"),
    "net": ("netdev_add", "arg-type"), "netdev": ("netdev_add", "arg-type"),
    "nic": ("netdev_add", "arg-type"),
    "numa": ("set-numa-node", "arg-type"), "object": ("object-add", "arg-type"),
  ]

  private static func reach(_ root: String, in index: [String: JSON], _ reached: inout Set<String>) {
    var pending = [root]
    while let name = pending.popLast() {
      guard reached.insert(name).inserted, let entity = index[name] else { continue }
      if let element = entity["element-type"]?.stringValue { pending.append(element) }
      let parts = (entity["members"]?.arrayValue ?? []) + (entity["variants"]?.arrayValue ?? [])
      pending += parts.compactMap { $0["type"]?.stringValue }
    }
  }
}

// MARK: - Comparison

extension LiveSchema {
  /// A difference between an argument and a binary's schema.
  struct Objection {
    /// The path of the member, `file.driver`.
    let path: [String]
    /// The name or value that the schema does not have, or that is deprecated.
    let word: String
    /// The names or values of the schema; nil if the word is deprecated.
    let candidates: [String]?
    let isValue: Bool
  }

  /// Returns whether an option's type has a member.
  func hasMember(_ name: String, of option: String) -> Bool {
    guard let root = roots[option] else { return false }
    return byName[root]?["members"]?.arrayValue?.contains { $0["name"]?.stringValue == name } ?? false
  }

  /// Returns the names of an option's members, including those of all branches.
  func memberNames(ofEveryVariantOf option: String) -> Set<String> {
    guard let root = roots[option], let entity = byName[root] else { return [] }
    let branches = (entity["variants"]?.arrayValue ?? []).compactMap {
      $0["type"]?.stringValue.flatMap { byName[$0] }
    }
    return Set(
      ([entity] + branches).flatMap { $0["members"]?.arrayValue ?? [] }.compactMap { $0["name"]?.stringValue }
    )
  }

  /// Returns the required members of a branch of an option.
  func requiredMembers(of branch: String, in option: String) -> [String] {
    guard let root = roots[option], let entity = byName[root] else { return [] }
    let type = entity["variants"]?.arrayValue?.first { $0["case"]?.stringValue == branch }?["type"]?
      .stringValue
    return (type.flatMap { byName[$0] }?["members"]?.arrayValue ?? []).filter { $0["default"] == nil }
      .compactMap { $0["name"]?.stringValue }
  }

  /// Compares the names and words of an object with an option's type; other scalars are not compared.
  /// - Returns: the differences; none if the schema does not have the option's type.
  func objections(to object: JSONObject, of option: String) -> [Objection] {
    guard let root = roots[option] else { return [] }
    // For an array, the elements are compared: query-audiodevs returns a list of -audiodev arguments.
    return objections(to: .object(object), type: byName[root]?["element-type"]?.stringValue ?? root, at: [])
  }

  private func objections(to value: JSON, type: String, at path: [String]) -> [Objection] {
    guard let entity = byName[type], path.count < 64 else { return [] }
    switch entity["meta-type"]?.stringValue {
    case "object": return value.objectValue.map { self.objections(in: $0, of: entity, at: path) } ?? []
    case "enum": return objections(toWord: value.stringValue, of: entity, at: path)
    case "array":
      let element = entity["element-type"]?.stringValue ?? ""
      return (value.arrayValue ?? []).enumerated().flatMap { index, value in
        objections(to: value, type: element, at: path + [String(index)])
      }
    case "alternate": return objections(to: value, alternate: entity, at: path)
    default: return []
    }
  }

  private func objections(in object: JSONObject, of entity: JSON, at path: [String]) -> [Objection] {
    let members = self.members(of: entity, in: object).compactMap { member in
      member["name"]?.stringValue.map { ($0, member) }
    }
    let names = members.map(\.0)
    let byName = Dictionary(members) { _, last in last }
    return object.flatMap { own -> [Objection] in
      let (name, value) = (own.name, own.value)
      guard let member = byName[name] else {
        return [Objection(path: path + [name], word: name, candidates: names, isValue: false)]
      }
      let deprecated =
        member.isDeprecated
        ? [Objection(path: path + [name], word: name, candidates: nil, isValue: false)] : []
      return deprecated + objections(to: value, type: member["type"]?.stringValue ?? "", at: path + [name])
    }
  }

  /// Returns the members of an object's type, including those of the branch that its tag selects.
  private func members(of entity: JSON, in object: JSONObject) -> [JSON] {
    let members = entity["members"]?.arrayValue ?? []
    guard let tag = entity["tag"]?.stringValue, let chosen = object[tag]?.stringValue else { return members }
    let branch = entity["variants"]?.arrayValue?.first { $0["case"]?.stringValue == chosen }
    guard let type = branch?["type"]?.stringValue, let entity = byName[type] else { return members }
    return members + self.members(of: entity, in: object)
  }

  private func objections(toWord word: String?, of entity: JSON, at path: [String]) -> [Objection] {
    guard let word else { return [] }
    let described = entity["members"]?.arrayValue ?? []
    let words =
      entity["values"]?.arrayValue?.compactMap(\.stringValue)
      ?? described.compactMap { $0["name"]?.stringValue }
    guard words.contains(word) else {
      return [Objection(path: path, word: word, candidates: words, isValue: true)]
    }
    let isDeprecated = described.contains { $0["name"]?.stringValue == word && $0.isDeprecated }
    return isDeprecated ? [Objection(path: path, word: word, candidates: nil, isValue: true)] : []
  }

  /// Returns the differences of a value that no alternative accepts; an alternative of type `str` accepts any text.
  private func objections(to value: JSON, alternate entity: JSON, at path: [String]) -> [Objection] {
    let types = (entity["members"]?.arrayValue ?? []).compactMap { $0["type"]?.stringValue }
    let fitting = types.filter {
      byName[$0].map { value.fits($0) } ?? ($0 == "str" || value.stringValue == nil)
    }
    let judged = fitting.map { objections(to: value, type: $0, at: path) }
    return judged.contains { $0.isEmpty } ? [] : judged.first ?? []
  }
}

// MARK: - References

extension LiveSchema {
  /// Returns the names of block nodes that an object refers to: texts in place of a node's definition.
  func references(toNodesIn object: JSONObject, of option: String) -> [(path: String, name: String)] {
    guard let root = roots[option], let entity = byName[root] else { return [] }
    return references(in: object, of: entity, at: "")
  }

  private func references(in object: JSONObject, of entity: JSON, at path: String) -> [(
    path: String, name: String
  )] {
    let types = Dictionary(
      members(of: entity, in: object).compactMap { member in
        member["name"]?.stringValue.map { ($0, member["type"]?.stringValue ?? "") }
      }
    ) { _, last in last }
    return object.flatMap { member in
      references(in: member.value, type: types[member.name] ?? "", at: path + member.name)
    }
  }

  private func references(in value: JSON, type: String, at path: String) -> [(path: String, name: String)] {
    guard let entity = byName[type], path.utf8.count < 1024 else { return [] }
    let forms = (entity["members"]?.arrayValue ?? []).compactMap { $0["type"]?.stringValue }
    switch entity["meta-type"]?.stringValue {
    case "object": return value.objectValue.map { references(in: $0, of: entity, at: path + ".") } ?? []
    case "array":
      let element = entity["element-type"]?.stringValue ?? ""
      return (value.arrayValue ?? []).enumerated().flatMap {
        references(in: $1, type: element, at: "\(path).\($0)")
      }
    case "alternate" where value.stringValue != nil:
      guard let node = roots["blockdev"], forms.contains(node), let name = value.stringValue, !name.isEmpty
      else {
        return []
      }
      return [(path, name)]
    case "alternate": return forms.flatMap { references(in: value, type: $0, at: path) }
    default: return []
    }
  }
}

extension JSON {
  fileprivate var isDeprecated: Bool {
    self["features"]?.arrayValue?.contains { $0.stringValue == "deprecated" } ?? false
  }

  fileprivate func fits(_ entity: JSON) -> Bool {
    switch entity["meta-type"]?.stringValue {
    case "object": objectValue != nil
    case "enum": stringValue != nil
    case "array": arrayValue != nil
    case "builtin":
      (entity["json-type"]?.stringValue == "string") == (stringValue != nil) && objectValue == nil
    default: true
    }
  }
}
