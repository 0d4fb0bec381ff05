import ArgumentParser
import QEMU

struct Logs: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show the standard error or the standard output of a virtual machine's QEMU.",
    discussion: """
      Shows the standard error; with --console, the standard output, such as a serial console on stdio.
      Control characters are printed as \\u{1b}, and secrets of the command line as ***. With --raw, the bytes are \
      printed unchanged.
        qemuctl logs web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  @Flag(help: "Show QEMU's standard output instead of its standard error.")
  var console = false

  @Flag(help: "Print the bytes unchanged.")
  var raw = false

  func run() async throws {
    if raw {
      let logs = try VirtualMachine.logBytes(of: target.machine, in: state.directory)
      return Output.bytes(console ? logs.console : logs.standardError)
    }
    let logs = try VirtualMachine.logs(of: target.machine, in: state.directory)
    // A serial console ends its lines with CR LF.
    let text = (console ? logs.console : logs.standardError).replacing("\r\n", with: "\n")
    if !text.isEmpty { Output.line(text.hasSuffix("\n") ? String(text.dropLast()) : text) }
  }
}
