import QEMUJSON
internal import Yams

extension ConfigurationDocument {
  /// How many values a document may have, those that its anchors repeat with them.
  private static let valueLimit = 200_000
  private static let depthLimit = 64

  /// Reads a YAML text.
  ///
  /// A plain scalar is a boolean where it is `true` or `false`, nothing where it is `null`, `~` or empty, a whole number where
  /// its digits
  /// are its spelling, and else a string: `on`, `no`, `010` and `1.10` are texts, as on the command line.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the line and the character.
  public init(yaml text: String) throws(CommandLineError) {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.malformed(error.words, error.place)
    } catch {
      throw Self.malformed("\(error)", nil)
    }
    var reader = YAMLReader(valuesLeft: Self.valueLimit, depthLimit: Self.depthLimit)
    guard let node, case .mapping = node else {
      throw Self.malformed("it is no mapping", node?.mark.map(Place.init))
    }
    root = try reader.value(node, at: []).objectValue ?? [:]
    places = reader.places
  }

  /// The document as YAML.
  /// - Throws: ``CommandLineError`` `unencodableValue` for a text that YAML cannot hold.
  public func yaml() throws(CommandLineError) -> String {
    do {
      return try Yams.serialize(node: Self.node(.object(root)), width: -1, allowUnicode: true)
    } catch {
      throw CommandLineError(
        .unencodableValue, "YAML has no way to say it: \(error)", remedy: "convert to JSON or shell text")
    }
  }
}

extension ConfigurationDocument.Place {
  fileprivate init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}

extension YamlError {
  fileprivate var place: ConfigurationDocument.Place? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): .init(mark)
    case .duplicatedKeysInMapping(_, let context): .init(context.mark)
    default: nil
    }
  }

  fileprivate var words: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
      problem
    case .reader(let problem, _, _, _): problem
    case .duplicatedKeysInMapping(let keys, _): "the key \"\(keys.joined(separator: "\", \""))\" occurs twice"
    default: "\(self)"
    }
  }
}

// MARK: - Reading

private struct YAMLReader {
  var valuesLeft: Int
  let depthLimit: Int
  var places: [String: ConfigurationDocument.Place] = [:]

  mutating func value(_ node: Node, at path: [String]) throws(CommandLineError) -> JSON {
    let place = node.mark.map(ConfigurationDocument.Place.init)
    valuesLeft -= 1
    if valuesLeft < 0 { throw ConfigurationDocument.malformed("it has too many values", place) }
    if path.count > depthLimit { throw ConfigurationDocument.malformed("it is too deep", place) }
    if 1...2 ~= path.count { places[path.joined(separator: "/")] = place }
    switch node {
    case .scalar(let scalar): return Self.scalar(scalar)
    case .sequence(let sequence):
      var elements: [JSON] = []
      for (index, element) in sequence.enumerated() {
        elements.append(try value(element, at: path + ["\(index)"]))
      }
      return .array(elements)
    case .mapping(let mapping): return try object(mapping, at: path)
    case .alias: throw ConfigurationDocument.malformed("an alias without its anchor", place)
    }
  }

  private mutating func object(_ mapping: Node.Mapping, at path: [String]) throws(CommandLineError) -> JSON {
    var members: [(String, JSON)] = []
    var names: Set<[UInt8]> = []
    for (key, element) in mapping {
      let place = key.mark.map(ConfigurationDocument.Place.init)
      guard case .scalar(let scalar) = key else {
        throw ConfigurationDocument.malformed("a key that is no text", place)
      }
      guard names.insert(Array(scalar.string.utf8)).inserted else {
        throw ConfigurationDocument.malformed("the key \"\(scalar.string.prefix(80))\" occurs twice", place)
      }
      members.append((scalar.string, try value(element, at: path + [scalar.string])))
    }
    return .object(JSONObject(members))
  }

  private static func scalar(_ scalar: Node.Scalar) -> JSON {
    guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
    switch scalar.string {
    case "true": return true
    case "false": return false
    case "null", "~", "": return nil
    default:
      // What is not written as a number is written here stays the text that it is.
      guard let number = number(scalar.string), scalarText(number) == scalar.string else {
        return .string(scalar.string)
      }
      return number
    }
  }

  private static func number(_ text: String) -> JSON? {
    if let number = Int64(text) { return .integer(number) }
    if let number = UInt64(text) { return .unsigned(number) }
    return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
  }
}

// MARK: - Writing

extension ConfigurationDocument {
  private static func node(_ value: JSON) -> Node {
    switch value {
    case .array(let elements):
      return .sequence(Node.Sequence(elements.map(node), .implicit, .block))
    case .object(let object):
      return .mapping(
        Node.Mapping(object.map { (node(.string($0.name)), node($0.value)) }, .implicit, .block))
    case .string(let text):
      return .scalar(Node.Scalar(text, .implicit, isPlain(text) ? .plain : .doubleQuoted))
    case .null: return .scalar(Node.Scalar("null", .implicit, .plain))
    default: return .scalar(Node.Scalar(scalarYAML(value), .implicit, .plain))
    }
  }

  private static func scalarYAML(_ value: JSON) -> String {
    value.boolValue.map { "\($0)" } ?? scalarText(value) ?? "null"
  }

  /// Words that other readers of YAML take for something else than a text.
  private static let reserved: Set = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
  ]

  /// Whether nobody could read a text as anything else.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/"),
      !reserved.contains(text.lowercased())
    else { return false }
    return text.utf8.allSatisfy { isLetter($0) || 0x30...0x39 ~= $0 || "/_.+-=".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
