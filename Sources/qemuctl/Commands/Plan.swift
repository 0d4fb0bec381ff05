import ArgumentParser
import QEMU

struct Plan: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show the changes that make a running virtual machine match a configuration.",
    usage: "qemuctl plan [<options>] <name> (<file> | -- <qemu-options> ...)",
    discussion: """
      Changes nothing. Each change is live, needs a restart, or is impossible. The exit status is 0 if the plan could \
      be made; with --detailed-exitcode, it is 2 if the plan has changes.
        qemuctl plan web web.yaml
        qemuctl plan web -- -machine q35 -m 1G -netdev user,id=n0
      """)

  @OptionGroup var wanted: WantedArguments
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit with status 2 if there are changes.")
  var hasDetailedExitCode = false

  var machineNames: [String] { [wanted.name] }

  func run() async throws {
    let given = try wanted.configuration()
    let (plan, summary) = try await withVirtualMachine(named: wanted.machine, in: state.directory) {
      machine in
      let plan = try await machine.plan(given.resolved(for: await machine.record))
      return (plan, MachineSummary(record: await machine.record, state: try await machine.runState()))
    }
    Output.plan(plan, of: summary, format.format)
    if hasDetailedExitCode, !plan.isEmpty { throw ExitStatus.changes }
  }
}
