public import QEMUJSON

/// The declaration of a property of an option, from which everything else follows.
///
/// The type of the value defines how it is parsed and written, and its range. The declaration has the property's name,
/// its purpose, and the architectures and versions that have it.
public struct Key<Value: PropertyValue>: Sendable {
  /// The property's name on QEMU's command line.
  public let name: String
  /// The purpose of the property, in one line.
  public let summary: String
  /// The guest architectures that have the property; nil for all.
  public let architectures: [String]?
  /// The QEMU version that introduced the property, if that matters for the supported versions.
  public let since: String?
  /// A Boolean value that indicates whether the value is a secret.
  public let isSecret: Bool

  init(
    _ name: String, _ summary: String, architectures: [String]? = nil, since: String? = nil,
    isSecret: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.architectures = architectures
    self.since = since
    self.isSecret = isSecret
  }
}

/// A declared property with a value of any type.
public protocol PropertyDeclaration: Sendable {
  /// The property's name on QEMU's command line.
  var name: String { get }
  /// The purpose of the property, in one line.
  var summary: String { get }
  /// The guest architectures that have the property; nil for all.
  var architectures: [String]? { get }
  /// The QEMU version that introduced the property.
  var since: String? { get }
  /// The description of valid values.
  var expectation: String { get }
  /// Returns whether QEMU would accept the text.
  func judge(_ text: String) -> PropertyJudgement
  /// Returns whether a text is a value of the enumeration; true if the type is not an enumeration.
  func knows(_ text: String) -> Bool
  /// The JSON Schema of the value in a JSON or YAML document.
  var jsonSchema: JSONObject { get }
  /// A Boolean value that indicates whether the property may be repeated, once for each value.
  var isList: Bool { get }
  /// A Boolean value that indicates whether the value is a secret.
  var isSecret: Bool { get }
}

/// The result of the check of a property's value.
public enum PropertyJudgement: Sendable, Hashable {
  /// The text is a valid value.
  case valid
  /// The text is not a value of the property's type.
  case malformed
  /// The value has the right type, but QEMU refuses it for the reason.
  case outOfRange(String)
}

/// The declaration of a property that may be repeated, once for each value.
public struct ListKey<Value: PropertyValue>: Sendable {
  let key: Key<Value>

  init(_ name: String, _ summary: String, architectures: [String]? = nil, since: String? = nil) {
    key = Key(name, summary, architectures: architectures, since: since)
  }
}

extension Key: PropertyDeclaration {
  /// The description of valid values.
  public var expectation: String { Value.expectation }

  /// Returns whether QEMU would accept the text.
  public func judge(_ text: String) -> PropertyJudgement { Value.judge(text) }

  /// Returns whether a text is a value of the enumeration.
  public func knows(_ text: String) -> Bool { Value.knows(text) }

  /// The JSON Schema of the value in a document.
  public var jsonSchema: JSONObject { Value.jsonSchema }

  /// Always false: the property has one value.
  public var isList: Bool { false }
}

extension ListKey: PropertyDeclaration {
  /// The property's name on QEMU's command line.
  public var name: String { key.name }
  /// The purpose of the property, in one line.
  public var summary: String { key.summary }
  /// The guest architectures that have the property; nil for all.
  public var architectures: [String]? { key.architectures }
  /// The QEMU version that introduced the property.
  public var since: String? { key.since }
  /// The description of valid values.
  public var expectation: String { key.expectation }
  /// Returns whether QEMU would accept the text.
  public func judge(_ text: String) -> PropertyJudgement { key.judge(text) }
  /// Returns whether a text is a value of the enumeration.
  public func knows(_ text: String) -> Bool { key.knows(text) }
  /// The JSON Schema of the value in a document: a value, or a list of values.
  public var jsonSchema: JSONObject {
    ["anyOf": [.object(key.jsonSchema), ["type": "array", "items": .object(key.jsonSchema)]]]
  }
  /// Always true: the property may have several values.
  public var isList: Bool { true }
  /// Always false: no list has secrets.
  public var isSecret: Bool { false }
}

/// The properties of a kind of option, each a constant of type ``Key``.
public protocol PropertySchema: Sendable {
  /// The only instance. Its stored properties declare the properties.
  static var schema: Self { get }
  /// The declarations by name, collected once from the constants of ``schema``.
  static var declarations: PropertyDeclarations { get }
  /// A Boolean value that indicates whether QEMU accepts undeclared names, such as a plugin's own arguments.
  static var isOpen: Bool { get }
}

/// The properties of an option.
public protocol OptionSchema: PropertySchema {
  /// The option's name without its dash.
  static var option: String { get }
  /// The syntax of the option's argument.
  static var language: ValueLanguage { get }
  /// The property whose name may be omitted if its value comes first; nil if there is none.
  static var impliedKey: String? { get }
}

extension OptionSchema {
  /// The default: QEMU's oldest syntax, which most options have.
  public static var language: ValueLanguage { .qemuOpts }
  /// The default: no implied key.
  public static var impliedKey: String? { nil }
}

extension PropertySchema {
  /// The default: QEMU refuses undeclared names.
  public static var isOpen: Bool { false }

  static func gather(_ schema: Self) -> PropertyDeclarations {
    PropertyDeclarations(
      Mirror(reflecting: schema).children.compactMap { $0.value as? any PropertyDeclaration })
  }
}
