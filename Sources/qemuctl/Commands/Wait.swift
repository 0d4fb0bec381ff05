import ArgumentParser
import QEMU

struct Wait: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait for conditions of a virtual machine.",
    discussion: """
      The conditions: running, paused, stopped, panicked, event:NAME[,key=value…] (an event of QEMU with these values \
      in its data), console:REGEX (a POSIX extended regular expression, matched with each line of the console, and \
      with its last line before that is complete). Events and lines since the start of the run count, so that \
      nothing is missed before this command runs; with --since, only events after a line of the journal count. The \
      exit status is 5 if the conditions can no longer come true, and 75 after the timeout.
        qemuctl wait web 'console:login:' --timeout 60s
        qemuctl wait web event:SHUTDOWN,reason=guest-shutdown
      """)

  @Argument(help: "The virtual machine's name.", completion: .machineName)
  var name: String

  @Argument(help: "The conditions; all of them must have been true at some time.")
  var conditions: [String]

  @Flag(help: "Wait for one of the conditions.")
  var any = false

  @Option(help: ArgumentHelp("The timeout (default: none).", valueName: "time"))
  var timeout: TimeSpan?

  @Option(help: ArgumentHelp("Count only events after this line of the journal.", valueName: "number"))
  var since: Int?

  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  var machineNames: [String] { [name] }

  func run() async throws {
    var wait = try MachineWait(conditions)
    (wait.isAny, wait.since) = (any, since)
    let name = try MachineName(name)
    let outcome = try await ProgressLine.show("waiting for \"\(name)\"") {
      try await wait.wait(for: name, in: state.directory, within: timeout?.duration)
    }
    switch outcome {
    case .met(let index, let sequence): tell(conditions[index], sequence)
    case .impossible(let reason):
      if format.format != .table { Output.document(["impossible": .string(reason)], format.format) }
      Output.note("\"\(name)\": \(reason)")
      throw ExitStatus.impossible
    }
  }

  private func tell(_ condition: String, _ sequence: Int) {
    guard format.format != .table else { return Output.line("\(name): \(condition)") }
    Output.document(["met": .string(condition), "sequence": .integer(Int64(sequence))], format.format)
  }
}
