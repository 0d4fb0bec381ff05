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
  /// The assignments, in order. A name may occur twice; QEMU takes the last, of `id` the first, and all of a list.
  public private(set) var assignments = AssignmentList()

  /// Makes an empty list: every property has QEMU's default.
  public init() {}

  /// Makes a list with what the closure sets.
  public init(_ configure: (inout Properties) -> Void) { configure(&self) }

  /// Takes assignments after checking each against its declaration.
  /// - Parameter leftOut: a name whose assignments are not taken.
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

  /// The texts of a property by its wire name, as often as it is named.
  public func texts(of name: String) -> [String] {
    assignments.compactMap { $0.name == name ? $0.text : nil }
  }

  private mutating func setTexts(_ texts: [String], of name: String) {
    let index = assignments.firstIndex { $0.name == name } ?? assignments.endIndex
    let after = assignments[index...].filter { $0.name != name }
    assignments.replaceSubrange(index..., with: texts.map { Assignment(name, $0) } + after)
  }

  /// The names of those that are not declared.
  public var untyped: [String] {
    assignments.filter { Schema.declarations[$0.name] == nil && !$0.isHelpRequest }.map(\.name)
  }

  /// The names of those whose value is a word that is not known here.
  public var unknownWords: [String] { Schema.declarations.unknownWords(in: assignments) }

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

  /// The first of them that is wrong, and how.
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

/// A fault of one property of an option.
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
          ? "remove it: a request for help starts nothing; ask the QEMU binary itself"
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
      checking: readAssignments(of: members, Schema.declarations), of: "-\(Schema.option)",
      unknownNames: unknownNames)
  }
}

extension Properties: DedicatedArgument where Schema: OptionSchema {
  /// The option's name.
  public static var option: String { Schema.option }
}
