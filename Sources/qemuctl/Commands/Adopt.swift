import ArgumentParser
import QEMU

struct Adopt: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Start another supervisor for a virtual machine whose supervisor has ended.",
    discussion: """
      Every command does this when it needs the supervisor.
        qemuctl adopt web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    let pid = try await withVirtualMachine(named: target.machine, in: state.directory) { $0.supervisorPID }
    Output.line("\(target.name): \(pid.map { "supervised by process \($0)" } ?? "not supervised")")
  }
}
