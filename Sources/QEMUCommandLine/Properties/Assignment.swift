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
    var parts: [String] = []
    for (index, assignment) in assignments.enumerated() {
      try requireKey(assignment.name)
      let text = try escape(assignment)
      let isImplied = index == 0 && assignment.name == impliedKey && canBeImplied(assignment.text)
      parts.append(isImplied ? text : "\(assignment.name)=\(text)")
    }
    return parts.joined(separator: ",")
  }

  /// What would not be read again is not written.
  private func requireConsistent(_ assignments: [Assignment]) throws(CommandLineError) {
    do throws(CommandLineError) {
      try KeyvalTree.requireConsistent(assignments.map { LocatedAssignment(assignment: $0, column: nil) })
    } catch {
      throw CommandLineError(.unencodableValue, error.summary, remedy: error.remedy)
    }
  }

  private func requireKey(_ name: String) throws(CommandLineError) {
    let isSayable =
      switch self {
      case .qemuOpts: !name.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "="), 0].contains($0) }
      case .keyval: KeyvalKey.fault(in: name) == nil
      }
    if isSayable { return }
    throw CommandLineError(
      .unencodableValue, "\"\(name.prefix(80))\" cannot be a property's name on QEMU's command line",
      remedy: "use letters, digits, dashes and dots, beginning with a letter")
  }

  private func escape(_ assignment: Assignment) throws(CommandLineError) -> String {
    if assignment.text.utf8.contains(0) {
      throw CommandLineError(
        .unencodableValue, "the value of \(assignment.name) holds a NUL character",
        remedy: "remove the NUL character")
    }
    return replacing(",", with: ",,", in: assignment.text)
  }

  /// An implied value with `=` would be read as another key; in keyval it cannot hold a comma either.
  private func canBeImplied(_ text: String) -> Bool {
    let bytes = text.utf8
    if bytes.isEmpty || bytes.contains(UInt8(ascii: "=")) { return false }
    return self == .qemuOpts || !bytes.contains(UInt8(ascii: ","))
  }
}
