public import QAPI

/// An option whose argument is a QAPI type, written as properties or as JSON.
public protocol QAPIOptionSchema: Sendable {
  /// The type of the argument.
  associatedtype Value: QAPIObject
  /// The option's name without its dash.
  static var option: String { get }
  /// The type's name in the schema.
  static var typeName: String { get }
  /// The property whose name may be omitted if its value comes first; nil if there is none.
  static var impliedKey: String? { get }
  /// The syntax of the properties.
  static var language: QAPIPropertyLanguage { get }
  /// A Boolean value that indicates whether the option accepts JSON.
  static var takesJSON: Bool { get }
  /// The properties that the option has in addition to those of the type.
  static var extraProperties: [String] { get }
  /// The required members of the type that are optional for the option.
  static var implicitMembers: [String] { get }
  /// The tag member of the type, and QEMU's default for it; nil if it is required.
  static var defaultTag: (name: String, value: String)? { get }
}

extension QAPIOptionSchema {
  /// The default: dotted keys.
  public static var language: QAPIPropertyLanguage { .dotted }
  /// The default: the option accepts JSON.
  public static var takesJSON: Bool { true }
  /// The default: no additional properties.
  public static var extraProperties: [String] { [] }
  /// The default: no exceptions.
  public static var implicitMembers: [String] { [] }
  /// The default: the tag is required.
  public static var defaultTag: (name: String, value: String)? { nil }
}

/// The syntax in which a value of a QAPI type is written as properties.
public enum QAPIPropertyLanguage: Sendable, Hashable {
  /// Dotted keys, `cache.direct=on`; a list has indices. QEMU: keyval and its visitor.
  case dotted
  /// Flat keys; a list repeats its key, and its integers may be ranges. QEMU: QemuOpts and the opts visitor.
  case flat
  /// Flat keys, but dotted keys for newer values of the tag.
  case flatBut([String])

  /// Returns the syntax of a text whose tag has a value.
  func resolved(tag: String?) -> QAPIPropertyLanguage {
    guard case .flatBut(let dotted) = self else { return self }
    return dotted.contains(tag ?? "") ? .dotted : .flat
  }

  var lexing: ValueLanguage { self == .dotted ? .keyval : .qemuOpts }
}
