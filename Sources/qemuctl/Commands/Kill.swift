import ArgumentParser
import QEMU

struct Kill: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill",
    abstract: "Kill a virtual machine immediately (SIGKILL), without a power-off of its guest.",
    discussion: "  qemuctl kill web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    let outcome = try await VirtualMachine.kill(target.machine, in: state.directory)
    for remark in outcome.remarks { Output.note(remark) }
    Output.line("\(target.name): \(outcome.step == nil ? "not running" : "killed")")
  }
}
