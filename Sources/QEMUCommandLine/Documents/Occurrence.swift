/// An option at its position in a command line.
public struct Occurrence: Sendable {
  /// The option's name without its dash, aliases resolved; empty for an argument without an option, which QEMU uses as
  /// a drive.
  public let option: String
  /// The typed argument; nil if the option takes none.
  public var argument: (any OptionArgument)?

  /// Creates an occurrence of an option that takes no argument.
  public init(flag option: String) {
    self.option = option
    argument = nil
  }

  /// Creates an occurrence of an option from an argument whose type belongs to that option only.
  ///
  /// ```swift
  /// Occurrence(Accelerator.tcg { $0.threads = .multi })
  /// ```
  public init<Argument: DedicatedArgument>(_ argument: Argument) {
    option = Argument.option
    self.argument = argument
  }

  /// Creates an occurrence of an option with an argument whose type other options use too.
  public init(option: String, argument: any OptionArgument) {
    self.option = option
    self.argument = argument
  }

  /// Creates an occurrence of an option with an argument as on the command line.
  /// - Parameters:
  ///   - option: the option's name or alias without its dash; empty for a drive.
  ///   - text: the argument.
  ///   - unknownNames: what to do with an option or a property that this library does not know.
  /// - Throws: ``CommandLineError``: `unknownOption`, or an error of the option's argument.
  public init(
    option: String, text: String, unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    guard let declaration = OptionTable.declaration(option) else {
      if unknownNames == .refused, !option.isEmpty { throw OptionTable.unknownOption(option) }
      self.init(option: option, argument: PlainText(text))
      return
    }
    guard let type = declaration.argument else {
      throw CommandLineError(
        .malformedText, "-\(declaration.name) takes no argument", remedy: "remove \"\(text.prefix(80))\"")
    }
    self.init(option: declaration.name, argument: try declaration.read(text, as: type, unknownNames))
  }

  /// Returns the arguments that are passed to QEMU.
  /// - Throws: ``CommandLineError`` `unencodableValue` if a value cannot be written in the option's syntax.
  public func words() throws(CommandLineError) -> [String] {
    var words: [String] = []
    try Self.append(option, argument, to: &words)
    return words
  }

  /// Appends an option and its argument. They are passed separately, because passing an occurrence would copy it.
  static func append(
    _ option: String, _ argument: (any OptionArgument)?, to words: inout [String]
  ) throws(CommandLineError) {
    if !option.isEmpty { words.append("-" + option) }
    guard let argument else { return }
    do throws(CommandLineError) {
      words.append(try argument.text())
    } catch {
      throw error.located(option: option)
    }
  }
}

extension Occurrence: Hashable {
  /// Returns whether both have the same option and the same argument in the same spelling.
  public static func == (left: Occurrence, right: Occurrence) -> Bool {
    left.option == right.option && AnyHashable(left.argument) == AnyHashable(right.argument)
  }

  /// Hashes the option and its argument.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(option)
    if let argument { hasher.combine(AnyHashable(argument)) }
  }
}

extension AnyHashable {
  fileprivate init(_ argument: (any OptionArgument)?) {
    guard let argument else {
      self = AnyHashable(Bool?.none)
      return
    }
    self = AnyHashable(argument)
  }
}

// MARK: - Ids and properties

/// An argument that can have an id, by which other options refer to it.
protocol NamedArgument: OptionArgument {
  var id: String? { get }
}

extension DeviceOption: NamedArgument {}

extension QAPIArgument: NamedArgument {
  /// The id by which other options and commands refer to the object. QEMU: `id`, `node-name` for `-blockdev`
  public var id: String? { form[Schema.option == "blockdev" ? "node-name" : "id"] }
}

extension Occurrence {
  /// The id by which other options and commands refer to the object that the option creates; nil if it has none.
  public var id: String? {
    if let named = argument as? any NamedArgument { return named.id }
    return (argument as? any PropertyListArgument)?.assignments.text(of: "id")
  }
}

/// An argument that is a list of properties.
package protocol PropertyListArgument: OptionArgument {
  var assignments: AssignmentList { get }
  /// The properties that are declared, by name.
  static var declarations: PropertyDeclarations { get }
  /// A Boolean value that indicates whether QEMU passes undeclared properties on.
  var isOpen: Bool { get }
}

extension Properties: PropertyListArgument where Schema: OptionSchema {
  package static var declarations: PropertyDeclarations { Schema.declarations }
  package var isOpen: Bool { Schema.isOpen }
}
