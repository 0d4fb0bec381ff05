import QAPI
public import QEMUJSON

/// The argument of an option that is a type of the QAPI.
///
/// ```swift
/// var argument = try QAPIArgument<NetdevOption>(text: "user,id=n0,hostfwd=tcp::2222-:22")
/// try argument.value().id      // "n0"
/// ```
/// What it was read of is kept: a property that this library does not know stays where it was.
public struct QAPIArgument<Schema: QAPIOptionSchema>: DedicatedArgument {
  /// The option's name.
  public static var option: String { Schema.option }

  /// The properties in order, or the JSON text.
  public let form: PropertiesOrJSON

  init(form: PropertiesOrJSON) { self.form = form }

  /// Takes a value, which is written as properties where they can say it, and else as JSON.
  public init(_ value: Schema.Value) {
    let object = value.json.objectValue ?? [:]
    form = QAPIPropertyWriter<Schema>.assignments(of: object).map { .properties($0) } ?? .json(object)
  }

  /// Creates the argument from its text.
  /// - Throws: ``CommandLineError`` `malformedText`. Whether the members are those of the type,
  ///   ``problems(unknownNames:)`` says.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if Schema.takesJSON, text.utf8.first == UInt8(ascii: "{") {
      form = try .parse(text, .keyval, impliedKey: nil)
      return
    }
    form = .properties(try Self.read(text).list)
  }

  static func read(_ text: String) throws(CommandLineError) -> ReadAssignments {
    if case .flatBut(let dotted) = Schema.language {
      // The tag, of which it depends, reads the same in both.
      let flat = try ValueLanguage.qemuOpts.parse(text, impliedKey: Schema.impliedKey)
      let tag = Schema.impliedKey.flatMap { flat.list.text(of: $0) }
      if !dotted.contains(tag ?? "") { return flat }
      return try ValueLanguage.keyval.parse(text, impliedKey: Schema.impliedKey)
    }
    return try Schema.language.lexing.parse(text, impliedKey: Schema.impliedKey)
  }

  /// The language in which this one is written.
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
      .unencodableValue, "only JSON can say what -\(option) is to say, and it takes none",
      at: .init(option: option), remedy: "leave out what is null, empty or nested")
  }

  /// The argument as its type.
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

  /// The argument as JSON, each property of the type that the schema has for it.
  func object() throws(CommandLineError) -> JSONObject {
    var object = try completeObject()
    if let tag = Schema.defaultTag, form[tag.name] == nil { object[tag.name] = nil }
    return object
  }

  /// The same, with the tag that QEMU takes where none is named.
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

  /// The members by name, each as its type where it is known.
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

  /// The names that the type does not have.
  public var untyped: [String] {
    problems(unknownNames: .refused).filter { $0.code == .unknownProperty }.compactMap(\.property)
  }
}

// MARK: - Against the schema

extension QAPIArgument: CheckedArgument {
  /// Returns the violations of the schema by the argument.
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
    let list = problem.candidates.isEmpty ? "" : "there is \(problem.candidates.joined(separator: ", "))"
    var error = CommandLineError(
      problem.isUnknownName ? .unknownProperty : .malformedValue, problem.description,
      at: .init(option: Self.option),
      remedy: nearest + (list.isEmpty ? "write it as the QAPI type \(Schema.typeName)" : list))
    error.property = problem.path
    return error
  }
}

/// An argument of which more can be checked than its text.
public protocol CheckedArgument: OptionArgument {
  /// Returns the violations of the schema.
  /// - Parameter unknownNames: whether names that are not known are wrong.
  func problems(unknownNames: UnknownNames) -> [CommandLineError]
}

/// An argument that is a type of the QAPI.
package protocol SchemaArgument: OptionArgument {
  /// The type's name in the schema.
  static var typeName: String { get }
  /// Properties that the option has beside those of the type.
  static var extraProperties: [String] { get }
  /// The members by name, with the tag that QEMU takes where none is named; nil where they cannot be read.
  var completeMembers: JSONObject? { get }
}

extension QAPIArgument: SchemaArgument {
  package var completeMembers: JSONObject? { try? completeObject() }

  package static var typeName: String { Schema.typeName }
  package static var extraProperties: [String] { Schema.extraProperties }
}
