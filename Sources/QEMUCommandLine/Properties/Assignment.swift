import Glibc

/// A `name=text` of an option; the text is unescaped.
public struct Assignment: Sendable, Hashable {
  /// The property's name as it was written.
  public let name: String
  /// The property's value as it was written.
  public let text: String

  /// Creates an assignment.
  public init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }
}

/// The syntax of a list of properties; each option declares its own.
public enum ValueLanguage: Sendable, Hashable {
  /// `k=v,…` where `,,` is a comma and a bare `k` is `k=on`. QEMU: `QemuOpts`.
  case qemuOpts
  /// `k=v,…` where `,,` is a comma in values, with no short booleans. QEMU: `keyval`.
  case keyval
}

/// Returns a text with a character replaced, even if a combining accent follows: Swift joins the two to one character,
/// but QEMU and shells read bytes.
func replacing(_ character: Unicode.Scalar, with text: String, in whole: String) -> String {
  guard whole.unicodeScalars.contains(character) else { return whole }
  var result = String.UnicodeScalarView()
  for scalar in whole.unicodeScalars {
    if scalar == character { result.append(contentsOf: text.unicodeScalars) } else { result.append(scalar) }
  }
  return String(result)
}

/// A writer of names and values to a buffer that is large enough for all of them with every comma doubled.
private struct PropertyWriter {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  mutating func write(_ byte: UInt8) {
    buffer[count] = byte
    count += 1
  }

  mutating func write(word: Span<UInt8>) {
    for index in word.indices { write(word[index]) }
  }

  /// Writes `name=`; returns false if the name has a character that is syntax, or a NUL character.
  mutating func write(name: Span<UInt8>) -> Bool {
    for index in name.indices {
      let byte = name[index]
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == 0 { return false }
      write(byte)
    }
    write(UInt8(ascii: "="))
    return true
  }

  /// Writes the value with its commas doubled; returns false if it has a NUL character.
  mutating func write(value: Span<UInt8>) -> Bool {
    for index in value.indices {
      let byte = value[index]
      if byte == 0 { return false }
      write(byte)
      if byte == UInt8(ascii: ",") { write(byte) }
    }
    return true
  }
}

extension String {
  /// Returns whether the text has a byte; in UTF-8, a byte below 128 is a character.
  func hasByte(_ byte: UInt8) -> Bool {
    utf8Span.span.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
    }
  }
}

/// The assignments of an argument, and the text that they were read from.
struct ReadAssignments {
  let list: AssignmentList
  /// The argument; nil for a document's mapping, which has no positions in a text.
  let text: String?

  /// Returns the character, from 1, at which an assignment begins; it is computed when an error needs it.
  func column(of number: Int) -> Int? {
    guard let text else { return nil }
    let bytes = text.utf8Span.span
    var position = 0
    for item in 0..<number {
      let end = endOfWord(bytes, from: position)
      let isBare = item > 0 && (end == bytes.count || bytes[end] == UInt8(ascii: ","))
      position = (isBare ? end : endOfValue(bytes, from: position)) + 1
    }
    return QEMUCommandLine.column(of: position, in: text)
  }
}

extension ValueLanguage {
  /// Splits an argument into its assignments.
  /// - Parameter impliedKey: the key of a first value that is written without a key.
  func parse(_ text: String, impliedKey: String?) throws(CommandLineError) -> ReadAssignments {
    if text.utf8.count > AssignmentList.longestSource {
      throw CommandLineError(
        .malformedText, "the argument has \(text.utf8.count) bytes",
        remedy: "shorten it: on Linux an argument has at most 128 KiB")
    }
    switch self {
    case .qemuOpts:
      return ReadAssignments(list: try QemuOptsLexer.parse(text, impliedKey: impliedKey), text: text)
    case .keyval:
      let read = ReadAssignments(list: try KeyvalLexer.parse(text, impliedKey: impliedKey), text: text)
      try KeyvalTree.requireConsistent(read)
      return read
    }
  }

  /// Returns the text of assignments; a first value is written without its key if that is the implied key and the
  /// syntax allows it.
  func emit(_ list: AssignmentList, impliedKey: String?) throws(CommandLineError) -> String {
    if let source = list.source(in: self, impliedKey: impliedKey) { return source }
    if self == .keyval { try requireConsistent(list) }
    var refused: Int?
    let text = String(unsafeUninitializedCapacity: 2 * list.byteCount) { buffer in
      var writer = PropertyWriter(buffer)
      list.forEachBytes { number, name, value in
        if number > 0 { writer.write(UInt8(ascii: ",")) }
        if isHelpRequest(name, value) {
          writer.write(word: name)
          return true
        }
        let isImplied = number == 0 && isImplied(name, value, impliedKey)
        let isName = isImplied || (isName(name) && writer.write(name: name))
        if isName && writer.write(value: value) { return true }
        refused = number
        return false
      }
      return refused == nil ? writer.count : 0
    }
    if let refused { throw inexpressible(list[refused]) }
    return text
  }

  private func isName(_ name: Span<UInt8>) -> Bool {
    switch self {
    case .qemuOpts: true
    case .keyval: KeyvalKey.fault(in: name) == nil
    }
  }

  /// Throws an error for a list that would not be read back unchanged.
  private func requireConsistent(_ list: AssignmentList) throws(CommandLineError) {
    do throws(CommandLineError) {
      try KeyvalTree.requireConsistent(ReadAssignments(list: list, text: nil))
    } catch {
      throw CommandLineError(.unencodableValue, error.summary, remedy: error.remedy)
    }
  }

  private func inexpressible(_ assignment: Assignment) -> CommandLineError {
    let name = assignment.name.prefix(80)
    if assignment.text.utf8.contains(0) {
      return CommandLineError(
        .unencodableValue, "the value of \(name) has a NUL character", remedy: "remove the NUL character")
    }
    return CommandLineError(
      .unencodableValue, "\"\(name)\" cannot be a property's name on QEMU's command line",
      remedy: "use letters, digits, dashes and dots, beginning with a letter")
  }

  /// Returns whether the value can be written without its key. A value with `=` would be read as another key; in
  /// keyval, it cannot have a comma either.
  private func isImplied(_ name: Span<UInt8>, _ value: Span<UInt8>, _ impliedKey: String?) -> Bool {
    guard let impliedKey, !value.isEmpty, areEqual(name, impliedKey.utf8Span.span) else { return false }
    for index in value.indices {
      if value[index] == UInt8(ascii: "=") { return false }
      if self == .keyval, value[index] == UInt8(ascii: ",") { return false }
    }
    return true
  }
}
