import ArgumentParser
import QEMU

struct Recover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Rebuild a damaged, missing or wrong record of a virtual machine.",
    discussion: """
      Rebuilds the record from the command line and the monitor of the running QEMU. If QEMU is not running, restores \
      the record of the previous run. A correct record is not changed.
        qemuctl recover web
        qemuctl recover web --format json
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let before = try? MachineRecord(of: target.machine, in: state.directory)
    let record = try await VirtualMachine.recover(target.machine, in: state.directory)
    let status = try await MachineStatus.read(target.machine, in: state.directory)
    let isChanged = record != before
    switch format.format {
    case .json, .yaml:
      Output.document(["vm": .object(status.json), "recovered": .bool(isChanged)], format.format)
    case .table:
      let change = isChanged ? "recovered" : "the record is correct, nothing was changed"
      Output.line("\(target.name): \(change), \(status.state)")
    }
  }
}
