public import QEMUJSON

/// A configuration as a JSON or YAML document: every key is the name of a QEMU option without its dash.
///
/// ```yaml
/// qemu: x86_64
/// accel: [kvm, {accel: tcg, thread: multi}]
/// machine: q35
/// device: [{driver: virtio-net-pci, netdev: n0}]
/// ```
/// A value is the option's text as on the command line, a mapping of its properties, a list if the option is repeated,
/// or `true` for an option that takes no argument. The value of `options` is a list of such mappings, for options whose
/// relative order matters. The keys `qemu`, `lifecycle` and `verify` are not options.
public struct ConfigurationDocument: Sendable, Hashable {
  /// A position in the document's text.
  public struct Place: Sendable, Hashable {
    /// The line, from 1.
    public var line: Int
    /// The character of the line, from 1.
    public var column: Int
  }

  /// The keys that are not options.
  enum Section: String, CaseIterable {
    case qemu, lifecycle, verify, options
  }

  /// The document.
  public var root: JSONObject
  /// The position of each key's value, elements of a list by `KEY/0`, `KEY/1`, …; empty if the document has no text.
  var places: [String: Place] = [:]

  /// The sections that say nothing to QEMU: `lifecycle` and `verify`.
  public var sectionsBesideOptions: JSONObject {
    let names = [Section.lifecycle.rawValue, Section.verify.rawValue]
    return JSONObject(root.filter { names.contains($0.name) }.map { ($0.name, $0.value) })
  }

  /// Takes a document.
  public init(root: JSONObject) { self.root = root }

  /// Creates a document from a JSON text.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the line and the character.
  public init(json text: String) throws(CommandLineError) {
    let value: JSON
    do throws(JSONError) {
      value = try JSON.parse(text)
    } catch {
      throw Self.malformed(error.summary, Self.place(of: error.offset ?? 0, in: text))
    }
    guard let object = value.objectValue else {
      throw Self.malformed("it is not a mapping", Place(line: 1, column: 1))
    }
    root = object
  }

  private static func place(of offset: Int, in text: String) -> Place {
    let before = text.utf8.prefix(offset)
    let line = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return Place(line: line.count, column: (line.last.map { String(Substring($0)).count } ?? 0) + 1)
  }

  /// Returns the error for an invalid document.
  static func malformed(
    _ what: String, _ place: Place?,
    remedy: String = "write a mapping whose keys are QEMU's options, such as \"machine: q35\""
  ) -> CommandLineError {
    CommandLineError(
      .malformedDocument, "the document cannot be read: \(what)",
      at: .init(column: place?.column, line: place?.line),
      remedy: remedy)
  }
}

// MARK: - Conversion to a configuration

extension QEMUConfiguration {
  /// Creates a configuration from a document.
  /// - Parameters:
  ///   - document: the document.
  ///   - unknownNames: what to do with options and properties that this library does not know.
  /// - Throws: ``CommandLineError`` with the option and the position.
  public init(
    _ document: ConfigurationDocument, unknownNames: UnknownNames = .refused
  ) throws(CommandLineError) {
    var reader = DocumentReader(document: document, unknownNames: unknownNames)
    try reader.read()
    self = reader.configuration
  }
}

private struct DocumentReader {
  let document: ConfigurationDocument
  let unknownNames: UnknownNames
  var configuration = QEMUConfiguration()
  private var counts: [String: Int] = [:]

  init(document: ConfigurationDocument, unknownNames: UnknownNames) {
    self.document = document
    self.unknownNames = unknownNames
  }

  mutating func read() throws(CommandLineError) {
    for member in document.root {
      switch ConfigurationDocument.Section(rawValue: member.name) {
      case .qemu: try readQEMU(member.value)
      case .lifecycle, .verify: break
      case .options: try readOrdered(member.value)
      case nil: try readOption(member.name, member.value, at: member.name)
      }
    }
  }

  /// Reads `x86_64`, a binary's path, or a mapping with `binary`, `environment` and `prefix`.
  private mutating func readQEMU(_ value: JSON) throws(CommandLineError) {
    let binary = value.stringValue ?? value["binary"]?.stringValue
    let names = Set(value.objectValue?.names ?? []).subtracting(["binary", "environment", "prefix"])
    guard value.stringValue != nil || value.objectValue != nil, names.isEmpty else {
      throw fault(
        "qemu", "qemu is neither a binary nor a mapping of binary, environment and prefix",
        remedy: "write qemu: x86_64, or qemu: {binary: /usr/bin/qemu-system-x86_64}")
    }
    configuration.binary = binary
    configuration.prefix = try readPrefix(value["prefix"])
    for variable in value["environment"]?.objectValue ?? [:] {
      guard let text = scalarText(variable.value) else {
        throw fault(
          "qemu", "the variable \(variable.name.prefix(80)) is not a text", remedy: "write a text")
      }
      configuration.environment.append(.init(name: variable.name, value: text))
    }
  }

  private func readPrefix(_ value: JSON?) throws(CommandLineError) -> [String] {
    let words = (value?.arrayValue ?? []).compactMap(scalarText)
    guard value == nil || words.count == value?.arrayValue?.count else {
      throw fault(
        "qemu", "prefix is not a list of texts", remedy: "write each argument as an element: [nice, -n, 5]")
    }
    return words
  }

  private mutating func readOrdered(_ value: JSON) throws(CommandLineError) {
    guard let entries = value.arrayValue else {
      throw fault(
        "options", "options is not a list", remedy: "write a list of mappings, each of one option")
    }
    for (index, entry) in entries.enumerated() {
      let place = "options/\(index)"
      if let drive = entry.stringValue {
        configuration.occurrences.append(Occurrence(option: "", argument: PlainText(drive)))
      } else if let object = entry.objectValue, let member = object.members.first, object.members.count == 1 {
        try readOption(member.name, member.value, at: place)
      } else {
        throw fault(
          place, "an entry of options is neither a mapping of one option nor a drive's text",
          remedy: "write - {OPTION: VALUE}")
      }
    }
  }

  private mutating func readOption(
    _ name: String, _ value: JSON, at place: String
  ) throws(CommandLineError) {
    guard let declaration = OptionTable.declaration(name) else {
      return try readUnknown(name, value, at: place)
    }
    guard let type = declaration.argument else {
      switch value {
      case .bool(true): configuration.occurrences.append(Occurrence(flag: declaration.name))
      case .bool(false), .null: break
      default:
        throw fault(
          place, "-\(declaration.name) takes no argument", remedy: "write \(name): true, or remove it")
      }
      return
    }
    let elements = value.arrayValue
    for (index, element) in (elements ?? [value]).enumerated() {
      try append(declaration, type, element, at: elements == nil ? place : "\(place)/\(index)")
    }
  }

  private mutating func append(
    _ declaration: OptionDeclaration, _ type: any OptionArgument.Type, _ value: JSON, at place: String
  ) throws(CommandLineError) {
    if value == nil { return }
    let name = declaration.name
    counts[name, default: 0] += 1
    do throws(CommandLineError) {
      configuration.occurrences.append(
        Occurrence(option: name, argument: try argument(declaration, type, value)))
    } catch {
      var located = error.located(option: name)
      located.position.occurrence = counts[name]
      if let place = document.places[place] {
        (located.position.line, located.position.column) = (place.line, place.column)
      }
      throw located
    }
  }

  private func argument(
    _ declaration: OptionDeclaration, _ type: any OptionArgument.Type, _ value: JSON
  ) throws(CommandLineError) -> any OptionArgument {
    if let members = value.objectValue {
      let argument = try type.init(members: members, unknownNames: unknownNames)
      if unknownNames == .refused { try RemovedForm.refuse(argument, of: declaration.name) }
      return argument
    }
    guard let text = scalarText(value) else {
      throw CommandLineError(
        .malformedDocument, "the value is \(value.kind)",
        remedy: "write the option's text, or a mapping of its properties")
    }
    return try declaration.read(text, as: type, unknownNames)
  }

  private mutating func readUnknown(
    _ name: String, _ value: JSON, at place: String
  ) throws(CommandLineError) {
    guard unknownNames == .kept else {
      throw fault(
        place, "QEMU has no option -\(name.prefix(80))", code: .unknownOption,
        remedy: OptionTable.unknownOption(name).remedy)
    }
    for element in value.arrayValue ?? [value] {
      if name.isEmpty, element.stringValue == nil {
        throw fault(
          place, "an option without a name is a drive, which takes a text",
          remedy: "write the image's path, or remove it")
      }
      if element == true {
        configuration.occurrences.append(Occurrence(flag: name))
      } else if let text = scalarText(element) {
        configuration.occurrences.append(Occurrence(option: name, argument: PlainText(text)))
      } else {
        throw fault(
          place, "the value of the unknown option -\(name.prefix(80)) is \(element.kind)",
          remedy: "write its text")
      }
    }
  }

  private func fault(
    _ place: String, _ summary: String, code: CommandLineError.Code = .malformedDocument, remedy: String
  ) -> CommandLineError {
    let place = document.places[place]
    return CommandLineError(
      code, summary, at: .init(column: place?.column, line: place?.line), remedy: remedy)
  }
}
