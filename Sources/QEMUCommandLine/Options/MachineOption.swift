public import QEMUJSON

/// The machine type and its properties.
///
/// The properties depend on the machine type, so they are texts by name. QEMU merges all occurrences of the option; the
/// last value of a property has effect.
///
/// QEMU: `-machine TYPE[,PROPERTY=VALUE…]`, `-M`
public struct MachineOption: DedicatedArgument {
  /// The option's name.
  public static let option = "machine"
  static let language = ValueLanguage.keyval
  static let impliedKey = "type"

  /// The properties in order, with the type as `type`.
  public private(set) var assignments: AssignmentList = []

  /// Creates an argument without properties: QEMU's default machine.
  public init() {}

  /// Creates an argument with a machine type.
  /// - Parameters:
  ///   - type: the type's name or alias, `q35`.
  ///   - properties: the properties, in order.
  public init(type: String, _ properties: KeyValuePairs<String, String> = [:]) {
    assignments = [Assignment(Self.impliedKey, type)]
    for (name, text) in properties { self[name] = text }
  }

  init(_ assignments: AssignmentList) {
    let isType = { (assignment: Assignment) in assignment.name == Self.impliedKey }
    self.assignments = assignments.filter(isType) + assignments.filter { !isType($0) }
  }

  /// Creates the argument from its text.
  /// - Throws: ``CommandLineError`` `malformedText` with the position.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    assignments = try Self.language.parse(text, impliedKey: Self.impliedKey).list
  }

  /// The machine type's name or alias; nil if it is not set.
  public var type: String? {
    get { self[Self.impliedKey] }
    set { self[Self.impliedKey] = newValue }
  }

  /// The text of a property; setting nil removes it.
  public subscript(name: String) -> String? {
    get { assignments.text(of: name) }
    set {
      assignments.removeAll { $0.name == name }
      guard let newValue else { return }
      let index = name == Self.impliedKey ? assignments.startIndex : assignments.endIndex
      assignments.insert(Assignment(name, newValue), at: index)
    }
  }

  /// Returns the argument.
  public func text() throws(CommandLineError) -> String {
    try Self.language.emit(assignments, impliedKey: Self.impliedKey)
  }

  /// The properties by name, with the type as `type`.
  public var members: JSONObject? {
    var last: [String: String] = [:]
    for assignment in assignments { last[assignment.name] = assignment.text }
    var seen: Set<String> = []
    let names = assignments.map(\.name).filter { seen.insert($0).inserted }
    return memberObject(of: AssignmentList(names.map { Assignment($0, last[$0] ?? "") }))
  }

  /// Creates the argument from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    self.init(try textAssignments(of: members))
  }
}
