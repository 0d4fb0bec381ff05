/// Cuts an argument at its commas and equals signs, which both of QEMU's languages do alike, and takes what stands between.
struct AssignmentReader {
  /// What stands before a value, or without one.
  struct Word {
    let range: Range<Int>
    /// Whether an `=` follows.
    let hasValue: Bool
    var isFirst: Bool { range.lowerBound == 0 }
  }

  private var position = 0
  private var places: [AssignmentList.Place] = []
  /// Whether the first value stands without its name.
  private var hasImpliedName = false
  /// Values that are written otherwise than they read; they are put behind the text.
  private var rewritten: [UInt8] = []
  private let count: Int
  /// Whether the text is what would be written, as far as it has been read.
  private var isCanonical = true

  init(_ bytes: Span<UInt8>) {
    count = bytes.count
    places.reserveCapacity(8)
  }

  /// The next word; nil where the argument ends.
  func nextWord(_ bytes: Span<UInt8>) -> Word? {
    if position >= bytes.count { return nil }
    let end = endOfWord(bytes, from: position)
    return Word(range: position..<end, hasValue: end < bytes.count && bytes[end] == UInt8(ascii: "="))
  }

  /// Takes a name and its value, or the implied key's value.
  mutating func takeAssignment(_ bytes: Span<UInt8>, _ word: Word) {
    position = word.hasValue ? word.range.upperBound + 1 : word.range.lowerBound
    let value = takeValue(bytes)
    if word.hasValue { return places.append(.init(name: word.range, text: value)) }
    addImplied(value)
  }

  /// Takes a word as the implied key's value.
  mutating func takeImplied(_ word: Word) {
    position = word.range.upperBound + 1
    if position == count { isCanonical = false }
    addImplied(word.range)
  }

  private mutating func addImplied(_ value: Range<Int>) {
    hasImpliedName = true
    // An empty value would be written with its name.
    if value.isEmpty { isCanonical = false }
    places.append(.init(name: 0..<0, text: value))
  }

  /// Takes a word as what is switched on, or off where it begins with `no`.
  mutating func takeSwitch(_ bytes: Span<UInt8>, _ word: Word) {
    let start = word.range.lowerBound
    let isOff =
      word.range.count >= 2 && bytes[start] == UInt8(ascii: "n") && bytes[start + 1] == UInt8(ascii: "o")
    let name = (isOff ? start + 2 : start)..<word.range.upperBound
    places.append(.init(name: name, text: rewrite(isOff ? "off" : "on")))
    position = word.range.upperBound + 1
  }

  /// What was read of the text.
  consuming func list(of text: String, _ language: ValueLanguage, impliedKey: String?) -> AssignmentList {
    AssignmentList(
      source: rewritten.isEmpty ? text : text + String(decoding: rewritten, as: UTF8.self), places,
      firstName: hasImpliedName ? impliedKey : nil, writtenIn: isCanonical ? language : nil)
  }

  /// Reads up to a single comma, and takes `,,` as a comma. Leaves the position behind the ending comma.
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

  /// The position is that of the second comma of the first pair: most values have none, and stand in the text as they are.
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

/// Where a key ends, or a word that has no `=`.
func endOfWord(_ bytes: Span<UInt8>, from start: Int) -> Int {
  var position = start
  while position < bytes.count, bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: ",") {
    position += 1
  }
  return position
}

/// Where the value ends that begins at a byte: at a comma that is not doubled, or at the end.
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

/// Which character of a text, from 1, begins at a byte.
func column(of byte: Int, in text: String) -> Int {
  // A byte 10xxxxxx continues a character.
  1 + text.utf8.prefix(byte).count { $0 & 0xC0 != 0x80 }
}
