import ArgumentParser
import QEMU

struct Pause: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Pause the guest of a virtual machine.",
    discussion: "  qemuctl pause web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await withVirtualMachine(named: target.machine, in: state.directory) { try await $0.pause() }
    Output.line("\(target.name): paused")
  }
}
