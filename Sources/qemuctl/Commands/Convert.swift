import ArgumentParser
import QEMU

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a command line or a configuration to another format.",
    usage: "qemuctl convert [<options>] --to <format> (<file> | -- <qemu-options> ...)",
    discussion: """
      qemuctl can also read the formats shell, argv0 (NUL-terminated arguments, as in /proc/PID/cmdline), yaml and \
      json. The format argv (one argument per line) is for scripts.
        qemuctl convert --to yaml web.args > web.yaml
        qemuctl convert --to shell web.yaml
      """)

  @Option(
    help: ArgumentHelp(
      "The output format: \(ConfigurationFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "format"))
  var to: ConfigurationFormat

  @OptionGroup var configuration: ConfigurationArguments

  func run() throws {
    let sections = try configuration.document()?.sectionsBesideOptions ?? [:]
    let configuration = try configuration.configuration(unknownNames: .kept)
    if !sections.isEmpty, ![.json, .yaml].contains(to) {
      let names = sections.names
      Output.note(
        "\(names.joined(separator: " and ")) \(names.count == 1 ? "is" : "are") omitted: a command line cannot "
          + "represent \(names.count == 1 ? "it" : "them")",
        remedy: "convert to yaml or json")
    }
    switch to {
    case .argv: print(try lines(words(configuration)))
    case .argv0: print(try words(configuration).map { $0 + "\0" }.joined())
    case .shell: print(try configuration.shellText() + "\n")
    case .json: print(try document(configuration, sections), .json)
    case .yaml: print(try document(configuration, sections), .yaml)
    }
  }

  private func document(_ configuration: QEMUConfiguration, _ sections: JSONObject) throws -> JSONObject {
    var root = try ConfigurationDocument(configuration).root
    for section in sections { root[section.name] = section.value }
    return root
  }

  /// Prints the text without redaction: a redacted configuration cannot be used.
  private func print(_ text: String) {
    Output.disclose()
    Output.text(text)
  }

  private func print(_ document: JSONObject, _ format: OutputFormat) {
    Output.disclose()
    Output.value(.object(document), format)
  }

  private func words(_ configuration: QEMUConfiguration) throws -> [String] {
    try [configuration.binary].compactMap(\.self) + configuration.arguments()
  }

  private func lines(_ words: [String]) throws -> String {
    if let word = words.first(where: { $0.utf8.contains(UInt8(ascii: "\n")) }) {
      throw ValidationError("the argument \(quoted(word)) contains a newline; use --to argv0")
    }
    return words.map { $0 + "\n" }.joined()
  }
}

/// A format of a configuration.
enum ConfigurationFormat: String, ExpressibleByArgument, CaseIterable {
  /// One argument per line.
  case argv
  /// NUL-terminated arguments.
  case argv0
  /// A shell command.
  case shell
  /// A YAML document.
  case yaml
  /// A JSON document.
  case json
}
