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
  /// What is named, in order. A name may stand twice; QEMU takes the last.
  public private(set) var assignments: [Assignment] = []

  /// Makes an empty list: every property has QEMU's default.
  public init() {}

  /// Takes assignments after checking each against its declaration.
  init(checking assignments: [LocatedAssignment], of owner: String) throws(CommandLineError) {
    for located in assignments {
      try Self.check(located, of: owner)
      self.assignments.append(located.assignment)
    }
  }

  /// The value of a property; nil where it is not named. Setting nil removes it.
  public subscript<Value>(dynamicMember property: KeyPath<Schema, Key<Value>>) -> Value? {
    get { self[Schema.schema[keyPath: property].name].flatMap(Value.init(propertyText:)) }
    set { self[Schema.schema[keyPath: property].name] = newValue?.propertyText }
  }

  /// The text of a property by its wire name.
  public internal(set) subscript(name: String) -> String? {
    get { assignments.last { $0.name == name }?.text }
    set {
      let index = assignments.lastIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let text?): assignments[index] = Assignment(name, text)
      case (nil, let text?): assignments.append(Assignment(name, text))
      case (_, nil): assignments.removeAll { $0.name == name }
      }
    }
  }

  /// Adds what a later occurrence of the option names; its values win.
  mutating func merge(_ other: Properties) {
    for assignment in other.assignments { self[assignment.name] = assignment.text }
  }

  private static func check(_ located: LocatedAssignment, of owner: String) throws(CommandLineError) {
    let (name, text) = (located.assignment.name, located.assignment.text)
    guard let declaration = Schema.declarations[name] else {
      throw CommandLineError(
        .unknownProperty, "\(owner) has no property \"\(name.prefix(80))\"",
        at: .init(column: located.column),
        remedy: suggestion(name, Schema.declarations.keys)
          + (Schema.declarations.isEmpty
            ? "\(owner) has no properties"
            : "\(owner) has \(Schema.declarations.keys.sorted().joined(separator: ", "))"))
    }
    let expected = "\(name) takes \(declaration.expectation)"
    switch declaration.judge(text) {
    case .valid: break
    case .malformed:
      throw CommandLineError(
        .malformedValue, "\(name)=\(text.prefix(80)) is not \(declaration.expectation)",
        at: .init(column: located.column), remedy: expected)
    case .outOfRange(let reason):
      throw CommandLineError(
        .valueOutOfRange, "\(name)=\(text.prefix(80)): \(reason)", at: .init(column: located.column),
        remedy: expected)
    }
  }
}
