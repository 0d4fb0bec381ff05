import Glibc

/// One `name=text` of an option, the text without the language's escapes.
public struct Assignment: Sendable, Hashable {
  /// The property's name as it was written.
  public let name: String
  /// The property's value as it was written.
  public let text: String

  /// Makes an assignment.
  public init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }
}

/// The language in which an option's argument is written. QEMU has five; each option names its own.
public enum ValueLanguage: Sendable, Hashable {
  /// `k=v,…` where `,,` is a comma and a bare `k` is `k=on`. QEMU: `QemuOpts`.
  case qemuOpts
  /// `k=v,…` where `,,` is a comma in values, with no short booleans. QEMU: `keyval`.
  case keyval
}

/// Writes another text for a character, also where an accent follows, which makes one character of both to Swift: QEMU and
/// shells read bytes.
func replacing(_ character: Unicode.Scalar, with text: String, in whole: String) -> String {
  guard whole.unicodeScalars.contains(character) else { return whole }
  var result = String.UnicodeScalarView()
  for scalar in whole.unicodeScalars {
    if scalar == character { result.append(contentsOf: text.unicodeScalars) } else { result.append(scalar) }
  }
  return String(result)
}

/// Puts names and values into a buffer that is large enough for all of them with every comma doubled.
private struct PropertyWriter {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  mutating func write(_ byte: UInt8) {
    buffer[count] = byte
    count += 1
  }

  /// `name=`; false where the name holds what is syntax.
  mutating func write(name: String) -> Bool {
    for byte in name.utf8 {
      if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == 0 { return false }
      write(byte)
    }
    write(UInt8(ascii: "="))
    return true
  }

  /// The value, its commas doubled; false where it holds what no program can be given.
  mutating func write(value: String) -> Bool {
    for byte in value.utf8 {
      if byte == 0 { return false }
      write(byte)
      if byte == UInt8(ascii: ",") { write(byte) }
    }
    return true
  }
}

extension String {
  /// Whether the text's bytes hold one; in UTF-8 a byte below 128 is a character.
  func hasByte(_ byte: UInt8) -> Bool {
    var copy = self
    return copy.withUTF8 { bytes in
      bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
    }
  }
}

/// An assignment with the character at which it begins, from 1.
struct LocatedAssignment {
  var assignment: Assignment
  /// From 1; nil where it stems from a document.
  var column: Int?
}

extension ValueLanguage {
  /// Cuts an argument into its assignments.
  /// - Parameter impliedKey: whose value a first word without `=` is.
  func parse(_ text: String, impliedKey: String?) throws(CommandLineError) -> [LocatedAssignment] {
    switch self {
    case .qemuOpts: try QemuOptsLexer(text, impliedKey: impliedKey).parse()
    case .keyval: try KeyvalLexer(text, impliedKey: impliedKey).parse()
    }
  }

  /// Writes assignments; the implied key's value comes first and without its key where the language can say it so.
  func emit(_ assignments: [Assignment], impliedKey: String?) throws(CommandLineError) -> String {
    if self == .keyval { try requireConsistent(assignments) }
    let capacity = assignments.reduce(0) { $0 + $1.name.utf8.count + 2 * $1.text.utf8.count + 2 }
    var refused: Assignment?
    let text = String(unsafeUninitializedCapacity: capacity) { buffer in
      var writer = PropertyWriter(buffer)
      for (index, assignment) in assignments.enumerated() {
        if index > 0 { writer.write(UInt8(ascii: ",")) }
        let isImplied = index == 0 && assignment.name == impliedKey && canBeImplied(assignment.text)
        let isName = isImplied || (isName(assignment.name) && writer.write(name: assignment.name))
        if !isName || !writer.write(value: assignment.text) {
          refused = assignment
          return 0
        }
      }
      return writer.count
    }
    if let refused { throw unsayable(refused) }
    return text
  }

  private func isName(_ name: String) -> Bool {
    switch self {
    case .qemuOpts: true
    case .keyval: KeyvalKey.fault(in: name) == nil
    }
  }

  /// What would not be read again is not written.
  private func requireConsistent(_ assignments: [Assignment]) throws(CommandLineError) {
    do throws(CommandLineError) {
      try KeyvalTree.requireConsistent(assignments.map { LocatedAssignment(assignment: $0, column: nil) })
    } catch {
      throw CommandLineError(.unencodableValue, error.summary, remedy: error.remedy)
    }
  }

  private func unsayable(_ assignment: Assignment) -> CommandLineError {
    let name = assignment.name.prefix(80)
    if assignment.text.utf8.contains(0) {
      return CommandLineError(
        .unencodableValue, "the value of \(name) holds a NUL character", remedy: "remove the NUL character")
    }
    return CommandLineError(
      .unencodableValue, "\"\(name)\" cannot be a property's name on QEMU's command line",
      remedy: "use letters, digits, dashes and dots, beginning with a letter")
  }

  /// An implied value with `=` would be read as another key; in keyval it cannot hold a comma either.
  private func canBeImplied(_ text: String) -> Bool {
    if text.isEmpty || text.hasByte(UInt8(ascii: "=")) { return false }
    return self == .qemuOpts || !text.hasByte(UInt8(ascii: ","))
  }
}
