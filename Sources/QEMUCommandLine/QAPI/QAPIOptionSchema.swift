public import QAPI

/// An option whose argument is a type of the QAPI, written as properties or as JSON.
public protocol QAPIOptionSchema: Sendable {
  /// The type of the argument.
  associatedtype Value: QAPIObject
  /// The option's name without its dash.
  static var option: String { get }
  /// The type's name in the schema.
  static var typeName: String { get }
  /// The property whose value may stand first without its name; nil where there is none.
  static var impliedKey: String? { get }
  /// How properties are written.
  static var language: QAPIPropertyLanguage { get }
  /// A Boolean value that indicates whether JSON is taken.
  static var takesJSON: Bool { get }
  /// Properties that the option has beside those of the type.
  static var extraProperties: [String] { get }
  /// Members of the type that need not be named here.
  static var implicitMembers: [String] { get }
  /// The member that chooses between types, and what QEMU takes where it is not named; nil where it must be.
  static var defaultTag: (name: String, value: String)? { get }
}

extension QAPIOptionSchema {
  /// Most are written as dotted keys.
  public static var language: QAPIPropertyLanguage { .dotted }
  /// Most take JSON.
  public static var takesJSON: Bool { true }
  /// Most have none.
  public static var extraProperties: [String] { [] }
  /// Most need all.
  public static var implicitMembers: [String] { [] }
  /// Most need it.
  public static var defaultTag: (name: String, value: String)? { nil }
}

/// How a value of a QAPI type is written as properties.
public enum QAPIPropertyLanguage: Sendable, Hashable {
  /// Dotted keys, `cache.direct=on`, a list by indices. QEMU: keyval and its visitor.
  case dotted
  /// Flat keys, a list by repeating its key, whole numbers of a list also as ranges. QEMU: QemuOpts and the opts visitor.
  case flat
  /// Flat keys, but dotted ones for the values of the tag that came later.
  case flatBut([String])

  /// The language of a text whose tag has this value.
  func resolved(tag: String?) -> QAPIPropertyLanguage {
    guard case .flatBut(let dotted) = self else { return self }
    return dotted.contains(tag ?? "") ? .dotted : .flat
  }

  var lexing: ValueLanguage { self == .dotted ? .keyval : .qemuOpts }
}
