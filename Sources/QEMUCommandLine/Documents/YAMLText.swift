import CYAML
import QEMUJSON

extension ConfigurationDocument {
  /// The number of values that a document may have, including those that its aliases repeat.
  private static let valueLimit = 200_000
  private static let depthLimit = 64

  /// Reads a YAML text.
  ///
  /// A plain scalar is a Boolean if it is `true` or `false`, null if it is `null`, `~` or empty, a number if it is spelled as this
  /// library writes one, and otherwise a string: `on`, `no`, `010` and `1.10` are strings, as on the command line.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the line and the column.
  public init(yaml text: String) throws(CommandLineError) {
    let parser = YAMLParser(text)
    let document = try parser.document()
    guard let root = document.root, root.pointee.type == YAML_MAPPING_NODE else {
      throw Self.malformed("it is not a mapping", document.root.map { Place($0.pointee.start_mark) })
    }
    var reader = YAMLReader(document: document, valuesLeft: Self.valueLimit, depthLimit: Self.depthLimit)
    self.root = try reader.value(root, at: []).objectValue ?? [:]
    places = reader.places
  }
}

extension ConfigurationDocument.Place {
  fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}

/// One document of a YAML text, whose aliases lead to the nodes that they repeat.
private final class YAMLDocument {
  fileprivate let document: UnsafeMutablePointer<yaml_document_t>

  fileprivate init(_ document: UnsafeMutablePointer<yaml_document_t>) { self.document = document }

  deinit {
    yaml_document_delete(document)
    document.deallocate()
  }

  /// The outermost node; nil in a text without a document.
  var root: UnsafeMutablePointer<yaml_node_t>? { yaml_document_get_root_node(document) }

  func node(_ index: Int32) -> UnsafeMutablePointer<yaml_node_t>? {
    yaml_document_get_node(document, index)
  }
}

/// Reads a text that has one document.
private final class YAMLParser {
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  func document() throws(CommandLineError) -> YAMLDocument {
    // The bytes must stay where they are while the parser reads.
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<YAMLDocument, CommandLineError> in
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      do throws(CommandLineError) {
        let document = try load()
        let next = document.root == nil ? nil : try load().root
        guard let next else { return .success(document) }
        let place = ConfigurationDocument.Place(next.pointee.start_mark)
        return .failure(ConfigurationDocument.malformed("it holds more than one document", place))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func load() throws(CommandLineError) -> YAMLDocument {
    let document = UnsafeMutablePointer<yaml_document_t>.allocate(capacity: 1)
    if yaml_parser_load(parser, document) != 0 { return YAMLDocument(document) }
    document.deallocate()
    throw failure
  }

  private var failure: CommandLineError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it is malformed"
    if parser.pointee.error == YAML_READER_ERROR {
      let read = String(decoding: bytes.prefix(Int(parser.pointee.problem_offset)), as: UTF8.self)
      let lines = read.split(separator: "\n", omittingEmptySubsequences: false)
      let place = ConfigurationDocument.Place(line: lines.count, column: (lines.last?.count ?? 0) + 1)
      return ConfigurationDocument.malformed(problem, place)
    }
    return ConfigurationDocument.malformed(problem, .init(parser.pointee.problem_mark))
  }
}

private struct YAMLReader {
  let document: YAMLDocument
  var valuesLeft: Int
  let depthLimit: Int
  var places: [String: ConfigurationDocument.Place] = [:]

  mutating func value(
    _ node: UnsafeMutablePointer<yaml_node_t>, at path: [String]
  ) throws(CommandLineError) -> JSON {
    let place = ConfigurationDocument.Place(node.pointee.start_mark)
    valuesLeft -= 1
    if valuesLeft < 0 { throw ConfigurationDocument.malformed("it has too many values", place) }
    if path.count > depthLimit { throw ConfigurationDocument.malformed("it is too deep", place) }
    if 1...2 ~= path.count { places[path.joined(separator: "/")] = place }
    switch node.pointee.type {
    case YAML_SEQUENCE_NODE: return try array(node, at: path)
    case YAML_MAPPING_NODE: return try object(node, at: path)
    default: return Self.scalar(node)
    }
  }

  private mutating func array(
    _ node: UnsafeMutablePointer<yaml_node_t>, at path: [String]
  ) throws(CommandLineError) -> JSON {
    let items = node.pointee.data.sequence.items
    var elements: [JSON] = []
    for (index, item) in UnsafeBufferPointer(start: items.start, count: items.top - items.start).enumerated()
    {
      guard let element = document.node(item) else { continue }
      elements.append(try value(element, at: path + ["\(index)"]))
    }
    return .array(elements)
  }

  private mutating func object(
    _ node: UnsafeMutablePointer<yaml_node_t>, at path: [String]
  ) throws(CommandLineError) -> JSON {
    let pairs = node.pointee.data.mapping.pairs
    var members: [(String, JSON)] = []
    var names: Set<[UInt8]> = []
    for pair in UnsafeBufferPointer(start: pairs.start, count: pairs.top - pairs.start) {
      guard let key = document.node(pair.key), let element = document.node(pair.value) else { continue }
      let place = ConfigurationDocument.Place(key.pointee.start_mark)
      guard key.pointee.type == YAML_SCALAR_NODE else {
        throw ConfigurationDocument.malformed("a key that is no text", place)
      }
      let name = Self.text(key)
      guard names.insert(Array(name.utf8)).inserted else {
        throw ConfigurationDocument.malformed("the key \"\(name.prefix(80))\" occurs twice", place)
      }
      members.append((name, try value(element, at: path + [name])))
    }
    return .object(JSONObject(members))
  }

  private static func text(_ node: UnsafeMutablePointer<yaml_node_t>) -> String {
    let scalar = node.pointee.data.scalar
    return String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
  }

  private static func scalar(_ node: UnsafeMutablePointer<yaml_node_t>) -> JSON {
    let text = text(node)
    guard node.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE else { return .string(text) }
    switch text {
    case "true": return true
    case "false": return false
    case "null", "~", "": return nil
    default:
      // What is not written as a number is written here stays the text that it is.
      guard let number = number(text), scalarText(number) == text else { return .string(text) }
      return number
    }
  }

  private static func number(_ text: String) -> JSON? {
    if let number = Int64(text) { return .integer(number) }
    if let number = UInt64(text) { return .unsigned(number) }
    return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
  }
}
