import Foundation
import QEMUJSON

/// A JSON Schema of Docs/Schemas, and a validator for the keywords that these schemas use.
struct DocumentSchema {
  static let directory = QEMUMatrix.packageRoot.appending(path: "Docs/Schemas")

  /// The names of all schemas, without their extension.
  static var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".json") }
        .map { String($0.dropLast(5)) }.sorted()
    }
  }

  private let root: JSON

  init(_ root: JSON) { self.root = root }

  init(named name: String) throws {
    root = try JSON.parse(String(contentsOf: Self.directory.appending(path: "\(name).json"), encoding: .utf8))
  }

  /// The problems of a document, each with its path.
  func problems(of document: JSON) -> [String] { problems(document, root, "$") }

  /// The keywords that the validator does not know, with their paths.
  var unknownKeywords: [String] { Self.unknownKeywords(root, "#") }

  private func problems(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
    (schema.objectValue ?? [:]).flatMap { keyword in
      problems(value, keyword.name, keyword.value, declared: schema["properties"]?.objectValue ?? [:], path)
    }
  }

  private func problems(
    _ value: JSON, _ keyword: String, _ rule: JSON, declared: JSONObject, _ path: String
  ) -> [String] {
    switch keyword {
    case "$schema", "title", "$defs": return []
    case "$ref": return problems(value, definition(rule), path)
    case "type":
      let types = rule.arrayValue?.compactMap(\.stringValue) ?? [rule.stringValue ?? ""]
      return types.contains { Self.has(value, $0) } ? [] : ["\(path) is not \(types)"]
    case "const": return value == rule ? [] : ["\(path) is not \(rule)"]
    case "enum": return rule.arrayValue?.contains(value) == true ? [] : ["\(path) has the value \(value)"]
    case "anyOf":
      let branches = (rule.arrayValue ?? []).map { problems(value, $0, path) }
      return branches.contains([]) ? [] : ["\(path) matches no branch: \(branches)"]
    case "items":
      return (value.arrayValue ?? []).enumerated().flatMap { problems($1, rule, "\(path)[\($0)]") }
    case "required":
      return (rule.arrayValue ?? []).compactMap(\.stringValue).filter { value[$0] == nil }.map {
        "\(path).\($0) is missing"
      }
    case "properties":
      return (rule.objectValue ?? [:]).flatMap { member in
        value[member.name].map { problems($0, member.value, "\(path).\(member.name)") } ?? []
      }
    case "additionalProperties":
      return (value.objectValue ?? [:]).filter { declared[$0.name] == nil }.flatMap { member in
        rule == false
          ? ["\(path).\(member.name) is not declared"]
          : problems(member.value, rule, "\(path).\(member.name)")
      }
    default: return ["\(path): the validator does not know \(keyword)"]
    }
  }

  private func definition(_ reference: JSON) -> JSON {
    let name = (reference.stringValue ?? "").replacing("#/$defs/", with: "")
    // A definition that does not exist accepts nothing.
    return root["$defs"]?[name] ?? ["enum": []]
  }

  private static func has(_ value: JSON, _ type: String) -> Bool {
    switch value {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .integer, .unsigned: type == "integer" || type == "number"
    case .number: type == "number"
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }

  private static func unknownKeywords(_ schema: JSON, _ path: String) -> [String] {
    (schema.objectValue ?? [:]).flatMap { keyword -> [String] in
      let place = "\(path)/\(keyword.name)"
      switch keyword.name {
      case "$schema", "title", "$ref", "type", "const", "enum", "required": return []
      case "items", "additionalProperties": return unknownKeywords(keyword.value, place)
      case "anyOf": return (keyword.value.arrayValue ?? []).flatMap { unknownKeywords($0, place) }
      case "properties", "$defs":
        return (keyword.value.objectValue ?? [:]).flatMap {
          unknownKeywords($0.value, "\(place)/\($0.name)")
        }
      default: return [place]
      }
    }
  }
}
