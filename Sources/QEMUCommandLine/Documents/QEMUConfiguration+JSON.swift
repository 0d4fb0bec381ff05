public import QEMUJSON

extension QEMUConfiguration {
  /// Returns the configuration as JSON: each option with its arguments and properties, and the names without a type.
  /// - Throws: ``CommandLineError`` `unencodableValue` if a value cannot be written in its option's syntax.
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
  /// The names that are passed to QEMU without a type: `OPTION`, or `OPTION.PROPERTY`.
  public var untyped: [String] {
    if !option.isEmpty, OptionTable.declaration(option) == nil { return [option] }
    return ((argument?.untyped ?? []) + (argument?.unknownWords ?? [])).map {
      $0.isEmpty ? option : "\(option).\($0)"
    }
  }

  /// Returns the properties by name; an option with a plain value has one property with the option's name.
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
  /// Returns the errors in the arguments that can be found without a QEMU binary.
  /// - Parameter unknownNames: whether unknown names are errors.
  /// - Returns: the errors, each with its option and the number of its occurrence.
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
