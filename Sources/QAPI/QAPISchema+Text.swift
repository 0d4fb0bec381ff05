public import QEMUJSON

extension QAPISchema {
  /// Returns the arguments of a command from pairs of a key and a text, with each text converted to its member's type.
  ///
  /// A dotted key is the path of a nested member; a number in it is the index of a list. Booleans are `on`, `off`,
  /// `true`, `false`, `yes`, `no`; integers are decimal or `0x…`, sizes may have a unit (`16M`); objects and lists may
  /// be JSON. The text of an unknown member is read as JSON if it is valid, else as a string.
  /// - Parameters:
  ///   - pairs: the keys and texts, in any order.
  ///   - command: the command; nil if it is not known.
  /// - Throws: ``QAPIProblem`` for the first text that is not of its member's type, or for a key that conflicts with
  ///   another.
  public static func arguments(
    from pairs: [(key: String, text: String)], of command: Command?
  ) throws(QAPIProblem) -> JSONObject {
    var tree = TextTree.members([])
    for pair in pairs {
      let path = pair.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard path.count <= depthLimit else {
        throw QAPIProblem([String(pair.key.prefix(80)) + "…"], "the key has more than \(depthLimit) parts")
      }
      try tree.set(pair.text, at: path[...], of: path)
    }
    return try tree.object(command?.arguments, at: [])
  }
}

/// The limit for the parts of a key; QEMU's deepest member has less than a quarter.
private let depthLimit = 64

/// A tree of texts with dotted keys, before they are converted.
private indirect enum TextTree {
  case text(String)
  case members([(name: String, value: TextTree)])

  mutating func set(_ text: String, at path: ArraySlice<String>, of whole: [String]) throws(QAPIProblem) {
    guard let name = path.first, !name.isEmpty else { throw QAPIProblem(whole, "the key has an empty part") }
    guard case .members(var members) = self else {
      throw QAPIProblem(whole, "a part of the key already has a value")
    }
    let index = members.firstIndex { $0.name == name }
    if path.count == 1 {
      if index != nil { throw QAPIProblem(whole, "the key already has a value") }
      members.append((name, .text(text)))
    } else {
      var inner = index.map { members[$0].value } ?? .members([])
      try inner.set(text, at: path.dropFirst(), of: whole)
      if let index { members[index].value = inner } else { members.append((name, inner)) }
    }
    self = .members(members)
  }

  func object(_ shape: QAPISchema.Shape?, at path: [String]) throws(QAPIProblem) -> JSONObject {
    guard case .members(let entries) = self else { return [:] }
    let tag = { (name: String) -> String? in
      if case .text(let text) = entries.first(where: { $0.name == name })?.value { text } else { nil }
    }
    let members = shape?.members(where: tag) ?? []
    var object = JSONObject()
    for (name, value) in entries {
      let type = members.first { $0.name == name }?.type ?? .named("any")
      object[name] = try value.json(type, at: path + [name])
    }
    return object
  }

  private func json(_ type: QAPISchema.TypeReference, at path: [String]) throws(QAPIProblem) -> JSON {
    switch self {
    case .text(let text): return try type.value(of: text, at: path)
    case .members(let entries):
      if let elements = elements(entries) {
        var values: [JSON] = []
        for (index, element) in elements.enumerated() {
          values.append(try element.json(type.element, at: path + ["\(index)"]))
        }
        return .array(values)
      }
      return .object(try object(type.shape, at: path))
    }
  }

  /// Returns the elements of a list if the names are all numbers from 0; else nil.
  private func elements(_ entries: [(name: String, value: TextTree)]) -> [TextTree]? {
    let sorted = entries.sorted { (Int($0.name) ?? -1) < (Int($1.name) ?? -1) }
    return sorted.map(\.name) == sorted.indices.map(String.init) ? sorted.map(\.value) : nil
  }
}

extension QAPISchema.TypeReference {
  fileprivate var element: Self { if case .list(let element) = self { element } else { .named("any") } }

  fileprivate var shape: QAPISchema.Shape? {
    guard case .named(let name) = self else { return nil }
    switch QAPISchema.type(named: name)?.kind {
    case .object(let shape): return shape
    case .alternate(let forms): return forms.lazy.compactMap(\.shape).first
    case .enumeration, nil: return nil
    }
  }

  /// Returns a text as a value of this type.
  fileprivate func value(of text: String, at path: [String]) throws(QAPIProblem) -> JSON {
    guard case .named(let name) = self else { return try structured(text, path) }
    switch QAPISchema.type(named: name)?.kind {
    case .enumeration: return .string(text)
    case .object: return try structured(text, path)
    case .alternate(let forms): return alternate(text, forms)
    case nil: return try builtin(name, text, path)
    }
  }

  private func structured(_ text: String, _ path: [String]) throws(QAPIProblem) -> JSON {
    guard let json = try? JSON.parse(text), hasJSONType(of: json) else {
      throw QAPIProblem(path, "it must be \(words); specify its members with dotted keys, or pass it as JSON")
    }
    return json
  }

  /// Returns JSON if one of the alternatives has its type, else a string.
  private func alternate(_ text: String, _ forms: [Self]) -> JSON {
    guard let json = try? JSON.parse(text), json.stringValue == nil,
      forms.contains(where: { $0.hasJSONType(of: json) })
    else { return .string(text) }
    return json
  }

  private func builtin(_ name: String, _ text: String, _ path: [String]) throws(QAPIProblem) -> JSON {
    let value: JSON?
    switch name {
    case "str": value = .string(text)
    case "bool": value = Self.boolean(text).map(JSON.bool)
    case "number": value = Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case "any": value = (try? JSON.parse(text)) ?? .string(text)
    case "null": value = text == "null" ? .some(nil) : nil
    case "size": value = Self.size(text).map { JSON($0) }
    default: value = Self.integer(text)
    }
    guard let value else { throw QAPIProblem(path, "it must be \(words), not \"\(text)\"") }
    return value
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "on", "true", "yes": true
    case "off", "false", "no": false
    default: nil
    }
  }

  private static func integer(_ text: String) -> JSON? {
    if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { JSON($0) } }
    return Int64(text).map(JSON.integer) ?? UInt64(text).map { JSON($0) }
  }

  private static func size(_ text: String) -> UInt64? {
    let units: [Character: UInt64] = ["k": 10, "m": 20, "g": 30, "t": 40, "p": 50, "e": 60]
    guard let unit = text.last, let shift = units[Character(unit.lowercased())], !text.hasPrefix("0x") else {
      return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }
    guard let number = UInt64(text.dropLast()) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : bytes
  }
}
