import ArgumentParser
import QEMU

struct Parse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse", abstract: "Show the options and properties of a command line or a configuration.",
    usage: "qemuctl parse [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      Prints the options in their order, including repeated options. Unknown options and properties are listed after \
      "unknown options and properties:".
        qemuctl parse --format json -- -accel tcg,thread=multi -nic user
        qemuctl parse web.args
      """)

  @OptionGroup var configuration: ConfigurationArguments
  @OptionGroup var format: FormatOptions

  func run() throws {
    let configuration = try configuration.configuration(unknownNames: .kept)
    if let problem = configuration.problems(unknownNames: .kept).first {
      throw self.configuration.located(problem)
    }
    let parsed = try configuration.json()
    // The output repeats the user's own input.
    Output.disclose()
    if format.format != .table { return Output.document(parsed, format.format) }
    Output.table([["OPTION", "PROPERTY", "VALUE"]] + rows(parsed))
    let untyped = (parsed["untyped"]?.arrayValue ?? []).compactMap(\.stringValue)
    if !untyped.isEmpty { Output.line("unknown options and properties: \(untyped.joined(separator: " "))") }
  }

  private func rows(_ parsed: JSONObject) -> [[String]] {
    (parsed["options"]?.arrayValue ?? []).flatMap { option -> [[String]] in
      let name = option["name"]?.stringValue ?? ""
      let properties = option["properties"]?.objectValue ?? [:]
      let rows = properties.map { [name, $0.name, text($0.value)] }
      return rows.isEmpty ? [[name, "", ""]] : rows
    }
  }

  private func text(_ value: JSON) -> String {
    value.stringValue ?? (try? value.serialized()) ?? ""
  }
}
