public import QEMUJSON

/// The value of a property, which is written as a text on QEMU's command line.
public protocol PropertyValue: Sendable, Hashable {
  /// The description of valid texts, as it follows "takes": `on or off`.
  static var expectation: String { get }
  /// Creates a value from a text as QEMU does; nil if QEMU would refuse it.
  init?(propertyText: String)
  /// The text of the value.
  var propertyText: String { get }
  /// Returns whether QEMU would accept the text, with the reason if it would not.
  static func judge(_ text: String) -> PropertyJudgement
  /// Returns whether a text is a value of the enumeration; true if the type is not an enumeration.
  static func knows(_ text: String) -> Bool
  /// Creates a value from an unknown word; nil if only known words are values.
  init?(unknownWord: String)
  /// The JSON Schema of the value in a JSON or YAML document.
  static var jsonSchema: JSONObject { get }
}

extension PropertyValue {
  /// The default: a text is valid if it can be read.
  public static func judge(_ text: String) -> PropertyJudgement {
    Self(propertyText: text) == nil ? .malformed : .valid
  }
  /// The default: always true, because the type is not an enumeration.
  public static func knows(_ text: String) -> Bool { true }
  /// The default: nil.
  public init?(unknownWord: String) { return nil }
  /// The default: a text, or an integer.
  public static var jsonSchema: JSONObject { ["type": ["string", "integer"]] }
}

extension Bool: PropertyValue {
  /// The description of valid values.
  public static var expectation: String { "on or off" }

  /// Creates a Boolean from its text: `on`, `yes`, `true`, `y`, `off`, `no`, `false` or `n`, in lower case; QEMU
  /// accepts no 1 and 0.
  public init?(propertyText: String) {
    switch propertyText {
    case "on", "yes", "true", "y": self = true
    case "off", "no", "false", "n": self = false
    default: return nil
    }
  }

  /// `on` or `off`.
  public var propertyText: String { self ? "on" : "off" }

  /// The JSON Schema: a Boolean, or a word that QEMU reads as one.
  public static var jsonSchema: JSONObject {
    ["enum": [true, false, "on", "yes", "true", "y", "off", "no", "false", "n"]]
  }
}

extension String: PropertyValue {
  /// The description of valid values.
  public static var expectation: String { "a text" }
  /// Creates a text; nil if it has a NUL character.
  public init?(propertyText: String) {
    if propertyText.hasByte(0) { return nil }
    self = propertyText
  }
  /// The text itself.
  public var propertyText: String { self }
}

/// A property whose values are words.
public protocol PropertyWord: PropertyValue, RawRepresentable, CaseIterable where RawValue == String {}

extension PropertyWord {
  /// The description of valid values: the words.
  public static var expectation: String {
    let words = allCases.map(\.rawValue)
    return words.count < 2
      ? words.joined() : "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
  }
  /// Creates a value from one of the words.
  public init?(propertyText: String) { self.init(rawValue: propertyText) }
  /// Returns whether a text is one of the words.
  public static func knows(_ text: String) -> Bool { Self(propertyText: text) != nil }
  /// The word.
  public var propertyText: String { rawValue }
  /// The JSON Schema: one of the words.
  public static var jsonSchema: JSONObject { ["enum": .array(allCases.map { .string($0.rawValue) })] }
}

/// On, off, or automatic.
public enum OnOffAuto: String, PropertyWord {
  /// On.
  case on
  /// Off.
  case off
  /// The choice of QEMU.
  case auto
}
