extension JSONText {
  /// The members of an object in the order of its text, or nil if the value is something else.
  package var members: [(name: String, value: JSONText)]? {
    guard isObject else { return nil }
    var result: [(name: String, value: JSONText)] = []
    forEachMember { name, value in
      result.append((name.string ?? "", value))
      return true
    }
    return result
  }

  /// The elements of an array, or nil if the value is something else.
  package var elements: [JSONText]? {
    guard isArray else { return nil }
    var scanner = JSONScanner(bytes.dropFirst())
    var result: [JSONText] = []
    while let value = scanner.skipValue() {
      result.append(JSONText(unchecked: value))
      guard scanner.skip(UInt8(ascii: ",")) else { break }
    }
    return result
  }

  /// Returns the value of a member of an object, or nil if there is none.
  package subscript(_ name: String) -> JSONText? {
    var result: JSONText?
    forEachMember { memberName, value in
      guard memberName.isString(name) else { return true }
      result = value
      return false
    }
    return result
  }

  /// Returns the range of the value of a member within ``bytes``, or nil if there is none.
  package func range(of name: String) -> Range<Int>? { self[name]?.bytes.indices }

  /// Calls a closure with the name and the value of each member until it returns false.
  package func forEachMember(_ body: (_ name: JSONText, _ value: JSONText) -> Bool) {
    guard isObject else { return }
    var scanner = JSONScanner(bytes.dropFirst())
    while let name = scanner.skipValue(), scanner.skip(UInt8(ascii: ":")), let value = scanner.skipValue() {
      guard body(JSONText(unchecked: name), JSONText(unchecked: value)) else { return }
      guard scanner.skip(UInt8(ascii: ",")) else { return }
    }
  }

  /// Returns the value with the bytes of some ranges of ``bytes`` replaced.
  ///
  /// - Parameter replacements: Ranges in ascending order that do not overlap, and their new texts.
  package func replacing(_ replacements: [(range: Range<Int>, text: JSONText)]) -> JSONText {
    var result: [UInt8] = []
    var position = bytes.startIndex
    for (range, text) in replacements {
      result += bytes[position..<range.lowerBound]
      result += text.bytes
      position = range.upperBound
    }
    result += bytes[position...]
    return JSONText(unchecked: result[...])
  }

  /// Returns a Boolean value that indicates whether two values are the same.
  ///
  /// Strings are compared decoded, objects regardless of their order, and numbers by their text.
  package func equals(_ other: JSONText) -> Bool {
    if isObject {
      guard let mine = sortedMembers, let others = other.sortedMembers, mine.count == others.count else {
        return false
      }
      return zip(mine, others).allSatisfy { $0.name == $1.name && $0.value.equals($1.value) }
    }
    if let elements {
      guard let others = other.elements, elements.count == others.count else { return false }
      return zip(elements, others).allSatisfy { $0.equals($1) }
    }
    if isString { return other.isString && stringBytes == other.stringBytes }
    return bytes == other.bytes
  }

  private var sortedMembers: [(name: String, value: JSONText)]? { members?.sorted { $0.name < $1.name } }

  /// The text without whitespace outside strings.
  package var minified: [UInt8] {
    var scanner = JSONScanner(bytes)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    while let part = scanner.skipLexeme() { result += part }
    return result
  }
}
