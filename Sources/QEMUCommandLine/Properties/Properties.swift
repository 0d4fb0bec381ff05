public import QEMUJSON

/// The properties that an option names, in order, read and written through the constants of their schema.
///
/// ```swift
/// var properties = Properties<TCG>()
/// properties.threads = .multi      // thread=multi
/// properties.tbSize                // nil: not named
/// ```
/// What is not named is not there: QEMU's default applies.
@dynamicMemberLookup
public struct Properties<Schema: PropertySchema>: Sendable, Hashable {
  /// What is named, in order. A name may stand twice; QEMU takes the last, of `id` the first, and all of a list.
  public private(set) var assignments: [Assignment] = []

  /// Makes an empty list: every property has QEMU's default.
  public init() {}

  /// Makes a list with what the closure sets.
  public init(_ configure: (inout Properties) -> Void) { configure(&self) }

  /// Takes assignments after checking each against its declaration.
  init(
    checking assignments: [LocatedAssignment], of owner: String, unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    self.assignments.reserveCapacity(assignments.count)
    for located in assignments {
      try Self.check(located, of: owner, unknownNames)
      self.assignments.append(located.assignment)
    }
  }

  /// The value of a property; nil where it is not named. Setting nil removes it.
  public subscript<Value>(dynamicMember property: KeyPath<Schema, Key<Value>>) -> Value? {
    get { self[Schema.schema[keyPath: property].name].flatMap(Value.init(propertyText:)) }
    set { self[Schema.schema[keyPath: property].name] = newValue?.propertyText }
  }

  /// The values of a property that may have several, in order.
  public subscript<Value>(dynamicMember property: KeyPath<Schema, ListKey<Value>>) -> [Value] {
    get { texts(of: Schema.schema[keyPath: property].name).compactMap(Value.init(propertyText:)) }
    set { setTexts(newValue.map(\.propertyText), of: Schema.schema[keyPath: property].name) }
  }

  /// The text of a property by its wire name.
  ///
  /// Setting one that is not declared passes it on to QEMU as it is; setting nil removes it.
  public subscript(name: String) -> String? {
    get {
      name == "id"
        ? assignments.first { $0.name == name }?.text : assignments.last { $0.name == name }?.text
    }
    set {
      guard let newValue else {
        assignments.removeAll { $0.name == name }
        return
      }
      let index =
        name == "id"
        ? assignments.firstIndex { $0.name == name } : assignments.lastIndex { $0.name == name }
      if let index {
        assignments[index] = Assignment(name, newValue)
      } else {
        assignments.append(Assignment(name, newValue))
      }
    }
  }

  /// The texts of a property by its wire name, as often as it is named.
  public func texts(of name: String) -> [String] {
    assignments.compactMap { $0.name == name ? $0.text : nil }
  }

  private mutating func setTexts(_ texts: [String], of name: String) {
    let index = assignments.firstIndex { $0.name == name } ?? assignments.endIndex
    let before = assignments[..<index]
    let after = assignments[index...].filter { $0.name != name }
    assignments = before + texts.map { Assignment(name, $0) } + after
  }

  /// The names of those that are not declared.
  public var untyped: [String] {
    assignments.map(\.name).filter { Schema.declarations[$0] == nil }
  }

  /// Adds what a later occurrence of the option names; its values win.
  mutating func merge(_ other: Properties) {
    for assignment in other.assignments {
      if Schema.declarations[assignment.name]?.isList ?? false {
        assignments.append(assignment)
      } else {
        self[assignment.name] = assignment.text
      }
    }
  }

  private static func check(
    _ located: LocatedAssignment, of owner: String, _ unknownNames: UnknownNames
  ) throws(CommandLineError) {
    let (name, text) = (located.assignment.name, located.assignment.text)
    guard let declaration = Schema.declarations[name] else {
      if Schema.isOpen || unknownNames == .kept { return }
      throw CommandLineError(
        .unknownProperty, "\(owner) has no property \"\(name.prefix(80))\"",
        at: .init(column: located.column),
        remedy: suggestion(name, Schema.declarations.keys)
          + (Schema.declarations.isEmpty
            ? "\(owner) has no properties"
            : "\(owner) has \(Schema.declarations.keys.sorted().joined(separator: ", "))"))
    }
    switch declaration.judge(text) {
    case .valid: break
    case .malformed:
      throw CommandLineError(
        .malformedValue, "\(name)=\(text.prefix(80)) is not \(declaration.expectation)",
        at: .init(column: located.column), remedy: "\(name) takes \(declaration.expectation)")
    case .outOfRange(let reason):
      throw CommandLineError(
        .valueOutOfRange, "\(name)=\(text.prefix(80)): \(reason)", at: .init(column: located.column),
        remedy: "\(name) takes \(declaration.expectation)")
    }
  }
}

// MARK: - As the argument of an option

extension Properties: OptionArgument where Schema: OptionSchema {
  /// Reads the argument of the option.
  /// - Throws: ``CommandLineError``: `malformedText`, `unknownProperty`, `malformedValue`, `valueOutOfRange`.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    try self.init(
      checking: Schema.language.parse(text, impliedKey: Schema.impliedKey), of: "-\(Schema.option)",
      unknownNames: unknownNames)
  }

  /// The argument of the option.
  public func text() throws(CommandLineError) -> String {
    try Schema.language.emit(assignments, impliedKey: Schema.impliedKey)
  }

  /// The properties by name.
  public var members: JSONObject? { memberObject(of: assignments, Schema.declarations) }

  /// Makes them of a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    try self.init(
      checking: locatedAssignments(of: members, Schema.declarations), of: "-\(Schema.option)",
      unknownNames: unknownNames)
  }
}

extension Properties: DedicatedArgument where Schema: OptionSchema {
  /// The option's name.
  public static var option: String { Schema.option }
}
