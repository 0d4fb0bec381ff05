import QAPI
public import QEMUJSON

/// The argument of an option that is a QAPI type.
///
/// ```swift
/// var argument = try QAPIArgument<NetdevOption>(text: "user,id=n0,hostfwd=tcp::2222-:22")
/// try argument.value().id      // "n0"
/// ```
/// The argument keeps its form: an unknown property stays at its position.
public struct QAPIArgument<Schema: QAPIOptionSchema>: DedicatedArgument {
  /// The option's name.
  public static var option: String { Schema.option }

  /// The properties in order, or the JSON object.
  public let form: PropertiesOrJSON

  init(form: PropertiesOrJSON) { self.form = form }

  /// Creates the argument from a value, which is written as properties if possible, else as JSON.
  public init(_ value: Schema.Value) {
    let object = value.json.objectValue ?? [:]
    form = QAPIPropertyWriter<Schema>.assignments(of: object).map { .properties($0) } ?? .json(object)
  }

  /// Creates the argument from its text.
  /// - Throws: ``CommandLineError`` `malformedText`. The members are not checked; use ``problems(unknownNames:)``.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if Schema.takesJSON, text.utf8.first == UInt8(ascii: "{") {
      form = try .parse(text, .keyval, impliedKey: nil)
      return
    }
    form = .properties(try Self.read(text).list)
  }

  static func read(_ text: String) throws(CommandLineError) -> ReadAssignments {
    if case .flatBut(let dotted) = Schema.language {
      // The syntax depends on the tag, which is read the same in both.
      let flat = try ValueLanguage.qemuOpts.parse(text, impliedKey: Schema.impliedKey)
      let tag = Schema.impliedKey.flatMap { flat.list.text(of: $0) }
      if !dotted.contains(tag ?? "") { return flat }
      return try ValueLanguage.keyval.parse(text, impliedKey: Schema.impliedKey)
    }
    return try Schema.language.lexing.parse(text, impliedKey: Schema.impliedKey)
  }

  /// The syntax of this argument.
  var language: QAPIPropertyLanguage {
    guard case .flatBut = Schema.language else { return Schema.language }
    return Schema.language.resolved(tag: Schema.impliedKey.flatMap { form[$0] })
  }

  /// Returns the argument.
  public func text() throws(CommandLineError) -> String {
    if case .json = form, !Schema.takesJSON { throw Self.takesNoJSON }
    return try form.text(language.lexing, impliedKey: Schema.impliedKey)
  }

  private static var takesNoJSON: CommandLineError {
    CommandLineError(
      .unencodableValue, "only JSON can represent the value, which -\(option) does not accept",
      at: .init(option: option), remedy: "remove values that are null, empty or nested")
  }

  /// Returns the argument as its type.
  /// - Throws: ``CommandLineError`` `malformedValue` for a property that is not of its type, or one that is missing.
  public func value() throws(CommandLineError) -> Schema.Value {
    let object = try object()
    do throws(QAPIError) {
      return try Schema.Value(json: .object(object))
    } catch {
      throw CommandLineError(
        .malformedValue, error.summary, at: .init(option: Self.option),
        remedy: "write it as the QAPI type \(Schema.typeName)")
    }
  }

  /// Returns the argument as JSON, with each property converted to its type in the schema.
  func object() throws(CommandLineError) -> JSONObject {
    var object = try completeObject()
    if let tag = Schema.defaultTag, form[tag.name] == nil { object[tag.name] = nil }
    return object
  }

  /// Returns the argument as JSON, with QEMU's default for the tag if it is not set.
  func completeObject() throws(CommandLineError) -> JSONObject {
    switch form {
    case .json(let object): return object
    case .properties(var assignments):
      if let tag = Schema.defaultTag, form[tag.name] == nil {
        assignments.append(Assignment(tag.name, tag.value))
      }
      let reader = QAPIPropertyReader(language: language)
      do throws(QAPIProblem) {
        return try reader.object(of: assignments, typeName: Schema.typeName)
      } catch {
        throw Self.commandLineError(error)
      }
    }
  }

  /// The members by name, with known members converted to their types.
  public var members: JSONObject? { try? object() }

  /// Creates the argument from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    guard let assignments = QAPIPropertyWriter<Schema>.assignments(of: members) else {
      if !Schema.takesJSON { throw Self.takesNoJSON }
      form = .json(members)
      return
    }
    form = .properties(assignments)
  }

  /// The names of members that the type does not have.
  public var untyped: [String] {
    problems(unknownNames: .refused).filter { $0.code == .unknownProperty }.compactMap(\.property)
  }
}

// MARK: - Check against the schema

extension QAPIArgument: CheckedArgument {
  /// Returns the differences between the argument and the schema.
  public func problems(unknownNames: UnknownNames) -> [CommandLineError] {
    if isHelpRequest { return [] }
    let object: JSONObject
    do throws(CommandLineError) { object = try completeObject() } catch { return [error] }
    let known = object.filter { !Schema.extraProperties.contains($0.name) }.map { ($0.name, $0.value) }
    return QAPISchema.problems(in: JSONObject(known), ofType: Schema.typeName).filter {
      !($0.isMissing && Schema.implicitMembers.contains($0.path))
    }.map(Self.commandLineError).filter { unknownNames == .refused || $0.code != .unknownProperty }
  }

  private static func commandLineError(_ problem: QAPIProblem) -> CommandLineError {
    let nearest = suggestion(
      problem.path.split(separator: ".").last.map(String.init) ?? "", problem.candidates)
    let list = problem.candidates.isEmpty ? "" : "use one of: \(problem.candidates.joined(separator: ", "))"
    var error = CommandLineError(
      problem.isUnknownName ? .unknownProperty : .malformedValue, problem.description,
      at: .init(option: Self.option),
      remedy: nearest + (list.isEmpty ? "write it as the QAPI type \(Schema.typeName)" : list))
    error.property = problem.path
    return error
  }
}

/// An argument that can be checked after it is read.
public protocol CheckedArgument: OptionArgument {
  /// Returns the errors in the argument.
  /// - Parameter unknownNames: whether unknown names are errors.
  func problems(unknownNames: UnknownNames) -> [CommandLineError]
}

/// An argument that is a QAPI type.
package protocol SchemaArgument: OptionArgument {
  /// The type's name in the schema.
  static var typeName: String { get }
  /// The properties that the option has in addition to those of the type.
  static var extraProperties: [String] { get }
  /// The members by name, with QEMU's default for the tag if it is not set; nil if they cannot be read.
  var completeMembers: JSONObject? { get }
}

extension QAPIArgument: SchemaArgument {
  package var completeMembers: JSONObject? { try? completeObject() }

  package static var typeName: String { Schema.typeName }
  package static var extraProperties: [String] { Schema.extraProperties }
}
