internal import CJSONC

extension JSON {
  /// How deep a text may nest unless the caller says otherwise; QEMU's own replies stay below twenty.
  public static let defaultDepthLimit = 512

  /// Parses one whole JSON text.
  ///
  /// The text is checked for what json-c lets pass (integers beyond 64 bits, duplicate keys, NUL, single quotes, NaN),
  /// parsed by json-c, taken over into values, and json-c's tree is released before this returns.
  /// - Parameters:
  ///   - bytes: the text in UTF-8; white space around the value is allowed.
  ///   - depthLimit: how many levels of arrays and objects are allowed.
  /// - Returns: the value.
  /// - Throws: ``JSONError`` with the place where the text is at fault.
  public static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int = defaultDepthLimit
  ) throws(JSONError) -> JSON {
    try requireUTF8(bytes)
    var check = JSONLexicalCheck(bytes, depthLimit: depthLimit)
    try check.run()
    let root = try parseTree(bytes, depth: check.deepest)
    defer { json_object_put(root) }
    var reader = JSONTreeReader()
    let value = reader.read(root)
    if reader.memberCount != check.memberCount || check.hasEscapedNUL {
      try JSONKeyCheck(bytes).run()
    }
    return value
  }

  /// Parses one whole JSON text; see ``parse(_:depthLimit:)-(UnsafeBufferPointer<UInt8>,_)``.
  public static func parse(_ bytes: [UInt8], depthLimit: Int = defaultDepthLimit) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try parse(buffer, depthLimit: depthLimit)
    }
  }

  /// Parses one whole JSON text; see ``parse(_:depthLimit:)-(UnsafeBufferPointer<UInt8>,_)``.
  public static func parse(_ text: String, depthLimit: Int = defaultDepthLimit) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), depthLimit: depthLimit)
  }

  private static func requireUTF8(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONError(.invalidUTF8, "the text is not UTF-8", at: error.byteOffsets.lowerBound)
    }
  }

  /// Lets json-c parse the text. The caller owns the tree; a nil tree is the value `null`.
  private static func parseTree(
    _ bytes: UnsafeBufferPointer<UInt8>, depth: Int
  ) throws(JSONError) -> OpaquePointer? {
    guard let length = Int32(exactly: bytes.count) else {
      throw JSONError(.malformed, "a text of more than 2 GiB")
    }
    // json-c refuses a value *at* its limit, so its limit is one more. It takes memory for all levels at once, and clears it:
    // no more than the text has.
    guard let tokener = json_tokener_new_ex(Int32(clamping: depth) + 2) else {
      throw JSONError(.tooDeep, "no memory for \(depth) levels of nesting")
    }
    defer { json_tokener_free(tokener) }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)
    var root = json_tokener_parse_ex(tokener, bytes.baseAddress, length)
    if json_tokener_get_error(tokener) == json_tokener_continue {
      // A number at the end of the text is only complete when something follows it.
      root = json_tokener_parse_ex(tokener, "\n", 1)
    }
    let status = json_tokener_get_error(tokener)
    if status == json_tokener_success { return root }
    let offset = min(json_tokener_get_parse_end(tokener), bytes.count)
    if status == json_tokener_continue {
      throw JSONError(.incomplete, "the text ends before its value does", at: bytes.count)
    }
    throw JSONError(.malformed, String(cString: json_tokener_error_desc(status)), at: offset)
  }
}

/// Takes a json-c tree over into values, and counts the members that json-c kept.
private struct JSONTreeReader {
  var memberCount = 0

  mutating func read(_ node: OpaquePointer?) -> JSON {
    switch json_object_get_type(node) {
    case json_type_boolean: .bool(json_object_get_boolean(node) != 0)
    case json_type_double: .number(json_object_get_double(node))
    case json_type_int: readInteger(node)
    case json_type_string: .string(readString(node))
    case json_type_array: readArray(node)
    case json_type_object: readObject(node)
    default: .null
    }
  }

  private func readInteger(_ node: OpaquePointer?) -> JSON {
    let value = json_object_get_int64(node)
    // json-c answers Int64.max for everything above it: the unsigned reading tells.
    return value == .max ? JSON(json_object_get_uint64(node)) : .integer(value)
  }

  private func readString(_ node: OpaquePointer?) -> String {
    guard let start = json_object_get_string(node) else { return "" }
    let length = Int(json_object_get_string_len(node))
    return start.withMemoryRebound(to: UInt8.self, capacity: length) {
      String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
  }

  private mutating func readArray(_ node: OpaquePointer?) -> JSON {
    let count = json_object_array_length(node)
    var elements: [JSON] = []
    elements.reserveCapacity(count)
    for index in 0..<count { elements.append(read(json_object_array_get_idx(node, index))) }
    return .array(elements)
  }

  private mutating func readObject(_ node: OpaquePointer?) -> JSON {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(Int(json_object_object_length(node)))
    var iterator = json_object_iter_begin(node)
    var end = json_object_iter_end(node)
    while json_object_iter_equal(&iterator, &end) == 0 {
      if let name = json_object_iter_peek_name(&iterator) {
        members.append(.init(String(cString: name), read(json_object_iter_peek_value(&iterator))))
      }
      json_object_iter_next(&iterator)
    }
    memberCount += members.count
    return .object(JSONObject(distinct: members))
  }
}
