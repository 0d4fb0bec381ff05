import ArgumentParser
import QEMU

struct Reset: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Reset the guest of a virtual machine, like its reset button.",
    discussion: "  qemuctl reset web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await withVirtualMachine(named: target.machine, in: state.directory) { try await $0.reset() }
    Output.line("\(target.name): reset")
  }
}
