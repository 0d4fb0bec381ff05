/// Declares one property of an option: everything else follows from it.
///
/// The type of the value gives parse, emit and range; the declaration gives the wire name, what the property is for, and
/// where it exists.
public struct Key<Value: PropertyValue>: Sendable {
  /// The property's name on QEMU's command line.
  public let name: String
  /// What the property is for, in one line.
  public let summary: String
  /// The guest architectures that have it; nil for all.
  public let architectures: [String]?
  /// The QEMU version that introduced it, as far as it matters for versions in use.
  public let since: String?

  init(_ name: String, _ summary: String, architectures: [String]? = nil, since: String? = nil) {
    self.name = name
    self.summary = summary
    self.architectures = architectures
    self.since = since
  }
}

/// A declared property, whatever its value's type is.
public protocol PropertyDeclaration: Sendable {
  /// The property's name on QEMU's command line.
  var name: String { get }
  /// What the property is for, in one line.
  var summary: String { get }
  /// The guest architectures that have it; nil for all.
  var architectures: [String]? { get }
  /// The QEMU version that introduced it.
  var since: String? { get }
  /// What a value may be, in words.
  var expectation: String { get }
  /// Whether QEMU would take the text.
  func judge(_ text: String) -> PropertyJudgement
}

/// Whether a text can be a property's value.
public enum PropertyJudgement: Sendable, Hashable {
  /// It can.
  case valid
  /// It is not of the property's type.
  case malformed
  /// It is of the right type, and QEMU refuses it for the reason.
  case outOfRange(String)
}

extension Key: PropertyDeclaration {
  /// What a value may be, in words.
  public var expectation: String { Value.expectation }

  /// Whether QEMU would take the text.
  public func judge(_ text: String) -> PropertyJudgement { Value.judge(text) }
}

/// The properties of one kind of option, each a constant of type ``Key``.
public protocol PropertySchema: Sendable {
  /// The one instance, whose constants are the declarations.
  static var schema: Self { get }
  /// The declarations by name, gathered once from the constants of ``schema``.
  static var declarations: [String: any PropertyDeclaration] { get }
}

extension PropertySchema {
  static func gather(_ schema: Self) -> [String: any PropertyDeclaration] {
    var result: [String: any PropertyDeclaration] = [:]
    for child in Mirror(reflecting: schema).children {
      if let declaration = child.value as? any PropertyDeclaration { result[declaration.name] = declaration }
    }
    return result
  }
}
