import ArgumentParser
import QEMU

struct Remove: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove the record of a virtual machine that is not running.",
    discussion: "  qemuctl rm web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await VirtualMachine.remove(target.machine, in: state.directory)
    Output.line("\(target.name): removed")
  }
}
