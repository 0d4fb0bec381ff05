import ArgumentParser
import QEMU

struct Accel: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "accel", abstract: "Show the accelerator of a running virtual machine, with its properties.",
    discussion: "  qemuctl accel web --format json")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: DetailedFormatOptions

  func run() async throws {
    let (inspection, summary) = try await withVirtualMachine(named: target.machine, in: state.directory) {
      machine in
      let inspection = try await machine.inspectAccelerator()
      return (inspection, MachineSummary(record: await machine.record, state: try await machine.runState()))
    }
    Output.accelerator(inspection, of: summary, format)
  }
}
