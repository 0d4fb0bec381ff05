import ArgumentParser
import QEMU

struct Resume: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Resume the guest of a virtual machine.",
    discussion: """
      A guest that is paused because of a drift, an I/O error, a panic or its watchdog is resumed only with --force.
        qemuctl resume web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  @Flag(help: "Resume the guest even if the reason why it is paused remains.")
  var force = false

  func run() async throws {
    let now = try await withVirtualMachine(named: target.machine, in: state.directory) {
      try await $0.resumePaused(isForced: force)
    }
    Output.line("\(target.name): \(now.text)")
  }
}
