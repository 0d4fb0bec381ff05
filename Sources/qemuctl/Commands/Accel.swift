import ArgumentParser
import QEMU

struct Accel: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the live accelerator of a virtual machine and its properties.",
    discussion: "  qemuctl accel web --format json")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let machine = try await VirtualMachine.adopt(target.machine, in: state.directory)
    do {
      let inspection = try await machine.inspectAccelerator()
      let summary = MachineSummary(record: await machine.record, state: try await machine.runState())
      await machine.release()
      Output.accelerator(inspection, of: summary, format.format)
    } catch {
      await machine.release()
      throw error
    }
  }
}
