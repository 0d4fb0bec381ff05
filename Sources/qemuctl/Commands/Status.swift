import ArgumentParser
import QEMU
import QMP

struct Status: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the state of a virtual machine.",
    discussion: """
      Returns within about 2 seconds even if QEMU does not answer.
        qemuctl status web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "In a table, also print QEMU's command line.")
  var all = false

  func run() async throws {
    let status = try await MachineStatus.read(target.machine, in: state.directory)
    switch format.format {
    case .json, .yaml: Output.document(["vm": .object(status.json)], format.format)
    case .table: Output.table(status.lines(all: all), verdictColumn: 1)
    }
  }
}
