import ArgumentParser
import QEMU

struct Logs: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a virtual machine's QEMU wrote.",
    discussion: """
      Standard error by default; --console shows what went to QEMU's standard output, such as a console put there.
      What would control a terminal is shown as \\u{1b}, and secrets of the command line as ***; --raw writes every byte as it is.
        qemuctl logs web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  @Flag(help: "Show QEMU's standard output instead of its standard error.")
  var console = false

  @Flag(help: "Write the bytes as they are.")
  var raw = false

  func run() async throws {
    if raw {
      let logs = try VirtualMachine.logBytes(of: target.machine, in: state.directory)
      return Output.bytes(console ? logs.console : logs.standardError)
    }
    let logs = try VirtualMachine.logs(of: target.machine, in: state.directory)
    // A console ends its lines with both.
    let text = (console ? logs.console : logs.standardError).replacing("\r\n", with: "\n")
    if !text.isEmpty { Output.line(text.hasSuffix("\n") ? String(text.dropLast()) : text) }
  }
}
