public import QEMUJSON

/// Declares one property of an option: everything else follows from it.
///
/// The type of the value gives parse, emit and range; the declaration gives the wire name, what the property is for, and
/// where it exists.
public struct Key<Value: PropertyValue>: Sendable {
  /// The property's name on QEMU's command line.
  public let name: String
  /// The purpose of the property, in one line.
  public let summary: String
  /// The guest architectures that have it; nil for all.
  public let architectures: [String]?
  /// The QEMU version that introduced it, as far as it matters for versions in use.
  public let since: String?
  /// A Boolean value that indicates whether its value is not for everybody to see.
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

/// A declared property, whatever its value's type is.
public protocol PropertyDeclaration: Sendable {
  /// The property's name on QEMU's command line.
  var name: String { get }
  /// The purpose of the property, in one line.
  var summary: String { get }
  /// The guest architectures that have it; nil for all.
  var architectures: [String]? { get }
  /// The QEMU version that introduced it.
  var since: String? { get }
  /// The description of valid values.
  var expectation: String { get }
  /// Judges whether QEMU would take the text.
  func judge(_ text: String) -> PropertyJudgement
  /// Returns whether a text is a value of the enumeration; true if the type is no enumeration.
  func knows(_ text: String) -> Bool
  /// The JSON Schema of its value in a JSON or YAML document.
  var jsonSchema: JSONObject { get }
  /// A Boolean value that indicates whether it may be named more than once, each time for one more value.
  var isList: Bool { get }
  /// A Boolean value that indicates whether its value is not for everybody to see.
  var isSecret: Bool { get }
}

/// The judgement on a text as the value of a property.
public enum PropertyJudgement: Sendable, Hashable {
  /// It can.
  case valid
  /// It is not of the property's type.
  case malformed
  /// It is of the right type, and QEMU refuses it for the reason.
  case outOfRange(String)
}

/// Declares a property that an option may name more than once, each time for one more value.
public struct ListKey<Value: PropertyValue>: Sendable {
  let key: Key<Value>

  init(_ name: String, _ summary: String, architectures: [String]? = nil, since: String? = nil) {
    key = Key(name, summary, architectures: architectures, since: since)
  }
}

extension Key: PropertyDeclaration {
  /// The description of valid values.
  public var expectation: String { Value.expectation }

  /// Judges whether QEMU would take the text.
  public func judge(_ text: String) -> PropertyJudgement { Value.judge(text) }

  /// Returns whether a text is a value of the enumeration.
  public func knows(_ text: String) -> Bool { Value.knows(text) }

  /// The JSON Schema of its value in a document.
  public var jsonSchema: JSONObject { Value.jsonSchema }

  /// It has one value.
  public var isList: Bool { false }
}

extension ListKey: PropertyDeclaration {
  /// The property's name on QEMU's command line.
  public var name: String { key.name }
  /// The purpose of the property, in one line.
  public var summary: String { key.summary }
  /// The guest architectures that have it; nil for all.
  public var architectures: [String]? { key.architectures }
  /// The QEMU version that introduced it.
  public var since: String? { key.since }
  /// The description of valid values.
  public var expectation: String { key.expectation }
  /// Judges whether QEMU would take the text.
  public func judge(_ text: String) -> PropertyJudgement { key.judge(text) }
  /// Returns whether a text is a value of the enumeration.
  public func knows(_ text: String) -> Bool { key.knows(text) }
  /// The JSON Schema of its value in a document: one value, or a list of them.
  public var jsonSchema: JSONObject {
    ["anyOf": [.object(key.jsonSchema), ["type": "array", "items": .object(key.jsonSchema)]]]
  }
  /// It may have several values.
  public var isList: Bool { true }
  /// No list holds secrets.
  public var isSecret: Bool { false }
}

/// The properties of one kind of option, each a constant of type ``Key``.
public protocol PropertySchema: Sendable {
  /// The one instance, whose constants are the declarations.
  static var schema: Self { get }
  /// The declarations by name, gathered once from the constants of ``schema``.
  static var declarations: PropertyDeclarations { get }
  /// A Boolean value that indicates whether QEMU takes names that are not declared, such as those of a plugin's own arguments.
  static var isOpen: Bool { get }
}

/// The properties of one option.
public protocol OptionSchema: PropertySchema {
  /// The option's name without its dash.
  static var option: String { get }
  /// The language in which they are written.
  static var language: ValueLanguage { get }
  /// The property whose value may stand first without its name; nil where there is none.
  static var impliedKey: String? { get }
}

extension OptionSchema {
  /// Most options are read by QEMU's oldest language.
  public static var language: ValueLanguage { .qemuOpts }
  /// Most have one, and name it.
  public static var impliedKey: String? { nil }
}

extension PropertySchema {
  /// QEMU refuses other names.
  public static var isOpen: Bool { false }

  static func gather(_ schema: Self) -> PropertyDeclarations {
    PropertyDeclarations(
      Mirror(reflecting: schema).children.compactMap { $0.value as? any PropertyDeclaration })
  }
}
