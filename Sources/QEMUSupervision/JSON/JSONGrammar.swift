/// The syntax of one JSON value, checked token by token without recursion.
struct JSONGrammar {
  private enum Expectation {
    /// A value, and whether the closing bracket may come instead.
    case value(orEnd: Bool)
    /// A name, and whether the closing brace may come instead.
    case name(orEnd: Bool)
    case colon, separator
  }

  private struct Level {
    let isObject: Bool
    var expectation: Expectation
    var names = JSONNames()
    var isDuplicate = false
  }

  private var levels: [Level] = []
  private let hasPositions: Bool

  /// Creates the syntax with the texts of the errors of QEMU before 11.1 or since.
  init(hasPositions: Bool) { self.hasPositions = hasPositions }

  mutating func reset() { levels.removeAll(keepingCapacity: levels.capacity <= 64) }

  /// Checks the next token, and returns the text of QEMU's error, or nil if it is correct.
  mutating func check(_ token: JSONLexer.Token, _ text: ArraySlice<UInt8>) -> [UInt8]? {
    // The level is not copied: a copy would make the next insertion of a name copy all names.
    guard let expectation = levels.last?.expectation else { return value(token, text) }
    switch expectation {
    case .value(true) where token == .closeBracket, .name(true) where token == .closeBrace: return close()
    case .value: return value(token, text)
    case .name: return name(token, text)
    case .colon: return colon(token)
    case .separator: return separator(token)
    }
  }

  private mutating func value(_ token: JSONLexer.Token, _ text: ArraySlice<UInt8>) -> [UInt8]? {
    switch token {
    case .openBrace: levels.append(Level(isObject: true, expectation: .name(orEnd: true)))
    case .openBracket: levels.append(Level(isObject: false, expectation: .value(orEnd: true)))
    case .number: return complete()
    case .keyword:
      let isKnown =
        text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
        || text.elementsEqual("null".utf8)
      return isKnown ? complete() : Array("invalid keyword '".utf8) + text + Array("'".utf8)
    case .string:
      if !JSONString.isPlain(text) {
        do throws(JSONString.Failure) { _ = try JSONString.decode(text) } catch { return error.text }
      }
      return complete()
    case .closeBrace, .closeBracket, .colon, .comma, .stray: return Array("expecting value".utf8)
    }
    return nil
  }

  private mutating func name(_ token: JSONLexer.Token, _ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard token == .string else {
      // QEMU before 11.1 reads a whole value before it requires a string.
      return hasPositions ? Array("expecting key".utf8) : value(token, text)
    }
    do throws(JSONString.Failure) {
      let isNew = levels[levels.count - 1].names.insert(try JSONString.decode(text))
      levels[levels.count - 1].isDuplicate = !isNew
    } catch {
      return error.text
    }
    levels[levels.count - 1].expectation = .colon
    return nil
  }

  private mutating func colon(_ token: JSONLexer.Token) -> [UInt8]? {
    guard token == .colon else {
      return Array((hasPositions ? "expecting ':'" : "missing : in object pair").utf8)
    }
    levels[levels.count - 1].expectation = .value(orEnd: false)
    return nil
  }

  private mutating func separator(_ token: JSONLexer.Token) -> [UInt8]? {
    let isObject = levels[levels.count - 1].isObject
    if token == (isObject ? .closeBrace : .closeBracket) { return close() }
    guard token == .comma else {
      return Array(
        (isObject
          ? hasPositions ? "expected ',' or '}'" : "expected separator in dict"
          : hasPositions ? "expected ',' or ']'" : "expected separator in list").utf8)
    }
    levels[levels.count - 1].expectation = isObject ? .name(orEnd: false) : .value(orEnd: false)
    return nil
  }

  private mutating func close() -> [UInt8]? {
    levels.removeLast()
    return complete()
  }

  /// Ends a value.
  private mutating func complete() -> [UInt8]? {
    let last = levels.count - 1
    guard last >= 0 else { return nil }
    if case .name = levels[last].expectation { return Array("key is not a string in object".utf8) }
    if levels[last].isDuplicate { return Array("duplicate key".utf8) }
    levels[last].expectation = .separator
    return nil
  }
}

/// The names of the members of one object.
private struct JSONNames {
  private var few: [[UInt8]] = []
  private var many: Set<[UInt8]> = []

  /// Inserts a name, and returns false if it exists.
  mutating func insert(_ name: [UInt8]) -> Bool {
    guard many.isEmpty else { return many.insert(name).inserted }
    guard !few.contains(name) else { return false }
    few.append(name)
    if few.count > 16 {
      many = Set(few)
      few = []
    }
    return true
  }
}

extension JSONString.Failure {
  /// The text of QEMU's error.
  var text: [UInt8] {
    switch self {
    case .invalidEscape: Array("invalid escape sequence in string".utf8)
    case .invalidUTF8: Array("invalid UTF-8 sequence in string".utf8)
    case .invalidCharacter(let escape): escape + Array(" is not a valid Unicode character".utf8)
    }
  }
}
