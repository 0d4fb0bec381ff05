/// The doc comments of generated declarations, which consist of names and facts only.
enum Documentation {
  /// Returns the line for a member or a case.
  static func line(for wire: String, _ about: Schema.About, defaultValue: String? = nil) -> String {
    let byDefault = defaultValue.map { ["default \($0)"] } ?? []
    return "/// \(Naming.phrase(wire)). QMP: `\(wire)`\(facts(about, byDefault))."
  }

  /// Returns the last line for a type, a command or an event.
  static func wireLine(_ wire: String, _ about: Schema.About) -> String {
    "/// QMP: `\(wire)`\(facts(about, []))."
  }

  /// Returns the description of a command's reply.
  static func answer(_ type: Schema.TypeReference) -> String {
    switch type {
    case .named(let name): "`\(name)`"
    case .list(let element): "a list of \(answer(element))"
    }
  }

  /// Returns the facts after a wire name, each after a comma.
  private static func facts(_ about: Schema.About, _ further: [String]) -> String {
    var facts: [String] = []
    if let since = about.since { facts.append("since \(since)") }
    facts += about.features.map { $0 == "deprecated" || $0 == "unstable" ? $0 : "feature `\($0)`" }
    if let releases = about.presentIn, !releases.isEmpty {
      facts.append("of the known releases only in \(releases.joined(separator: ", "))")
    }
    if let condition = about.condition { facts.append("if \(condition)") }
    return (facts + further).map { ", \($0)" }.joined()
  }

  /// Returns the expression of the availability.
  static func availability(_ about: Schema.About) -> String {
    var arguments: [String] = []
    if let since = about.since { arguments.append("since: \(literal(since))") }
    if let releases = about.presentIn { arguments.append("presentIn: \(list(releases))") }
    if !about.features.isEmpty { arguments.append("features: \(list(about.features))") }
    if let condition = about.condition { arguments.append("condition: \(literal(condition))") }
    return "QAPIAvailability(\(arguments.joined(separator: ", ")))"
  }

  private static func list(_ texts: [String]) -> String {
    "[" + texts.map(literal).joined(separator: ", ") + "]"
  }
}
