internal import CJSONC

/// Parses one text after another with json-c.
///
/// json-c's parser is kept between texts: to make one costs as much as to parse a short text.
package final class JSONParser {
  private let depthLimit: Int
  /// Made with room for as many levels as the first text has, and anew for one that has more.
  private var tokener: UnsafeMutablePointer<json_tokener>?
  private var levels = -1

  package init(depthLimit: Int = JSON.defaultDepthLimit) { self.depthLimit = depthLimit }

  deinit { if let tokener { json_tokener_free(tokener) } }

  /// Parses one whole text, and lends its tree.
  /// - Throws: ``JSONError`` with the place where the text is at fault, and what the body throws.
  package func withTree<Result>(
    of bytes: UnsafeBufferPointer<UInt8>, _ body: (borrowing JSONTree) -> Result
  ) throws(JSONError) -> Result {
    try Self.requireUTF8(bytes)
    var check = JSONLexicalCheck(bytes, depthLimit: depthLimit)
    try check.run()
    let tree = JSONTree(owning: try parse(bytes, depth: check.deepest))
    if tree.memberCount != check.memberCount || check.hasEscapedNUL { try JSONKeyCheck(bytes).run() }
    return body(tree)
  }

  private static func requireUTF8(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONError(.invalidUTF8, "the text is not UTF-8", at: error.byteOffsets.lowerBound)
    }
  }

  private func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, depth: Int
  ) throws(JSONError) -> OpaquePointer? {
    guard let length = Int32(exactly: bytes.count) else {
      throw JSONError(.malformed, "a text of more than 2 GiB")
    }
    let tokener = try tokener(levels: depth)
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

  /// json-c refuses a value *at* its limit, so its limit is one more. It takes memory for all levels at once, and clears it:
  /// no more than the texts have.
  private func tokener(levels wanted: Int) throws(JSONError) -> UnsafeMutablePointer<json_tokener> {
    if let tokener, wanted <= levels {
      json_tokener_reset(tokener)
      return tokener
    }
    if let tokener { json_tokener_free(tokener) }
    tokener = json_tokener_new_ex(Int32(clamping: wanted) + 2)
    guard let tokener else { throw JSONError(.tooDeep, "no memory for \(wanted) levels of nesting") }
    levels = wanted
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)
    return tokener
  }
}

/// A text as json-c has parsed it: who needs a part of it takes that over into values, and pays for no more.
package struct JSONTree: ~Copyable {
  private let root: OpaquePointer?

  fileprivate init(owning root: OpaquePointer?) { self.root = root }

  deinit { json_object_put(root) }

  /// The whole value.
  package var value: JSON { Self.read(root) }

  /// Whether the value is an object.
  package var isObject: Bool { json_object_get_type(root) == json_type_object }

  /// The member of an object; nil where there is none of this name.
  package subscript(name: StaticString) -> JSON? {
    var node: OpaquePointer?
    guard isObject, json_object_object_get_ex(root, Self.key(name), &node) != 0 else { return nil }
    return Self.read(node)
  }

  /// The integer that is a member of the object `outer`; nil where there is none.
  package subscript(integer name: StaticString, in outer: StaticString) -> Int64? {
    var (object, node): (OpaquePointer?, OpaquePointer?) = (nil, nil)
    guard isObject, json_object_object_get_ex(root, Self.key(outer), &object) != 0,
      json_object_get_type(object) == json_type_object,
      json_object_object_get_ex(object, Self.key(name), &node) != 0
    else { return nil }
    return Self.read(node).integerValue
  }

  private static func key(_ name: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  /// How many members its objects have.
  fileprivate var memberCount: Int { Self.memberCount(root) }

  private static func memberCount(_ node: OpaquePointer?) -> Int {
    switch json_object_get_type(node) {
    case json_type_array:
      return (0..<json_object_array_length(node)).reduce(0) {
        $0 + memberCount(json_object_array_get_idx(node, $1))
      }
    case json_type_object:
      var count = Int(json_object_object_length(node))
      forEachMember(node) { _, value in count += memberCount(value) }
      return count
    default: return 0
    }
  }

  private static func forEachMember(
    _ node: OpaquePointer?, _ body: (UnsafePointer<CChar>, OpaquePointer?) -> Void
  ) {
    var iterator = json_object_iter_begin(node)
    var end = json_object_iter_end(node)
    while json_object_iter_equal(&iterator, &end) == 0 {
      if let name = json_object_iter_peek_name(&iterator) {
        body(name, json_object_iter_peek_value(&iterator))
      }
      json_object_iter_next(&iterator)
    }
  }
}

// MARK: - Taking over into values

extension JSONTree {
  private static func read(_ node: OpaquePointer?) -> JSON {
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

  private static func readInteger(_ node: OpaquePointer?) -> JSON {
    let value = json_object_get_int64(node)
    // json-c answers Int64.max for everything above it: the unsigned reading tells.
    return value == .max ? JSON(json_object_get_uint64(node)) : .integer(value)
  }

  private static func readString(_ node: OpaquePointer?) -> String {
    guard let start = json_object_get_string(node) else { return "" }
    let length = Int(json_object_get_string_len(node))
    return start.withMemoryRebound(to: UInt8.self, capacity: length) {
      String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
  }

  private static func readArray(_ node: OpaquePointer?) -> JSON {
    let count = json_object_array_length(node)
    var elements: [JSON] = []
    elements.reserveCapacity(count)
    for index in 0..<count { elements.append(read(json_object_array_get_idx(node, index))) }
    return .array(elements)
  }

  private static func readObject(_ node: OpaquePointer?) -> JSON {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(Int(json_object_object_length(node)))
    forEachMember(node) { name, value in members.append(.init(String(cString: name), read(value))) }
    return .object(JSONObject(distinct: members))
  }
}
