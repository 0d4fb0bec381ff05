internal import CJSONC

extension JSON {
  /// Returns the value as compact JSON text; `/` is not escaped.
  /// - Throws: ``JSONError`` `notFinite` for infinity and NaN, `nulInKey` for a key with a NUL character.
  public func serialized() throws(JSONError) -> String {
    let root = try makeTree()
    defer { json_object_put(root) }
    var length = 0
    let flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE
    guard let text = json_object_to_json_string_length(root, flags, &length) else {
      return "null"
    }
    return text.withMemoryRebound(to: UInt8.self, capacity: length) {
      String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
  }

  /// Returns a json-c tree of this value, which the caller owns; nil is `null`.
  private func makeTree() throws(JSONError) -> OpaquePointer? {
    switch self {
    case .null: return nil
    case .bool(let value): return json_object_new_boolean(value ? 1 : 0)
    case .integer(let value): return json_object_new_int64(value)
    case .unsigned(let value): return json_object_new_uint64(value)
    case .number(let value): return try Self.makeNumber(value)
    case .string(let value): return Self.makeString(value)
    case .array(let elements): return try Self.makeArray(elements)
    case .object(let object): return try Self.makeObject(object)
    }
  }

  private static func makeNumber(_ value: Double) throws(JSONError) -> OpaquePointer? {
    guard value.isFinite else { throw JSONError(.notFinite, "\(value) is not a JSON number") }
    return json_object_new_double_s(value, "\(value)")
  }

  private static func makeString(_ value: String) -> OpaquePointer? {
    var value = value
    return value.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { json_object_new_string_len($0.baseAddress, Int32($0.count)) }
    }
  }

  private static func makeArray(_ elements: [JSON]) throws(JSONError) -> OpaquePointer? {
    let node = json_object_new_array()
    do throws(JSONError) {
      for element in elements { json_object_array_add(node, try element.makeTree()) }
    } catch {
      json_object_put(node)
      throw error
    }
    return node
  }

  private static func makeObject(_ object: JSONObject) throws(JSONError) -> OpaquePointer? {
    let node = json_object_new_object()
    do throws(JSONError) {
      for member in object {
        if member.name.utf8.contains(0) {
          throw JSONError(.nulInKey, "a key with a NUL character")
        }
        json_object_object_add(node, member.name, try member.value.makeTree())
      }
    } catch {
      json_object_put(node)
      throw error
    }
    return node
  }
}
