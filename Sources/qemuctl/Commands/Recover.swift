import ArgumentParser
import QEMU

struct Recover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the record of a virtual machine anew where it cannot be read.",
    discussion: """
      The record is made of the live QEMU's own command line and monitor. Where none lives, that of the run before is taken.
        qemuctl recover web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    _ = try await VirtualMachine.recover(target.machine, in: state.directory)
    let status = try await MachineStatus.read(target.machine, in: state.directory)
    Output.line("\(target.name): recovered, \(status.state)")
  }
}
