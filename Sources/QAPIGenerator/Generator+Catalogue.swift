extension Generator {
  /// Returns the tables of everything that is generated.
  func catalogue() -> SwiftSource {
    var source = SwiftSource()
    source.line()
    source.line("/// The generated types by wire name.")
    source.block("public enum QAPICatalogue") { source in
      emitTable(
        "command", "(any QAPICommand.Type)?", schema.commands.map { ($0.name, Naming.command($0.name)) },
        &source)
      source.line()
      emitTable(
        "event", "(any QAPIEvent.Type)?", schema.events.map { ($0.name, Naming.event($0.name)) }, &source)
      source.line()
      emitTable("type", "(any QAPIValue.Type)?", schema.types.keys.map { ($0, Naming.type($0)) }, &source)
    }
    return source
  }

  /// Emits the names of one kind, and the function that returns the type for each.
  private func emitTable(
    _ kind: String, _ result: String, _ entries: [(wire: String, swift: String)], _ source: inout SwiftSource
  ) {
    let entries = entries.sorted { $0.wire < $1.wire }
    source.line("/// The \(kind)s that were known when this was generated, sorted.")
    source.line("public static let \(kind)Names: [String] = [")
    for entry in entries { source.line("  \(literal(entry.wire)),") }
    source.line("]")
    source.line()
    source.line("/// The \(kind) `name`; nil where it was not known when this was generated.")
    source.block("public static func \(kind)(named name: String) -> \(result)") { source in
      source.line("switch name {")
      for entry in entries { source.line("case \(literal(entry.wire)): \(entry.swift).self") }
      source.line("default: nil")
      source.line("}")
    }
  }
}
