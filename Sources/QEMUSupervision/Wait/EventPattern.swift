/// A pattern for events: a name, and values of members of the data.
package struct EventPattern: Sendable, Hashable, CustomStringConvertible {
  /// A required value.
  package struct Filter: Sendable, Hashable {
    /// The names of the members from the data to the value.
    package let path: [String]
    /// The decoded string, or the text of another value, such as `true` or `512`.
    package let value: String
  }

  /// The name, such as `SHUTDOWN`.
  package let name: String
  /// The required values.
  package let filters: [Filter]

  /// Reads `NAME[,key=value…]`. A comma in a value is doubled; a key such as `info.core` is a path.
  package init(parsing text: Substring) throws(ConditionError) {
    let parts = Self.split(text)
    name = try Self.name(parts[0])
    var filters: [Filter] = []
    for part in parts.dropFirst() { filters.append(try Self.filter(part, of: name)) }
    self.filters = filters
  }

  /// The text as `init(parsing:)` reads it.
  package var description: String {
    filters.reduce(into: name) { text, filter in
      let value = filter.value.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
      text += ",\(filter.path.joined(separator: "."))=\(value)"
    }
  }

  /// Returns a Boolean value that indicates whether an event matches.
  package func matches(_ event: String, data: JSONText?) -> Bool {
    event == name && filters.allSatisfy { $0.matches(data) }
  }

  /// Splits at single commas; the result has at least one element.
  private static func split(_ text: Substring) -> [String] {
    var parts = [""]
    var rest = text
    while let character = rest.popFirst() {
      guard character == "," else {
        parts[parts.count - 1].append(character)
        continue
      }
      if rest.first == "," {
        rest = rest.dropFirst()
        parts[parts.count - 1].append(",")
      } else {
        parts.append("")
      }
    }
    return parts
  }

  private static let remedy = "expected event:NAME[,key=value…], such as event:SHUTDOWN,reason=guest-reset"

  private static func name(_ text: String) throws(ConditionError) -> String {
    if text.isEmpty { throw ConditionError(summary: "the name of the event is missing", remedy: remedy) }
    guard text.utf8.allSatisfy(isNameByte) else {
      throw ConditionError(summary: "\"\(text)\" is not the name of an event", remedy: remedy)
    }
    // Names of vendors begin with two underscores and a domain in lower case.
    if !text.hasPrefix("__") && text != text.uppercased() {
      throw ConditionError(
        summary: "\"\(text)\" is not the name of an event",
        remedy: "names of events are in upper case: \(text.uppercased())")
    }
    return text
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }

  private static func filter(_ text: String, of event: String) throws(ConditionError) -> Filter {
    guard let equals = text.firstIndex(of: "=") else {
      throw ConditionError(summary: "\"\(text)\" after event:\(event) is not key=value", remedy: remedy)
    }
    let path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if path.contains("") {
      throw ConditionError(summary: "a key is empty in \"\(text)\" after event:\(event)", remedy: remedy)
    }
    return Filter(path: path, value: String(text[text.index(after: equals)...]))
  }
}

extension EventPattern.Filter {
  fileprivate func matches(_ data: JSONText?) -> Bool {
    var present = data
    for name in path { present = present?[name] }
    guard let present else { return false }
    return present.isString ? present.isString(value) : present.minified.elementsEqual(value.utf8)
  }
}
