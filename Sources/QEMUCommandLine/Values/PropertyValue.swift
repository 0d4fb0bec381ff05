public import QEMUJSON

/// A value that a property can have, and its text on QEMU's command line.
public protocol PropertyValue: Sendable, Hashable {
  /// The description of valid texts, as it follows "takes": `on or off`.
  static var expectation: String { get }
  /// Reads a text as QEMU would; nil where QEMU would refuse it.
  init?(propertyText: String)
  /// The text that means this value.
  var propertyText: String { get }
  /// Judges whether QEMU would take the text, with the reason if it would not.
  static func judge(_ text: String) -> PropertyJudgement
  /// Returns whether a text is a value of the enumeration; true if the type is no enumeration.
  static func knows(_ text: String) -> Bool
  /// Keeps a word that is not known here; nil where only known words are values.
  init?(unknownWord: String)
  /// The JSON Schema of its value in a JSON or YAML document.
  static var jsonSchema: JSONObject { get }
}

extension PropertyValue {
  /// A text is valid when it can be read.
  public static func judge(_ text: String) -> PropertyJudgement {
    Self(propertyText: text) == nil ? .malformed : .valid
  }
  /// Most values are no enumeration.
  public static func knows(_ text: String) -> Bool { true }
  /// Most types have no room for a word that is not known.
  public init?(unknownWord: String) { return nil }
  /// A text, or a number that stands for its digits.
  public static var jsonSchema: JSONObject { ["type": ["string", "integer"]] }
}

extension Bool: PropertyValue {
  /// The description of valid values.
  public static var expectation: String { "on or off" }

  /// QEMU takes on, yes, true, y and off, no, false, n, in lower case, and never 1 or 0.
  public init?(propertyText: String) {
    switch propertyText {
    case "on", "yes", "true", "y": self = true
    case "off", "no", "false", "n": self = false
    default: return nil
    }
  }

  /// `on` or `off`.
  public var propertyText: String { self ? "on" : "off" }

  /// A boolean, or a word that QEMU takes for one.
  public static var jsonSchema: JSONObject {
    ["enum": [true, false, "on", "yes", "true", "y", "off", "no", "false", "n"]]
  }
}

extension String: PropertyValue {
  /// The description of valid values.
  public static var expectation: String { "a text" }
  /// Any text without a NUL is a text.
  public init?(propertyText: String) {
    if propertyText.hasByte(0) { return nil }
    self = propertyText
  }
  /// The text itself.
  public var propertyText: String { self }
}

/// A property whose values are a few words.
public protocol PropertyWord: PropertyValue, RawRepresentable, CaseIterable where RawValue == String {}

extension PropertyWord {
  /// The words.
  public static var expectation: String {
    let words = allCases.map(\.rawValue)
    return words.count < 2
      ? words.joined() : "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
  }
  /// Reads one of the words.
  public init?(propertyText: String) { self.init(rawValue: propertyText) }
  /// Returns whether a text is one of the words.
  public static func knows(_ text: String) -> Bool { Self(propertyText: text) != nil }
  /// The word.
  public var propertyText: String { rawValue }
  /// One of the words.
  public static var jsonSchema: JSONObject { ["enum": .array(allCases.map { .string($0.rawValue) })] }
}

/// On, off, or what QEMU finds right.
public enum OnOffAuto: String, PropertyWord {
  /// On.
  case on
  /// Off.
  case off
  /// The choice of QEMU.
  case auto
}
