internal import CJSONC
import Glibc

/// A parser of JSON texts that uses json-c.
///
/// json-c's parser is kept between texts: creating one takes as long as parsing a short text.
package final class JSONParser {
  private let depthLimit: Int
  /// json-c's parser, created with the number of levels that the text has, and recreated for a text with more levels.
  private var tokener: UnsafeMutablePointer<json_tokener>?
  private var levels = -1

  package init(depthLimit: Int = JSON.defaultDepthLimit) { self.depthLimit = depthLimit }

  deinit { if let tokener { json_tokener_free(tokener) } }

  /// Parses a complete text, and returns the result of the body.
  /// - Parameter body: converts what it needs of the tree. It is called before all checks are complete, so it must have
  ///   no side effects.
  /// - Throws: ``JSONError`` with the offset of the error in the text.
  package func parse<Result>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (inout JSONTree) -> Result
  ) throws(JSONError) -> Result {
    try Self.requireUTF8(bytes)
    var check = JSONLexicalCheck(bytes, depthLimit: depthLimit)
    try check.run()
    var tree = JSONTree(owning: try parse(bytes, depth: check.deepest))
    let result = body(&tree)
    if tree.memberCount() != check.memberCount || check.hasEscapedNUL { try JSONKeyCheck(bytes).run() }
    return result
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
      // json-c knows that a number is complete only if another character follows.
      root = json_tokener_parse_ex(tokener, "\n", 1)
    }
    let status = json_tokener_get_error(tokener)
    if status == json_tokener_success { return root }
    let offset = min(json_tokener_get_parse_end(tokener), bytes.count)
    if status == json_tokener_continue {
      throw JSONError(.incomplete, "the text ends before its value is complete", at: bytes.count)
    }
    throw JSONError(.malformed, String(cString: json_tokener_error_desc(status)), at: offset)
  }

  /// Returns a parser for a number of levels. json-c refuses a value *at* its limit, so the limit is higher. It
  /// allocates and clears memory for all levels at once, so the limit is no higher than the texts need.
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

/// A text as json-c has parsed it. Only those parts are converted to values that the caller takes.
package struct JSONTree: ~Copyable {
  private let root: OpaquePointer?
  /// The number of members of the objects that were taken. They are counted during the conversion, each once.
  private var takenCount = 0
  /// The members of the root that were taken, a bit for each index; those beyond the last bit are in `takenBeyond`.
  private var taken: UInt64 = 0
  private var takenBeyond: Set<Int> = []
  private var isTakenWhole = false

  fileprivate init(owning root: OpaquePointer?) { self.root = root }

  deinit { json_object_put(root) }

  /// Converts and returns the whole value.
  package mutating func takeValue() -> JSON {
    isTakenWhole = true
    takenCount = 0
    return take(root)
  }

  /// A Boolean value that indicates whether the value is an object.
  package var isObject: Bool { json_object_get_type(root) == json_type_object }

  /// Returns whether the value is an object with this member.
  package func has(_ name: StaticString) -> Bool { Self.find(name, in: root) != nil }

  /// Converts and returns a member of an object; returns nil if there is none of this name.
  package mutating func take(_ name: StaticString) -> JSON? {
    guard let (place, entry) = Self.find(name, in: root) else { return nil }
    let before = takenCount
    let value = take(Self.value(of: entry))
    if isTakenWhole || !markTaken(place) { takenCount = before }
    return value
  }

  /// - Returns: `false` if it was already taken.
  private mutating func markTaken(_ place: Int) -> Bool {
    if place >= UInt64.bitWidth { return takenBeyond.insert(place).inserted }
    defer { taken |= 1 << place }
    return taken & 1 << place == 0
  }

  private func isTaken(_ place: Int) -> Bool {
    place >= UInt64.bitWidth ? takenBeyond.contains(place) : taken & 1 << place != 0
  }

  /// Returns an integer member of the object `outer`; nil if there is none.
  package func integer(_ name: StaticString, in outer: StaticString) -> Int64? {
    guard let (_, object) = Self.find(outer, in: root),
      let (_, entry) = Self.find(name, in: Self.value(of: object))
    else { return nil }
    return Self.integer(Self.value(of: entry)).integerValue
  }

  /// Returns the number of members of all objects in the tree.
  fileprivate func memberCount() -> Int {
    if isTakenWhole { return takenCount }
    var count = takenCount
    var entry = Self.firstEntry(of: root)
    if entry == nil { return Self.memberCount(root) }
    var place = 0
    while let present = entry {
      count += 1 + (isTaken(place) ? 0 : Self.memberCount(Self.value(of: present)))
      entry = present.pointee.next
      place += 1
    }
    return count
  }

  private static func memberCount(_ node: OpaquePointer?) -> Int {
    switch json_object_get_type(node) {
    case json_type_array:
      return (0..<json_object_array_length(node)).reduce(0) {
        $0 + memberCount(json_object_array_get_idx(node, $1))
      }
    case json_type_object:
      var count = 0
      var entry = firstEntry(of: node)
      while let present = entry {
        count += 1 + memberCount(value(of: present))
        entry = present.pointee.next
      }
      return count
    default: return 0
    }
  }

  /// A member of an object: json-c keeps the members as a list, which is read without a call for each.
  private typealias Entry = UnsafeMutablePointer<lh_entry>

  private static func firstEntry(of node: OpaquePointer?) -> Entry? {
    json_object_get_type(node) == json_type_object ? json_object_get_object(node)?.pointee.head : nil
  }

  private static func find(_ name: StaticString, in node: OpaquePointer?) -> (place: Int, entry: Entry)? {
    let wanted = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    var entry = firstEntry(of: node)
    var place = 0
    while let present = entry {
      if strcmp(self.name(of: present), wanted) == 0 { return (place, present) }
      entry = present.pointee.next
      place += 1
    }
    return nil
  }

  private static func name(of entry: Entry) -> UnsafePointer<CChar> {
    entry.pointee.k.assumingMemoryBound(to: CChar.self)
  }

  private static func value(of entry: Entry) -> OpaquePointer? { entry.pointee.v.map { OpaquePointer($0) } }
}

// MARK: - Conversion to values

extension JSONTree {
  private mutating func take(_ node: OpaquePointer?) -> JSON {
    switch json_object_get_type(node) {
    case json_type_boolean: .bool(json_object_get_boolean(node) != 0)
    case json_type_double: .number(json_object_get_double(node))
    case json_type_int: Self.integer(node)
    case json_type_string: .string(Self.string(node))
    case json_type_array: takeArray(node)
    case json_type_object: takeObject(node)
    default: .null
    }
  }

  private static func integer(_ node: OpaquePointer?) -> JSON {
    if json_object_get_type(node) != json_type_int { return .null }
    let value = json_object_get_int64(node)
    // json-c returns Int64.max for every larger value; the unsigned value is exact.
    return value == .max ? JSON(json_object_get_uint64(node)) : .integer(value)
  }

  private static func string(_ node: OpaquePointer?) -> String {
    guard let start = json_object_get_string(node) else { return "" }
    let length = Int(json_object_get_string_len(node))
    return start.withMemoryRebound(to: UInt8.self, capacity: length) {
      String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
    }
  }

  private mutating func takeArray(_ node: OpaquePointer?) -> JSON {
    let count = json_object_array_length(node)
    var elements: [JSON] = []
    elements.reserveCapacity(count)
    for index in 0..<count { elements.append(take(json_object_array_get_idx(node, index))) }
    return .array(elements)
  }

  private mutating func takeObject(_ node: OpaquePointer?) -> JSON {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(Int(json_object_object_length(node)))
    var entry = Self.firstEntry(of: node)
    while let present = entry {
      members.append(.init(String(cString: Self.name(of: present)), take(Self.value(of: present))))
      entry = present.pointee.next
    }
    takenCount += members.count
    return .object(JSONObject(distinct: members))
  }
}
