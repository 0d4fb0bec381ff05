public import QEMUJSON

/// The argument of an option as a Swift value: read from its text, and written as a text that means the same to QEMU.
public protocol OptionArgument: Sendable, Hashable {
  /// Reads the argument of an option.
  /// - Parameters:
  ///   - text: the word behind the option.
  ///   - unknownNames: what to do with a name that this library does not know.
  /// - Throws: ``CommandLineError`` with the character at which the text goes wrong.
  init(text: String, unknownNames: UnknownNames) throws(CommandLineError)

  /// The word behind the option.
  /// - Throws: ``CommandLineError`` `unencodableValue` where the option's language has no way to say a value.
  func text() throws(CommandLineError) -> String

  /// The argument by its properties' names; nil where only a text says it.
  var members: JSONObject? { get }

  /// Makes the argument of its properties' names.
  /// - Throws: ``CommandLineError`` where a property is unknown or its value malformed; `malformedText` where the option has no properties.
  init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError)

  /// The names that are passed on to QEMU without being understood.
  var untyped: [String] { get }

  /// The names of properties whose value is a word that their enumeration lacks here; an empty name where the whole argument is
  /// such a word.
  var unknownWords: [String] { get }
}

/// The handling of names that this library does not know, such as those of a newer QEMU.
public enum UnknownNames: Sendable, Hashable {
  /// An error says what there is instead.
  case refused
  /// They stay in their place as texts.
  case kept
}

/// The argument of one option alone, which it names.
public protocol DedicatedArgument: OptionArgument {
  /// The option's name without its dash.
  static var option: String { get }
}

extension OptionArgument {
  /// Reads the argument; unknown names are errors.
  public init(text: String) throws(CommandLineError) { try self.init(text: text, unknownNames: .refused) }

  /// Nothing: all of it is understood.
  public var untyped: [String] { [] }

  /// Nothing: most arguments hold no enumeration.
  public var unknownWords: [String] { [] }

  /// A plain text has no properties.
  public var members: JSONObject? { nil }

  /// A plain text has no properties.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    throw CommandLineError(
      .malformedText, "a mapping of properties where the option takes one text",
      remedy: "write the option's argument as on the command line")
  }
}

/// A text that QEMU takes as it is: a path, a kernel's command line.
public struct PlainText: OptionArgument {
  /// The text.
  public var string: String

  /// Takes a text.
  public init(_ string: String) { self.string = string }

  /// Takes any text.
  public init(text: String, unknownNames: UnknownNames) { string = text }

  /// The text itself.
  public func text() -> String { string }
}

/// One value, such as a number or a word.
public struct SingleValue<Value: PropertyValue>: OptionArgument {
  /// The value.
  public var value: Value

  /// Takes a value.
  public init(_ value: Value) { self.value = value }

  /// Reads the value.
  /// - Throws: ``CommandLineError`` `malformedValue` or `valueOutOfRange` with what the option takes.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if case .outOfRange(let reason) = Value.judge(text) {
      throw CommandLineError(
        .valueOutOfRange, "\(text.prefix(80)): \(reason)", at: .init(column: 1),
        remedy: "it takes \(Value.expectation)")
    }
    let kept = unknownNames == .kept && isWord(text) ? Value(unknownWord: text) : nil
    guard let value = Value(propertyText: text) ?? kept else {
      throw CommandLineError(
        .malformedValue, "\"\(text.prefix(80))\" is not \(Value.expectation)", at: .init(column: 1),
        remedy: "it takes \(Value.expectation)")
    }
    self.value = value
  }

  /// The value's text.
  public func text() -> String { value.propertyText }

  /// The whole argument, where it is a word that is not known here.
  public var unknownWords: [String] {
    Value.knows(value.propertyText) || isHelpWord(value.propertyText) ? [] : [""]
  }
}
