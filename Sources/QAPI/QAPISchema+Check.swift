public import QEMUJSON

/// A difference between a value and the schema.
public struct QAPIProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The path to the value, `backend.data.path`; empty for the whole value.
  public let path: String
  /// The description of the problem.
  public let words: String
  /// The valid names or values; empty if the problem is not about a name.
  public let candidates: [String]
  /// A Boolean value that indicates whether a member is missing.
  public let isMissing: Bool
  /// A Boolean value that indicates whether the name or value is unknown in this schema; a newer schema may have it.
  public var isUnknownName: Bool { !candidates.isEmpty }

  /// The problem in one line.
  public var description: String { path.isEmpty ? words : "\(path): \(words)" }

  package init(
    _ path: [String], _ words: String, candidates: [String] = [], isMissing: Bool = false
  ) {
    self.path = path.joined(separator: ".")
    self.words = words
    self.isMissing = isMissing
    self.candidates = candidates
  }
}

extension QAPISchema {
  /// Compares arguments with those of a command in this schema; a newer QEMU may accept more.
  /// - Returns: the problems in the order of the arguments, missing arguments last.
  public static func problems(in arguments: JSONObject, of command: Command) -> [QAPIProblem] {
    command.arguments.problems(in: arguments, at: [])
  }

  /// Compares an object with a type in this schema; a newer QEMU may accept more.
  /// - Returns: the problems in the order of the members, missing members last; none if the type is not an object.
  public static func problems(in object: JSONObject, ofType name: String) -> [QAPIProblem] {
    guard case .object(let shape) = type(named: name)?.kind else { return [] }
    return shape.problems(in: object, at: [])
  }
}

extension QAPISchema.Shape {
  /// Returns the members of an object of this shape, including those of its branches.
  /// - Parameter tag: returns the value of a discriminator.
  public func members(where tag: (_ discriminator: String) -> String?) -> [QAPISchema.Member] {
    members + (branch(where: tag)?.members(where: tag) ?? [])
  }

  private func branch(where tag: (String) -> String?) -> QAPISchema.Shape? {
    guard let discriminator, let value = tag(discriminator), let branch = branches[value],
      case .object(let shape) = QAPISchema.type(named: branch)?.kind
    else { return nil }
    return shape
  }

  /// Returns whether the object may have unknown members: it is open, or its tag is unknown.
  private func takesMore(where tag: (String) -> String?) -> Bool {
    if isOpen { return true }
    if let branch = branch(where: tag) { return branch.takesMore(where: tag) }
    guard let discriminator, case .named(let name) = members.first(where: { $0.name == discriminator })?.type,
      case .enumeration(let values) = QAPISchema.type(named: name)?.kind
    else { return false }
    return !values.contains { $0.name == tag(discriminator) }
  }

  fileprivate func problems(in object: JSONObject, at path: [String]) -> [QAPIProblem] {
    let tag = { object[$0]?.stringValue }
    let members = members(where: tag)
    var problems: [QAPIProblem] = []
    for (name, value) in object.map({ ($0.name, $0.value) }) {
      if let member = members.first(where: { $0.name == name }) {
        problems += member.type.problems(in: value, at: path + [name])
      } else if !takesMore(where: tag) {
        problems.append(
          QAPIProblem(path + [name], "there is no such member", candidates: members.map(\.name)))
      }
    }
    for member in members where !member.isOptional && object[member.name] == nil {
      problems.append(
        QAPIProblem(path + [member.name], "it is missing; it must be \(member.type.words)", isMissing: true))
    }
    return problems
  }
}

extension QAPISchema.TypeReference {
  fileprivate func problems(in value: JSON, at path: [String]) -> [QAPIProblem] {
    switch self {
    case .list(let element):
      guard let values = value.arrayValue else { return [mismatch(value, path)] }
      return values.enumerated().flatMap { element.problems(in: $1, at: path + ["\($0)"]) }
    case .named(let name):
      guard let type = QAPISchema.type(named: name) else {
        return Self.isBuiltin(name, value) ? [] : [mismatch(value, path)]
      }
      return problems(in: value, of: type.kind, at: path)
    }
  }

  private func problems(in value: JSON, of kind: QAPISchema.Kind, at path: [String]) -> [QAPIProblem] {
    switch kind {
    case .enumeration(let values):
      guard let text = value.stringValue else { return [mismatch(value, path)] }
      if values.contains(where: { $0.name == text }) { return [] }
      return [QAPIProblem(path, "there is no value \"\(text)\"", candidates: values.map(\.name))]
    case .object(let shape):
      guard let object = value.objectValue else { return [mismatch(value, path)] }
      return shape.problems(in: object, at: path)
    case .alternate(let forms):
      let fitting = forms.filter { $0.hasJSONType(of: value) }
      if fitting.isEmpty { return [mismatch(value, path)] }
      let attempts = fitting.map { $0.problems(in: value, at: path) }
      return attempts.min { $0.count < $1.count } ?? []
    }
  }

  private func mismatch(_ value: JSON, _ path: [String]) -> QAPIProblem {
    if let range, let number = value.integerText {
      return QAPIProblem(path, "it must be from \(range.lower) to \(range.upper), not \(number)")
    }
    return QAPIProblem(path, "it must be \(words), not \(value.kind)")
  }

  /// The smallest and the largest integer of a built-in type; nil for any other type.
  private var range: (lower: String, upper: String)? {
    guard case .named(let name) = self else { return nil }
    return switch name {
    case "int8": Self.range(Int8.self)
    case "int16": Self.range(Int16.self)
    case "int32": Self.range(Int32.self)
    case "int", "int64": Self.range(Int64.self)
    case "uint8": Self.range(UInt8.self)
    case "uint16": Self.range(UInt16.self)
    case "uint32": Self.range(UInt32.self)
    case "uint64", "size": Self.range(UInt64.self)
    default: nil
    }
  }

  private static func range<Integer: FixedWidthInteger>(_: Integer.Type) -> (lower: String, upper: String) {
    ("\(Integer.min)", "\(Integer.max)")
  }

  /// Returns whether a value of this type can have the JSON type of a value.
  package func hasJSONType(of value: JSON) -> Bool {
    guard case .named(let name) = self else { return value.arrayValue != nil }
    switch QAPISchema.type(named: name)?.kind {
    case .enumeration: return value.stringValue != nil
    case .object: return value.objectValue != nil
    case .alternate(let forms): return forms.contains { $0.hasJSONType(of: value) }
    case nil: return Self.isBuiltin(name, value)
    }
  }

  private static func isBuiltin(_ name: String, _ value: JSON) -> Bool {
    do throws(QAPIError) {
      switch name {
      case "any": break
      case "null": return value == nil
      case "str": _ = try String(json: value)
      case "bool": _ = try Bool(json: value)
      case "number": _ = try Double(json: value)
      case "int8": _ = try Int8(json: value)
      case "int16": _ = try Int16(json: value)
      case "int32": _ = try Int32(json: value)
      case "int", "int64": _ = try Int64(json: value)
      case "uint8": _ = try UInt8(json: value)
      case "uint16": _ = try UInt16(json: value)
      case "uint32": _ = try UInt32(json: value)
      case "uint64", "size": _ = try UInt64(json: value)
      default: break
      }
      return true
    } catch {
      return false
    }
  }

  /// The description of the type for a message.
  public var words: String {
    switch self {
    case .list(let element): "a list, each element \(element.words)"
    case .named("str"): "a string"
    case .named("bool"): "a boolean"
    case .named("number"): "a number"
    case .named("any"): "any value"
    case .named("null"): "null"
    case .named("size"): "a size in bytes"
    case .named(let name): QAPISchema.type(named: name)?.words ?? "an integer (\(name))"
    }
  }
}

extension QAPISchema.TypeDefinition {
  fileprivate var words: String {
    switch kind {
    case .enumeration(let values) where values.count <= 8:
      "one of \(values.map(\.name).joined(separator: ", "))"
    case .enumeration: "one of the values of \(name)"
    case .object: "an object (\(name))"
    case .alternate(let forms): forms.map(\.words).joined(separator: ", or ")
    }
  }
}

extension JSON {
  /// The digits of an integer; nil for any other value.
  fileprivate var integerText: String? {
    switch self {
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    default: nil
    }
  }
}
