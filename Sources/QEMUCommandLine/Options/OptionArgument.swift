public import QEMUJSON

/// The argument of an option as a Swift value, which is read from its text and written as a text with the same meaning.
public protocol OptionArgument: Sendable, Hashable {
  /// Creates the argument from its text.
  /// - Parameters:
  ///   - text: the argument after the option.
  ///   - unknownNames: what to do with a name that this library does not know.
  /// - Throws: ``CommandLineError`` with the character at which the text is invalid.
  init(text: String, unknownNames: UnknownNames) throws(CommandLineError)

  /// Returns the argument after the option.
  /// - Throws: ``CommandLineError`` `unencodableValue` if a value cannot be written in the option's syntax.
  func text() throws(CommandLineError) -> String

  /// The properties by name; nil if the argument can only be written as a text.
  var members: JSONObject? { get }

  /// Creates the argument from properties by name.
  /// - Throws: ``CommandLineError`` if a property is unknown or its value is malformed; `malformedText` if the option
  ///   has no properties.
  init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError)

  /// The unknown names, which are passed to QEMU unchanged.
  var untyped: [String] { get }

  /// The names of properties whose enumeration does not have the value; an empty name if the whole argument is such a
  /// value.
  var unknownWords: [String] { get }
}

/// The handling of names that this library does not know, such as those of a newer QEMU.
public enum UnknownNames: Sendable, Hashable {
  /// They are errors with the known names.
  case refused
  /// They are kept as texts.
  case kept
}

/// An argument whose type belongs to one option only.
public protocol DedicatedArgument: OptionArgument {
  /// The option's name without its dash.
  static var option: String { get }
}

extension OptionArgument {
  /// Creates the argument from its text; unknown names are errors.
  public init(text: String) throws(CommandLineError) { try self.init(text: text, unknownNames: .refused) }

  /// The default: no unknown names.
  public var untyped: [String] { [] }

  /// The default: no unknown values.
  public var unknownWords: [String] { [] }

  /// The default: no properties.
  public var members: JSONObject? { nil }

  /// Throws an error: by default, an argument has no properties.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    throw CommandLineError(
      .malformedText, "the option takes a text, not a mapping of properties",
      remedy: "write the option's argument as on the command line")
  }
}

/// A text that QEMU uses unchanged: a path, a kernel's command line.
public struct PlainText: OptionArgument {
  /// The text.
  public var string: String

  /// Creates an argument from a text.
  public init(_ string: String) { self.string = string }

  /// Creates an argument from any text.
  public init(text: String, unknownNames: UnknownNames) { string = text }

  /// Returns the text.
  public func text() -> String { string }
}

/// A single value, such as a number or a word.
public struct SingleValue<Value: PropertyValue>: OptionArgument {
  /// The value.
  public var value: Value

  /// Creates an argument from a value.
  public init(_ value: Value) { self.value = value }

  /// Creates the argument from its text.
  /// - Throws: ``CommandLineError`` `malformedValue` or `valueOutOfRange` with the values that the option takes.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if case .outOfRange(let reason) = Value.judge(text) {
      throw CommandLineError(
        .valueOutOfRange, "\(text.prefix(80)): \(reason)", at: .init(column: 1),
        remedy: "write \(Value.expectation)")
    }
    let kept = unknownNames == .kept && isWord(text) ? Value(unknownWord: text) : nil
    guard let value = Value(propertyText: text) ?? kept else {
      throw CommandLineError(
        .malformedValue, "\"\(text.prefix(80))\" is not \(Value.expectation)", at: .init(column: 1),
        remedy: "write \(Value.expectation)")
    }
    self.value = value
  }

  /// Returns the value's text.
  public func text() -> String { value.propertyText }

  /// An empty name if the value is not known, else nothing.
  public var unknownWords: [String] {
    Value.knows(value.propertyText) || isHelpWord(value.propertyText) ? [] : [""]
  }
}
