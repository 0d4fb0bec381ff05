import QAPI
import QEMUJSON

/// A reader of properties as a QAPI type, which converts texts as QEMU's visitors do.
///
/// The value of an unknown property stays a string.
struct QAPIPropertyReader {
  let language: QAPIPropertyLanguage

  func object(of assignments: AssignmentList, typeName: String) throws(QAPIProblem) -> JSONObject {
    let shape = Self.shape(typeName)
    if language == .dotted {
      return try PropertyTree(assignments).object(shape, at: [])
    }
    return try flatObject(assignments, shape)
  }

  static func shape(_ typeName: String) -> QAPISchema.Shape? {
    if case .object(let shape) = QAPISchema.type(named: typeName)?.kind { shape } else { nil }
  }

  // MARK: - Flat

  /// Reads flat keys: the first of `id`, the last of another scalar, and all of a list have effect.
  private func flatObject(
    _ assignments: AssignmentList, _ shape: QAPISchema.Shape?
  ) throws(QAPIProblem) -> JSONObject {
    var texts = OrderedGroups<String>()
    for assignment in assignments { texts.add(assignment.text, to: assignment.name) }
    let members = shape?.members { texts[$0]?.last } ?? []
    var pairs: [(String, JSON)] = []
    for (name, all) in texts.groups {
      let type = members.first { $0.name == name }?.type
      if case .list(let element) = type {
        pairs.append((name, .array(try elements(all, element, [name]))))
      } else if let text = name == "id" ? all.first : all.last {
        pairs.append((name, try (type ?? .named("str")).value(ofProperty: text, at: [name])))
      }
    }
    return JSONObject(pairs)
  }

  private func elements(
    _ texts: [String], _ type: QAPISchema.TypeReference, _ path: [String]
  ) throws(QAPIProblem) -> [JSON] {
    var values: [JSON] = []
    for text in texts {
      if let range = try Self.range(text, type, path) {
        values += range
      } else if case .object(let shape) = type.definition?.kind, let member = shape.members.first {
        // An object in a list is written as its only member.
        values.append(.object([member.name: try member.type.value(ofProperty: text, at: path)]))
      } else {
        values.append(try type.value(ofProperty: text, at: path))
      }
    }
    return values
  }

  /// Reads a range such as `0-3` in a list of integers; returns nil if the text is not a range.
  private static func range(
    _ text: String, _ type: QAPISchema.TypeReference, _ path: [String]
  ) throws(QAPIProblem) -> [JSON]? {
    guard case .named(let name) = type, name.hasPrefix("int") || name.hasPrefix("uint"),
      let dash = text.utf8.dropFirst().firstIndex(of: UInt8(ascii: "-"))
    else { return nil }
    let ends = [String(text[..<dash]), String(text[text.utf8.index(after: dash)...])]
    guard let first = readInteger(ends[0], as: Int64.self), let last = readInteger(ends[1], as: Int64.self),
      first <= last, last &- first < 65536
    else { throw QAPIProblem(path, "\"\(text.prefix(80))\" is not a range of numbers") }
    return (first...last).map { .integer($0) }
  }
}

// MARK: - Scalars

extension QAPISchema.TypeReference {
  var definition: QAPISchema.TypeDefinition? {
    if case .named(let name) = self { QAPISchema.type(named: name) } else { nil }
  }

  /// Converts a text as QEMU's visitors do.
  func value(ofProperty text: String, at path: [String]) throws(QAPIProblem) -> JSON {
    guard case .named(let name) = self else {
      throw QAPIProblem(path, "it must be \(words), not the text \"\(text.prefix(80))\"")
    }
    if let value = Self.builtin(name, text) { return value }
    switch definition?.kind {
    case .enumeration: return .string(text)
    case .alternate(let forms):
      if let form = forms.first(where: { $0.hasJSONType(of: .string(text)) }) {
        return try form.value(ofProperty: text, at: path)
      }
      if forms.contains(where: { $0.isText }) { return .string(text) }
    case .object, nil: break
    }
    throw QAPIProblem(path, "it must be \(words), not the text \"\(text.prefix(80))\"")
  }

  private var isText: Bool {
    if case .enumeration = definition?.kind { true } else { self == .named("str") }
  }

  private static func builtin(_ name: String, _ text: String) -> JSON? {
    switch name {
    case "str", "any": .string(text)
    case "bool": Bool(propertyText: text).map { .bool($0) }
    case "number": Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case "size": ByteCount(propertyText: text).map { JSON($0.bytes) }
    case "uint64": readInteger(text, as: UInt64.self).map { JSON($0) }
    case "uint8": readInteger(text, as: UInt8.self).map { .integer(Int64($0)) }
    case "uint16": readInteger(text, as: UInt16.self).map { .integer(Int64($0)) }
    case "uint32": readInteger(text, as: UInt32.self).map { .integer(Int64($0)) }
    case "int8": readInteger(text, as: Int8.self).map { .integer(Int64($0)) }
    case "int16": readInteger(text, as: Int16.self).map { .integer(Int64($0)) }
    case "int32": readInteger(text, as: Int32.self).map { .integer(Int64($0)) }
    case "int", "int64": readInteger(text, as: Int64.self).map { .integer($0) }
    default: nil
    }
  }
}

// MARK: - Dotted

/// The tree of texts with dotted keys; the lexer has checked that they do not conflict.
private indirect enum PropertyTree {
  case text(String)
  case members([String: PropertyTree], order: [String])

  init(_ assignments: AssignmentList) {
    self = .members([:], order: [])
    for assignment in assignments {
      set(assignment.text, assignment.name.split(separator: ".").map(String.init)[...])
    }
  }

  private mutating func set(_ text: String, _ path: ArraySlice<String>) {
    guard let name = path.first else {
      self = .text(text)
      return
    }
    var (members, order): ([String: PropertyTree], [String]) = ([:], [])
    if case .members(let present, let names) = self { (members, order) = (present, names) }
    // A value with a single reference is changed in place.
    self = .text("")
    if members[name] == nil { order.append(name) }
    members[name, default: .members([:], order: [])].set(text, path.dropFirst())
    self = .members(members, order: order)
  }

  func object(_ shape: QAPISchema.Shape?, at path: [String]) throws(QAPIProblem) -> JSONObject {
    guard case .members(let entries, let order) = self else { return [:] }
    let members =
      shape?.members { if case .text(let text) = entries[$0] { text } else { nil } } ?? []
    var pairs: [(String, JSON)] = []
    for name in order {
      let type = members.first { $0.name == name }?.type
      if let value = try entries[name]?.json(type, at: path + [name]) { pairs.append((name, value)) }
    }
    return JSONObject(pairs)
  }

  private func json(_ type: QAPISchema.TypeReference?, at path: [String]) throws(QAPIProblem) -> JSON {
    switch self {
    case .text(let text): return try (type ?? .named("str")).value(ofProperty: text, at: path)
    case .members(let entries, let order):
      guard order.allSatisfy({ KeyvalKey.isIndex($0.utf8[...]) }) else {
        return .object(try object(type?.objectShape, at: path))
      }
      var element: QAPISchema.TypeReference?
      if case .list(let inner) = type { element = inner }
      var values: [JSON] = []
      for index in order.indices {
        guard let entry = entries["\(index)"] else { throw QAPIProblem(path, "the list has a gap") }
        values.append(try entry.json(element, at: path + ["\(index)"]))
      }
      return .array(values)
    }
  }
}

extension QAPISchema.TypeReference {
  /// The shape of an object, or of the alternative that is an object.
  fileprivate var objectShape: QAPISchema.Shape? {
    switch definition?.kind {
    case .object(let shape): shape
    case .alternate(let forms): forms.lazy.compactMap(\.objectShape).first
    case .enumeration, nil: nil
    }
  }
}
