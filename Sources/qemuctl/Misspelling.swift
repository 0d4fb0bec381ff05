import ArgumentParser
import QEMU

/// Finds a misspelled command or option of `qemuctl`, and the nearest valid name.
enum Misspelling {
  /// Returns the misspelling in a command line that could not be parsed; nil if there is none.
  /// - Parameter arguments: the arguments without the program's name.
  static func problem(in arguments: [String]) -> UsageProblem? {
    guard let first = arguments.first else { return nil }
    let isOption = first.hasPrefix("-")
    guard let command = isOption ? Qemuctl.self : subcommand(named: first) else {
      return unknownCommand(first)
    }
    let own = optionNames(of: command)
    for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("-") && word != "-" {
      // A negative number is not an option.
      if Int64(word) != nil { continue }
      let name = String(word.prefix { $0 != "=" })
      if own.contains(name) { continue }
      if let problem = unknownOption(name, own) { return problem }
    }
    return nil
  }

  private static func subcommand(named name: String) -> (any ParsableCommand.Type)? {
    Qemuctl.commands.first { $0._commandName == name }
  }

  private static func unknownCommand(_ word: String) -> UsageProblem? {
    if word == "help" { return nil }
    return UsageProblem(
      summary: "qemuctl has no command \"\(word.prefix(80))\"",
      remedy: suggestion(word, Qemuctl.commands.map { $0._commandName }) + "qemuctl --help lists the commands"
    )
  }

  private static func unknownOption(_ name: String, _ own: Set<String>) -> UsageProblem? {
    let ofQEMU = String(name.drop { $0 == "-" })
    if !name.hasPrefix("--"), OptionTable.declaration(ofQEMU) != nil {
      return UsageProblem(
        summary: "\(name) is an option of QEMU",
        remedy: "write QEMU's options after --: qemuctl start -- \(name) …")
    }
    if let nearest = nearestName(to: name, in: own) {
      return UsageProblem(
        summary: "unknown option \(name.prefix(80))",
        remedy: "did you mean \(nearest)? --help lists the options")
    }
    let near = nearestName(to: ofQEMU, in: OptionTable.all.map(\.name))
    return near.map {
      UsageProblem(
        summary: "unknown option \(name.prefix(80))",
        remedy: "did you mean QEMU's -\($0)? Write QEMU's options after --: qemuctl start -- -\($0) …")
    }
  }

  /// Returns the options that a command's help lists.
  private static func optionNames(of command: any ParsableCommand.Type) -> Set<String> {
    let words = Qemuctl.helpMessage(for: command, columns: 1000).split { " ,\n<>[]()|=".contains($0) }
    // The examples contain options of QEMU, with one dash.
    return Set(words.map(String.init).filter { $0.hasPrefix("--") && $0 != "--" }).union([
      "-h", "--help", "--version",
    ])
  }
}
