public import QEMUJSON

/// The properties of an option, in order, read and written through the constants of their schema.
///
/// ```swift
/// var properties = Properties<TCG>()
/// properties.threads = .multi      // thread=multi
/// properties.tbSize                // nil: not set
/// ```
/// QEMU's default applies to a property that is not set.
@dynamicMemberLookup
public struct Properties<Schema: PropertySchema>: Sendable, Hashable {
  /// The assignments, in order. A name may be repeated: QEMU uses the last, the first of `id`, and all of a list.
  public private(set) var assignments = AssignmentList()

  /// Creates an empty list: every property has QEMU's default.
  public init() {}

  /// Creates a list with the properties that the closure sets.
  public init(_ configure: (inout Properties) -> Void) { configure(&self) }

  /// Creates a list of assignments after checking each against its declaration.
  /// - Parameter leftOut: a name whose assignments are not added.
  init(
    checking read: ReadAssignments, leavingOut leftOut: String? = nil, of owner: @autoclosure () -> String,
    unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    if let (number, fault) = Self.fault(in: read.list, leftOut, unknownNames) {
      throw fault.error(in: read.list[number], at: read.column(of: number), of: owner(), Schema.declarations)
    }
    guard let leftOut else {
      assignments = read.list
      return
    }
    assignments = read.list.without(leftOut)
  }

  /// The value of a property; nil if it is not set. Setting nil removes it.
  public subscript<Value>(dynamicMember property: KeyPath<Schema, Key<Value>>) -> Value? {
    get { self[Schema.schema[keyPath: property].name].flatMap(Value.init(propertyText:)) }
    set { self[Schema.schema[keyPath: property].name] = newValue?.propertyText }
  }

  /// The values of a property that may have several, in order.
  public subscript<Value>(dynamicMember property: KeyPath<Schema, ListKey<Value>>) -> [Value] {
    get { texts(of: Schema.schema[keyPath: property].name).compactMap(Value.init(propertyText:)) }
    set { setTexts(newValue.map(\.propertyText), of: Schema.schema[keyPath: property].name) }
  }

  /// The text of a property by its name on QEMU's command line.
  ///
  /// An undeclared property is passed to QEMU unchanged; setting nil removes the property.
  public subscript(name: String) -> String? {
    get { assignments.text(of: name) }
    set {
      guard let newValue else {
        assignments.removeAll { $0.name == name }
        return
      }
      let place =
        assignments.place(of: name).map { $0..<($0 + 1) } ?? assignments.endIndex..<assignments.endIndex
      assignments.replaceSubrange(place, with: CollectionOfOne(Assignment(name, newValue)))
    }
  }

  /// Returns all texts of a property by its name on QEMU's command line.
  public func texts(of name: String) -> [String] {
    assignments.compactMap { $0.name == name ? $0.text : nil }
  }

  private mutating func setTexts(_ texts: [String], of name: String) {
    let index = assignments.firstIndex { $0.name == name } ?? assignments.endIndex
    let after = assignments[index...].filter { $0.name != name }
    assignments.replaceSubrange(index..., with: texts.map { Assignment(name, $0) } + after)
  }

  /// The names of the properties that are not declared.
  public var untyped: [String] {
    assignments.filter { Schema.declarations[$0.name] == nil && !$0.isHelpRequest }.map(\.name)
  }

  /// The names of the properties whose enumeration does not have the value.
  public var unknownWords: [String] { Schema.declarations.unknownWords(in: assignments) }

  /// Adds the properties of a later occurrence of the option; its values take precedence.
  mutating func merge(_ other: Properties) {
    for assignment in other.assignments {
      if Schema.declarations[assignment.name]?.isList ?? false {
        assignments.append(assignment)
      } else {
        self[assignment.name] = assignment.text
      }
    }
  }

  /// Returns the index of the first invalid assignment, and its error.
  private static func fault(
    in list: AssignmentList, _ leftOut: String?, _ unknownNames: UnknownNames
  ) -> (number: Int, PropertyFault)? {
    let declarations = Schema.declarations
    var result: (Int, PropertyFault)?
    list.forEachBytes { number, name, text in
      switch declarations.judge(name, text, unknownNames) {
      case .valid: return true
      case nil where Schema.isOpen || unknownNames == .kept: return true
      case nil where leftOut.map { list.isName($0, at: number) } ?? false: return true
      case let judgement: result = (number, judgement.map { .refused($0) } ?? .unknown)
      }
      return false
    }
    return result
  }
}

/// An error in a property of an option.
private enum PropertyFault {
  case unknown
  case refused(PropertyJudgement)

  func error(
    in assignment: Assignment, at column: Int?, of owner: String, _ declarations: PropertyDeclarations
  ) -> CommandLineError {
    let (name, text) = (assignment.name, assignment.text.prefix(80))
    let expectation = declarations[name]?.expectation ?? "another value"
    switch self {
    case .unknown:
      return CommandLineError(
        .unknownProperty, "\(owner) has no property \"\(name.prefix(80))\"", at: .init(column: column),
        remedy: isHelpWord(name)
          ? "remove it: QEMU prints its help and exits; run the QEMU binary itself for help"
          : suggestion(name, declarations.names)
            + (declarations.isEmpty
              ? "\(owner) has no properties" : "\(owner) has \(declarations.names.joined(separator: ", "))"))
    case .refused(.outOfRange(let reason)):
      return CommandLineError(
        .valueOutOfRange, "\(name)=\(text): \(reason)", at: .init(column: column),
        remedy: "\(name) takes \(expectation)")
    case .refused:
      return CommandLineError(
        .malformedValue, "\(name)=\(text) is not \(expectation)", at: .init(column: column),
        remedy: "\(name) takes \(expectation)")
    }
  }
}

// MARK: - Argument of an option

extension Properties: OptionArgument where Schema: OptionSchema {
  /// Creates a list from the argument of the option.
  /// - Throws: ``CommandLineError``: `malformedText`, `unknownProperty`, `malformedValue`, `valueOutOfRange`.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    try self.init(
      checking: Schema.language.parse(text, impliedKey: Schema.impliedKey), of: "-\(Schema.option)",
      unknownNames: unknownNames)
  }

  /// Returns the argument of the option.
  public func text() throws(CommandLineError) -> String {
    try Schema.language.emit(assignments, impliedKey: Schema.impliedKey)
  }

  /// The properties by name.
  public var members: JSONObject? { memberObject(of: assignments, Schema.declarations) }

  /// Creates a list from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    try self.init(
      checking: readAssignments(of: members, Schema.declarations), of: "-\(Schema.option)",
      unknownNames: unknownNames)
  }
}

extension Properties: DedicatedArgument where Schema: OptionSchema {
  /// The option's name.
  public static var option: String { Schema.option }
}
