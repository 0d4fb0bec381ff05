/// A reader that splits an argument at its commas and equals signs, which is the same in both of QEMU's syntaxes.
struct AssignmentReader {
  /// A name before a value, or a word without one.
  struct Word {
    let range: Range<Int>
    /// A Boolean value that indicates whether an `=` follows.
    let hasValue: Bool
    var isFirst: Bool { range.lowerBound == 0 }
  }

  private var position = 0
  private var places: [AssignmentList.Place] = []
  /// A Boolean value that indicates whether the first value has no name.
  private var hasImpliedName = false
  /// The unescaped values that differ from the text; they are appended to it.
  private var rewritten: [UInt8] = []
  private let count: Int
  /// A Boolean value that indicates whether the part that was read is exactly the text that would be written.
  private var isCanonical = true

  init(_ bytes: Span<UInt8>) {
    count = bytes.count
    places.reserveCapacity(8)
  }

  /// Returns the next word; nil at the end of the argument.
  func nextWord(_ bytes: Span<UInt8>) -> Word? {
    if position >= bytes.count { return nil }
    let end = endOfWord(bytes, from: position)
    return Word(range: position..<end, hasValue: end < bytes.count && bytes[end] == UInt8(ascii: "="))
  }

  /// Reads a name and its value, or the implied key's value.
  mutating func takeAssignment(_ bytes: Span<UInt8>, _ word: Word) {
    position = word.hasValue ? word.range.upperBound + 1 : word.range.lowerBound
    let value = takeValue(bytes)
    if word.hasValue { return places.append(.init(name: word.range, text: value)) }
    addImplied(value)
  }

  /// Reads a word as the implied key's value.
  mutating func takeImplied(_ word: Word) {
    position = word.range.upperBound + 1
    if position == count { isCanonical = false }
    addImplied(word.range)
  }

  private mutating func addImplied(_ value: Range<Int>) {
    hasImpliedName = true
    // An empty value is written with its name.
    if value.isEmpty { isCanonical = false }
    places.append(.init(name: 0..<0, text: value))
  }

  /// Reads a word as a property that is `on`, or `off` if the word begins with `no`.
  mutating func takeSwitch(_ bytes: Span<UInt8>, _ word: Word) {
    let start = word.range.lowerBound
    let isOff =
      word.range.count >= 2 && bytes[start] == UInt8(ascii: "n") && bytes[start + 1] == UInt8(ascii: "o")
    let name = (isOff ? start + 2 : start)..<word.range.upperBound
    places.append(.init(name: name, text: rewrite(isOff ? "off" : "on")))
    position = word.range.upperBound + 1
  }

  /// Returns the assignments that were read.
  consuming func list(of text: String, _ language: ValueLanguage, impliedKey: String?) -> AssignmentList {
    AssignmentList(
      source: rewritten.isEmpty ? text : text + String(decoding: rewritten, as: UTF8.self), places,
      firstName: hasImpliedName ? impliedKey : nil, writtenIn: isCanonical ? language : nil)
  }

  /// Reads a value up to a single comma; `,,` is a comma. The position is then after the single comma.
  private mutating func takeValue(_ bytes: Span<UInt8>) -> Range<Int> {
    let start = position
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: ",") else {
        if bytes[position] == 0 { isCanonical = false }
        position += 1
        continue
      }
      let end = position
      position += 1
      if position == bytes.count { isCanonical = false }
      if position == bytes.count || bytes[position] != UInt8(ascii: ",") { return start..<end }
      return takeValueWithCommas(bytes, from: start)
    }
    return start..<position
  }

  /// Reads the rest of a value from the second comma of its first pair. Most values have none, and need no copy.
  private mutating func takeValueWithCommas(_ bytes: Span<UInt8>, from start: Int) -> Range<Int> {
    isCanonical = false
    let begin = count + rewritten.count
    for index in start..<position { rewritten.append(bytes[index]) }
    position += 1
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: ",") {
        position += 1
        if position == bytes.count || bytes[position] != UInt8(ascii: ",") { break }
      }
      rewritten.append(bytes[position])
      position += 1
    }
    return begin..<(count + rewritten.count)
  }

  private mutating func rewrite(_ text: String) -> Range<Int> {
    isCanonical = false
    let begin = count + rewritten.count
    rewritten.append(contentsOf: text.utf8)
    return begin..<(count + rewritten.count)
  }
}

/// Returns the end of a key, or of a word without `=`.
func endOfWord(_ bytes: Span<UInt8>, from start: Int) -> Int {
  var position = start
  while position < bytes.count, bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: ",") {
    position += 1
  }
  return position
}

/// Returns the end of the value that begins at a byte: the next comma that is not doubled, or the end of the argument.
func endOfValue(_ bytes: Span<UInt8>, from start: Int) -> Int {
  var position = start
  while position < bytes.count {
    if bytes[position] == UInt8(ascii: ",") {
      if position + 1 == bytes.count || bytes[position + 1] != UInt8(ascii: ",") { return position }
      position += 1
    }
    position += 1
  }
  return position
}

/// Returns the number of the character, from 1, that begins at a byte of a text.
func column(of byte: Int, in text: String) -> Int {
  // A byte 10xxxxxx continues a character.
  1 + text.utf8.prefix(byte).count { $0 & 0xC0 != 0x80 }
}
