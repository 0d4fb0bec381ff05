public import QAPI

extension QAPISchema.TypeReference {
  /// The words that a value can be: those of an enumeration, `on` and `off` for a Boolean; empty for other types.
  public var enumeratedValues: [String] {
    guard case .named(let name) = self else { return [] }
    if name == "bool" { return ["on", "off"] }
    guard let type = QAPISchema.type(named: name) else { return [] }
    switch type.kind {
    case .enumeration(let values): return values.map(\.name)
    case .alternate(let forms): return forms.flatMap(\.enumeratedValues)
    case .object: return []
    }
  }
}
