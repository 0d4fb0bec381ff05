import QEMU

/// The description of a command, an event or a type from the schema, as text.
struct QMPDescription {
  private var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  /// Describes a command, an event or a type.
  /// - Parameters:
  ///   - name: a command, an event or a type.
  ///   - tags: values of members that determine further members: `driver=qcow2`.
  /// - Throws: ``UsageProblem`` if the schema has no such name.
  init(of name: String, tags: [String] = []) throws {
    let pairs = tags.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    let tag = { (name: String) in pairs.first { $0.first == name }.flatMap { $0.count == 2 ? $0[1] : nil } }
    if let command = QAPISchema.command(named: name) {
      describe(command, tag)
    } else if let event = QAPISchema.event(named: name) {
      head("\(name), an event", event.availability)
      describe(event.data, "Data", tag)
    } else if let type = QAPISchema.type(named: name) {
      describe(type, tag)
    } else {
      throw Self.unknown(name)
    }
  }

  private static func unknown(_ name: String) -> UsageProblem {
    let names = QAPICatalogue.commandNames + QAPICatalogue.eventNames + QAPICatalogue.typeNames
    let suggestion = nearestName(to: name, in: names).map { "did you mean \"\($0)\"? " } ?? ""
    return UsageProblem(
      summary: "there is no QMP command, event or type \"\(name)\"", evidence: [],
      remedy: suggestion + "qemuctl qmp NAME query-commands lists the commands of a QEMU")
  }

  private mutating func describe(_ command: QAPISchema.Command, _ tag: (String) -> String?) {
    head("\(command.name), returns \(command.answer.map { $0.words } ?? "nothing")", command.availability)
    if command.isOutOfBandAllowed { lines.append("May be sent out of band.") }
    if command.isPreconfigAllowed { lines.append("May be sent before machine initialization (-preconfig).") }
    describe(command.arguments, "Arguments", tag)
    if command.arguments.isOpen { lines.append("Further arguments depend on the values of these.") }
  }

  private mutating func describe(_ type: QAPISchema.TypeDefinition, _ tag: (String) -> String?) {
    head("\(type.name), a type", type.availability)
    switch type.kind {
    case .object(let shape): describe(shape, "Members", tag)
    case .enumeration(let values):
      lines.append("One of:")
      for value in values { lines.append("  \(value.name)\(Self.facts(value.availability))") }
    case .alternate(let forms):
      lines.append("One of:")
      for form in forms { lines.append("  \(form.words)") }
    }
  }

  private mutating func describe(_ shape: QAPISchema.Shape, _ title: String, _ tag: (String) -> String?) {
    let members = shape.members(where: tag)
    if members.isEmpty { return }
    lines.append("\(title):")
    let width = members.map(\.name.count).max() ?? 0
    for member in members {
      let name = member.name + String(repeating: " ", count: width - member.name.count)
      let optional = member.isOptional ? ", optional" : ""
      let byDefault = member.defaultValue.map { ", default \($0)" } ?? ""
      lines.append("  \(name)  \(member.type.words)\(optional)\(byDefault)\(Self.facts(member.availability))")
    }
    guard let discriminator = shape.discriminator, tag(discriminator) == nil else { return }
    lines.append("Further members depend on \(discriminator); show them with \(discriminator)=VALUE:")
    lines.append("  " + shape.branches.keys.sorted().joined(separator: ", "))
  }

  private mutating func head(_ title: String, _ availability: QAPIAvailability) {
    lines.append(title + Self.facts(availability))
  }

  private static func facts(_ availability: QAPIAvailability) -> String {
    var facts: [String] = []
    if let since = availability.since { facts.append("since \(since)") }
    let absent = QAPIAvailability.knownReleases.filter { !availability.presentIn.contains($0) }
    if !absent.isEmpty { facts.append("not in \(absent.joined(separator: ", "))") }
    facts += availability.features
    if let condition = availability.condition { facts.append("if \(condition)") }
    return facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))"
  }
}
