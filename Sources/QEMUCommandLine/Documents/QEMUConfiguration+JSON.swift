public import QEMUJSON

extension QEMUConfiguration {
  /// Returns the configuration as JSON: each option with its words and its properties, and the untyped parts.
  /// - Throws: ``CommandLineError`` `unencodableValue` where an option's language has no way to say a value.
  public func json() throws(CommandLineError) -> JSONObject {
    var options: [JSON] = []
    var untyped: [JSON] = []
    for occurrence in occurrences {
      let unknown = occurrence.untyped
      options.append(
        [
          "name": .string(occurrence.option), "argv": .array(try occurrence.words().map { .string($0) }),
          "properties": .object(try occurrence.properties()), "typed": .bool(unknown.isEmpty),
        ])
      untyped += unknown.map { .string($0) }
    }
    let variables = environment.map { ($0.name, JSON.string($0.value)) }
    return [
      "environment": .object(JSONObject(variables)), "prefix": .array(prefix.map { .string($0) }),
      "binary": binary.map { .string($0) } ?? nil,
      "options": .array(options), "untyped": .array(untyped),
    ]
  }
}

extension Occurrence {
  /// The names that are passed through without a type: `OPTION`, or `OPTION.PROPERTY`.
  public var untyped: [String] {
    if !option.isEmpty, OptionTable.declaration(option) == nil { return [option] }
    return ((argument?.untyped ?? []) + (argument?.unknownWords ?? [])).map {
      $0.isEmpty ? option : "\(option).\($0)"
    }
  }

  /// The properties by name; where the option is one plain value, its name stands for it.
  func properties() throws(CommandLineError) -> JSONObject {
    guard let argument else { return [:] }
    if let model = argument as? CPUModel {
      return memberObject(of: [Assignment("model", model.model)] + model.settings)
    }
    if let members = argument.members { return members }
    if case .json(let object)? = (argument as? DeviceOption)?.form { return object }
    return [option.isEmpty ? "file" : option: .string(try argument.text())]
  }
}

extension QEMUConfiguration {
  /// Returns the faults of the arguments that this library can find without a QEMU binary.
  /// - Parameter unknownNames: whether names that are not known are wrong.
  /// - Returns: each fault with its option and which of its occurrences.
  public func problems(unknownNames: UnknownNames = .refused) -> [CommandLineError] {
    var counts: [String: Int] = [:]
    return occurrences.flatMap { occurrence -> [CommandLineError] in
      counts[occurrence.option, default: 0] += 1
      let problems = (occurrence.argument as? any CheckedArgument)?.problems(unknownNames: unknownNames) ?? []
      return problems.map { problem in
        var located = problem.located(option: occurrence.option)
        located.position.occurrence = counts[occurrence.option]
        located.evidence = [occurrence.shownText]
        return located
      }
    }
  }
}
