import ArgumentParser
import QEMU

/// A word of this command's own line that is none of its words, and the word that was probably meant.
enum Misspelling {
  /// Looks for one where a command line could not be read.
  /// - Parameter arguments: the words behind the program's name.
  static func problem(in arguments: [String]) -> UsageProblem? {
    guard let first = arguments.first else { return nil }
    let isOption = first.hasPrefix("-")
    guard let command = isOption ? Qemuctl.self : subcommand(named: first) else {
      return unknownCommand(first)
    }
    let own = optionNames(of: command)
    for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("-") && word != "-" {
      // A negative number is no option.
      if Int64(word) != nil { continue }
      let name = String(word.prefix { $0 != "=" })
      if own.contains(name) { continue }
      if let problem = unknownOption(name, own) { return problem }
    }
    return nil
  }

  private static let subcommands = Qemuctl.configuration.subcommands

  private static func subcommand(named name: String) -> (any ParsableCommand.Type)? {
    subcommands.first { $0._commandName == name }
  }

  private static func unknownCommand(_ word: String) -> UsageProblem? {
    if word == "help" { return nil }
    return UsageProblem(
      summary: "qemuctl has no command \"\(word.prefix(80))\"",
      remedy: suggestion(word, subcommands.map { $0._commandName }) + "qemuctl --help lists them")
  }

  private static func unknownOption(_ name: String, _ own: Set<String>) -> UsageProblem? {
    let ofQEMU = String(name.drop { $0 == "-" })
    if !name.hasPrefix("--"), OptionTable.declaration(ofQEMU) != nil {
      return UsageProblem(
        summary: "\(name) is an option of QEMU's",
        remedy: "write QEMU's options behind --: qemuctl start -- \(name) …")
    }
    if let nearest = nearestName(to: name, in: own) {
      return UsageProblem(
        summary: "there is no option \(name.prefix(80))", remedy: "did you mean \(nearest)? --help lists them"
      )
    }
    let near = nearestName(to: ofQEMU, in: OptionTable.all.map(\.name))
    return near.map {
      UsageProblem(
        summary: "there is no option \(name.prefix(80))",
        remedy: "did you mean QEMU's -\($0)? QEMU's options stand behind --: qemuctl start -- -\($0) …")
    }
  }

  /// The options that a command's help lists.
  private static func optionNames(of command: any ParsableCommand.Type) -> Set<String> {
    let words = Qemuctl.helpMessage(for: command, columns: 1000).split { " ,\n<>[]()|=".contains($0) }
    // Examples hold options of QEMU's, with one dash.
    return Set(words.map(String.init).filter { $0.hasPrefix("--") && $0 != "--" }).union([
      "-h", "--help", "--version",
    ])
  }
}
