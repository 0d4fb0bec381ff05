import ArgumentParser
import QEMU

struct Apply: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Change a running virtual machine to match a configuration.",
    usage: "qemuctl apply [<options>] <name> (<file> | -- <qemu-options> ...)",
    discussion: """
      Makes the live changes one by one, verifies each, and ends at the first failure. The exit status is 3 if some \
      changes were not made.
        qemuctl apply web web.yaml
        qemuctl apply web web.yaml --restart
      """)

  @OptionGroup var wanted: WantedArguments
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "If changes need a restart, restart the virtual machine to make them.")
  var restart = false

  @Option(help: ArgumentHelp("The timeout for unplugging a device.", valueName: "time"))
  var timeout = TimeSpan(.seconds(30))

  var machineNames: [String] { [wanted.name] }

  func run() async throws {
    let given = try wanted.configuration()
    if let problem = given.options.problems(unknownNames: .kept).first { throw problem }
    let machine = try await VirtualMachine.adopt(
      wanted.machine, in: state.directory, access: .exclusive)
    try await machine.releasing {
      let configuration = try given.resolved(for: await machine.record)
      if restart { try await machine.requireRestartable(configuration) }
      let outcome = try await ProgressLine.show("changing \"\(wanted.name)\"") {
        try await machine.apply(configuration, timeout: timeout.duration)
      }
      let summary = MachineSummary(record: await machine.record, state: try await machine.runState())
      if restart, outcome.failure == nil, outcome.needsRestart {
        return try await startAgain(machine, configuration, outcome, summary)
      }
      Output.note(unrecorded: await machine.recordFailure)
      Output.outcome(outcome, of: summary, format.format)
      if let failure = outcome.failure { throw failure.error }
      if !outcome.left.isEmpty { throw ExitStatus.drifted }
      try outcome.report.exit()
    }
  }

  /// Makes the remaining changes by a restart, and prints the outcome; if that fails, prints the changes made before.
  private func startAgain(
    _ machine: VirtualMachine, _ configuration: QEMUConfiguration, _ outcome: ApplyOutcome,
    _ before: MachineSummary
  ) async throws {
    Output.note("restarting \"\(wanted.name)\"")
    let started: VerifiedStart
    do {
      started = try await ProgressLine.show("restarting \"\(wanted.name)\"") {
        try await machine.restart(with: configuration, user: wanted.user)
      }
    } catch {
      Output.outcome(outcome, of: await summaryNow() ?? before, format.format)
      throw error
    }
    Output.note(unrecorded: await started.machine.recordFailure)
    await started.machine.release()
    let summary = MachineSummary(record: started.record, state: started.state)
    Output.outcome(outcome, of: summary, after: started.report, format.format)
    try started.report.exit()
  }

  /// Returns the summary of the virtual machine, even if this command was cancelled; nil if it cannot be read.
  private func summaryNow() async -> MachineSummary? {
    guard let name = try? wanted.machine else { return nil }
    return await Task { [directory = state.directory] in
      guard let status = try? await MachineStatus.read(name, in: directory) else { return nil }
      return MachineSummary(status)
    }.value
  }
}

extension ApplyOutcome {
  fileprivate var needsRestart: Bool { left.contains { $0.kind == .restart } }
}
