/// The declared properties of a kind of option, by name.
public struct PropertyDeclarations: Sendable, ExpressibleByDictionaryLiteral {
  private let table: NameTable<any PropertyDeclaration>

  init(_ declarations: [any PropertyDeclaration]) {
    table = NameTable(declarations.map { ($0.name, $0) })
  }

  /// Creates a list of declarations by name.
  public init(dictionaryLiteral elements: (String, any PropertyDeclaration)...) {
    table = NameTable(elements)
  }

  /// The declarations, in order.
  public var all: [any PropertyDeclaration] { table.values }

  /// The names of the properties, in alphabetical order.
  public var names: [String] { table.names.sorted() }

  /// A Boolean value that indicates whether there are no declarations.
  public var isEmpty: Bool { table.names.isEmpty }

  /// The declaration of a property; nil if there is none.
  public subscript(name: String) -> (any PropertyDeclaration)? { table[name] }

  subscript(name: Span<UInt8>) -> (any PropertyDeclaration)? { table[name] }

  /// Checks a text against the declaration of a property.
  /// - Returns: the result; nil if the property is not declared.
  func judge(_ name: Span<UInt8>, _ text: Span<UInt8>, _ unknownNames: UnknownNames) -> PropertyJudgement? {
    guard let place = table.place(of: name) else { return nil }
    let text = String(copying: UTF8Span(unchecked: text))
    let judgement = table.values[place].judge(text)
    guard judgement == .malformed, unknownNames == .kept, isWord(text) else { return judgement }
    return table.values[place].knows(text) ? judgement : .valid
  }

  /// Returns the names of the properties whose enumeration does not have the value.
  func unknownWords(in assignments: AssignmentList) -> [String] {
    assignments.filter { !isHelpWord($0.text) && !(self[$0.name]?.knows($0.text) ?? true) }.map(\.name)
  }
}

/// Returns whether a text could be a word of an enumeration of QEMU.
func isWord(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      digit(byte) != nil || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || "-_.+".utf8.contains(byte)
    }
}
