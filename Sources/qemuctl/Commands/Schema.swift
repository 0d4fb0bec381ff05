import ArgumentParser
import QEMU

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of YAML and JSON configurations, for editors.",
    discussion: "  qemuctl schema > qemu.schema.json")

  func run() { Output.value(.object(ConfigurationDocument.jsonSchema)) }
}
