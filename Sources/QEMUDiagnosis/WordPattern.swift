/// A text with wildcards: `*` matches any text, `{name}` matches and captures any text; the rest is literal.
///
/// The whole text must match. A wildcard matches the shortest text possible, in one pass, so the time is linear.
struct WordPattern: Sendable, ExpressibleByStringLiteral {
  let source: String
  /// The name of each wildcard, nil for `*`; `literals` has one element more.
  private let holes: [String?]
  private let literals: [[UInt8]]

  init(stringLiteral source: String) { self.init(source) }

  init(_ source: String) {
    var holes: [String?] = []
    var literals: [[UInt8]] = [[]]
    var rest = Substring(source)
    while let character = rest.popFirst() {
      if character == "*" {
        holes.append(nil)
        literals.append([])
      } else if character == "{", let end = rest.firstIndex(of: "}") {
        holes.append(String(rest[..<end]))
        literals.append([])
        rest = rest[rest.index(after: end)...]
      } else {
        literals[literals.count - 1].append(contentsOf: String(character).utf8)
      }
    }
    self.source = source
    self.holes = holes
    self.literals = literals
  }

  /// The names of the captures.
  var names: [String] { holes.compactMap { $0 } }

  /// The number of literal bytes: of two patterns that match, the one with more is more specific.
  var literalLength: Int { literals.reduce(0) { $0 + $1.count } }

  /// Returns the captures by name; nil if the text does not match.
  func match(_ text: ArraySlice<UInt8>) -> [String: String]? {
    guard let first = literals.first, let last = literals.last, text.starts(with: first) else { return nil }
    if holes.isEmpty { return text.count == first.count ? [:] : nil }
    let end = text.endIndex - last.count
    var position = text.startIndex + first.count
    guard end >= position, text[end...].elementsEqual(last) else { return nil }
    var captures: [String: String] = [:]
    for (index, hole) in holes.enumerated() {
      let next =
        index == holes.count - 1 ? end : text[..<end].firstStart(of: literals[index + 1], from: position)
      guard let next else { return nil }
      if let hole { captures[hole] = String(decoding: text[position..<next], as: UTF8.self) }
      position = next + (index == holes.count - 1 ? 0 : literals[index + 1].count)
    }
    return captures
  }
}

extension ArraySlice<UInt8> {
  /// Returns the index of the first occurrence of a literal at or after an index; nil if there is none.
  func firstStart(of literal: [UInt8], from start: Int) -> Int? {
    guard let head = literal.first else { return start }
    var position = start
    while position + literal.count <= endIndex {
      guard let candidate = self[position...].firstIndex(of: head), candidate + literal.count <= endIndex
      else {
        return nil
      }
      if self[candidate..<candidate + literal.count].elementsEqual(literal) { return candidate }
      position = candidate + 1
    }
    return nil
  }
}
