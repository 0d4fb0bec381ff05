import ArgumentParser
import QEMU

struct Recover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuild the record of a virtual machine that is damaged, missing or wrong.",
    discussion: """
      The record is rebuilt from the command line and the monitor of the QEMU that is running. If none is running, the record of \
      the previous run is restored. A record that is correct is not changed.
        qemuctl recover web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    let before = try? MachineRecord(of: target.machine, in: state.directory)
    let record = try await VirtualMachine.recover(target.machine, in: state.directory)
    let status = try await MachineStatus.read(target.machine, in: state.directory)
    let change = record == before ? "the record is correct, nothing was changed" : "recovered"
    Output.line("\(target.name): \(change), \(status.state)")
  }
}
