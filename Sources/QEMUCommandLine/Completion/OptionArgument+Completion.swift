import QAPI
import QEMUJSON

extension OptionArgument {
  /// The key whose name may be omitted if its value comes first; nil if there is none.
  static var completedKey: String? { (self as? any CompletedArgument.Type)?.key }

  /// The words that the whole argument may be.
  static var completedWords: [String] { (self as? any CompletedWord.Type)?.words ?? [] }

  /// Returns the properties by name, each with its words; a property with any value has none.
  /// - Parameter value: the values that are already written.
  static func completedProperties(given value: (String) -> String?) -> [String: [String]] {
    (self as? any CompletedArgument.Type)?.properties(given: value) ?? [:]
  }
}

/// The words of a type by QEMU's name.
enum PropertyType {
  /// Returns the words of a type in the binary's lists; empty if it takes other values.
  static func words(of type: String) -> [String] {
    QAPISchema.TypeReference.named(type == "boolean" ? "bool" : type).enumeratedValues
  }
}

/// An argument that consists of properties.
private protocol CompletedArgument {
  static var key: String? { get }
  static func properties(given value: (String) -> String?) -> [String: [String]]
}

/// An argument that is a word of an enumeration.
private protocol CompletedWord {
  static var words: [String] { get }
}

extension SingleValue: CompletedWord {
  fileprivate static var words: [String] { valueWords(in: Value.jsonSchema) }
}

extension Properties: CompletedArgument where Schema: OptionSchema {
  fileprivate static var key: String? { Schema.impliedKey }

  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] {
    propertyWords(of: Schema.declarations)
  }
}

extension QAPIArgument: CompletedArgument {
  fileprivate static var key: String? { Schema.impliedKey }

  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] {
    guard case .object(let shape) = QAPISchema.type(named: Schema.typeName)?.kind else { return [:] }
    let members = shape.members(where: value).map { ($0.name, $0.type.enumeratedValues) }
    return Dictionary(members + Schema.extraProperties.map { ($0, []) }) { first, _ in first }
  }
}

extension DisplayArgument: CompletedArgument {
  fileprivate static var key: String? { QAPIArgument<DisplayOption>.key }

  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] {
    QAPIArgument<DisplayOption>.properties(given: value)
  }
}

extension Accelerator: CompletedArgument {
  fileprivate static var key: String? { impliedKey }

  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] {
    let kind = value(impliedKey).flatMap { name in AcceleratorKind.all.values.first { $0.name == name } }
    var properties = kind.map { propertyWords(of: $0.declarations) } ?? [:]
    properties[impliedKey] = AcceleratorKind.all.names
    return properties
  }
}

extension MachineOption: CompletedArgument {
  fileprivate static var key: String? { impliedKey }
  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] { [:] }
}

extension CPUModel: CompletedArgument {
  fileprivate static var key: String? { "model" }
  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] { [:] }
}

extension DeviceOption: CompletedArgument {
  fileprivate static var key: String? { "driver" }
  fileprivate static func properties(given value: (String) -> String?) -> [String: [String]] { [:] }
}

private func propertyWords(of declarations: PropertyDeclarations) -> [String: [String]] {
  Dictionary(declarations.all.map { ($0.name, valueWords(in: $0.jsonSchema)) }) { $1 }
}

/// Returns the words of a value's schema: those of an enumeration, `on` and `off` for a Boolean.
private func valueWords(in schema: JSONObject) -> [String] {
  let values = schema["enum"]?.arrayValue ?? []
  if values.contains(true) { return ["off", "on"] }
  return values.compactMap(\.stringValue)
}
