import ArgumentParser
import QEMU

struct Inspect: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the properties of a running virtual machine, with the source of each value.",
    discussion: """
      With --as-config, prints a configuration that starts the same virtual machine, with the values that QEMU chose. \
      It contains no secrets: QEMU reads the data of a secret object from /run/secrets/ID. With --with-secrets, it \
      contains the secrets.
        qemuctl inspect web --format json
        qemuctl inspect web --as-config
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: DetailedFormatOptions

  @Flag(
    name: .customLong("as-config"),
    help: "Print a configuration that starts the same virtual machine, as YAML or JSON.")
  var asConfiguration = false

  @Flag(help: "With --as-config, include secrets.")
  var withSecrets = false

  func run() async throws {
    let (inspection, record, runState) = try await withVirtualMachine(
      named: target.machine, in: state.directory
    ) { machine in
      (try await machine.inspect(), await machine.record, try await machine.runState())
    }
    if asConfiguration {
      let requested = try QEMUConfiguration(arguments: record.requested, unknownNames: .kept)
      try print(inspection.configuration(pinning: requested))
    } else {
      Output.inspection(inspection, of: MachineSummary(record: record, state: runState), format)
    }
  }

  private func print(_ pinned: QEMUConfiguration) throws {
    let (plain, remarks) = withSecrets ? (pinned, []) : pinned.withoutSecrets()
    let document = try ConfigurationDocument(plain)
    if withSecrets { Output.disclose() }
    Output.text(
      format.format == .json ? try JSON.object(document.root).serialized() + "\n" : try document.yaml())
    for remark in remarks { Output.note(remark, remedy: "include it with --with-secrets") }
  }
}

extension Output {
  /// Prints an inspection.
  static func inspection(
    _ inspection: MachineInspection, of machine: MachineSummary, _ options: DetailedFormatOptions
  ) {
    switch options.format {
    case .json, .yaml:
      var document: JSONObject = ["vm": .object(machine.json)]
      for member in inspection.json { document[member.name] = member.value }
      Output.document(document, options.format)
    case .table:
      accelerator(inspection.accelerator, of: machine, options)
      table(
        [["SECTION", "NAME", "VALUE", "SOURCE"]]
          + inspection.entries.map { entry in
            [entry.section, entry.name, text(of: entry.value, isCut: !options.all), entry.source]
          }, isCut: !options.all)
    }
  }

  /// Returns the text of a value for one cell. Some values are whole documents, so that even in a pipe they are cut.
  private static func text(of value: JSON, isCut: Bool) -> String {
    let text = value.stringValue ?? (try? value.serialized()) ?? ""
    return isCut ? cut(text, to: 60) : text
  }
}
