/// The declared properties of one kind of option, by name.
public struct PropertyDeclarations: Sendable, ExpressibleByDictionaryLiteral {
  private let table: NameTable<any PropertyDeclaration>

  init(_ declarations: [any PropertyDeclaration]) {
    table = NameTable(declarations.map { ($0.name, $0) })
  }

  /// Makes a list of none, or of some under their names.
  public init(dictionaryLiteral elements: (String, any PropertyDeclaration)...) {
    table = NameTable(elements)
  }

  /// The declarations in their order.
  public var all: [any PropertyDeclaration] { table.values }

  /// Their names in alphabetical order.
  public var names: [String] { table.names.sorted() }

  /// Whether there is none.
  public var isEmpty: Bool { table.names.isEmpty }

  /// The declaration of a property; nil where there is none.
  public subscript(name: String) -> (any PropertyDeclaration)? { table[name] }

  subscript(name: Span<UInt8>) -> (any PropertyDeclaration)? { table[name] }

  /// What the declaration of a property says of a text; nil where there is none.
  func judge(_ name: Span<UInt8>, _ text: Span<UInt8>) -> PropertyJudgement? {
    guard let place = table.place(of: name) else { return nil }
    return table.values[place].judge(String(copying: UTF8Span(unchecked: text)))
  }
}
