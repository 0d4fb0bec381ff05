import ArgumentParser
import QEMU

struct Powerdown: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "powerdown",
    abstract: "Request the guest of a virtual machine to power off, like its power button.",
    discussion: """
      Returns at once; the guest may ignore the request. qemuctl stop waits until QEMU has exited.
        qemuctl powerdown web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await withVirtualMachine(named: target.machine, in: state.directory) { try await $0.powerdown() }
    Output.line("\(target.name): power-off requested")
  }
}
