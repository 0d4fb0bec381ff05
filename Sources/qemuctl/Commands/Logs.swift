import ArgumentParser
import QEMU

struct Logs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a virtual machine's QEMU wrote.",
    discussion: """
      Standard error by default; --console shows what went to QEMU's standard output, such as a console put there.
        qemuctl logs web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  @Flag(help: "Show QEMU's standard output instead of its standard error.")
  var console = false

  func run() async throws {
    let logs = try VirtualMachine.logs(of: target.machine, in: state.directory)
    let text = console ? logs.console : logs.standardError
    if !text.isEmpty { Output.line(text.hasSuffix("\n") ? String(text.dropLast()) : text) }
  }
}
