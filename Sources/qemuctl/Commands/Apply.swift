import ArgumentParser
import QEMU

struct Apply: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change a virtual machine to match a configuration.",
    usage: "qemuctl apply [<options>] <name> (<file> | -- <qemu-options> ...)",
    discussion: """
      Makes the live changes one by one, verifies each of them, and stops at the first failure. The exit status is 3 \
      if some changes were not made.
        qemuctl apply web web.yaml
        qemuctl apply web web.yaml --restart
      """)

  @OptionGroup var wanted: WantedArguments
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "Restart the virtual machine for the changes that need a restart.")
  var restart = false

  @Option(help: ArgumentHelp("The timeout for unplugging a device.", valueName: "time"))
  var timeout = TimeSpan(.seconds(30))

  var machineNames: [String] { [wanted.name] }

  func run() async throws {
    let given = try wanted.configuration()
    if let problem = given.options.problems(unknownNames: .kept).first { throw problem }
    let machine = try await VirtualMachine.adopt(wanted.machine, in: state.directory)
    let configuration: QEMUConfiguration
    let outcome: ApplyOutcome
    let summary: MachineSummary
    do {
      configuration = try given.resolved(for: await machine.record)
      if restart {
        try await requireUsable(configuration, await machine.record.binary)
        try await machine.requireRestartable(configuration)
      }
      outcome = try await machine.apply(configuration, timeout: timeout.duration)
      summary = MachineSummary(record: await machine.record, state: try await machine.runState())
    } catch {
      await machine.release()
      throw error
    }
    if outcome.failure == nil, restart, outcome.needsRestart {
      return try await startAgain(machine, configuration, outcome, summary)
    }
    Output.note(unrecorded: await machine.recordFailure)
    Output.outcome(outcome, of: summary, format.format)
    await machine.release()
    if let failure = outcome.failure { throw failure.error }
    if !outcome.left.isEmpty { throw ExitStatus.drifted }
    try outcome.report.exit()
  }

  /// Throws an error if QEMU would refuse the configuration, before anything is stopped.
  private func requireUsable(_ configuration: QEMUConfiguration, _ binary: String) async throws {
    let capabilities = try await QEMUBinary(finding: binary).capabilities(keptIn: state.directory)
    let refused = configuration.findings(for: capabilities).first { $0.weight == .refused }
    if let refused { throw refused.error }
  }

  /// Makes the remaining changes by a restart, and prints the outcome; if that fails, prints the changes made before.
  private func startAgain(
    _ machine: VirtualMachine, _ configuration: QEMUConfiguration, _ outcome: ApplyOutcome,
    _ before: MachineSummary
  ) async throws {
    let (summary, report): (MachineSummary, VerificationReport)
    do {
      (summary, report) = try await startAgain(machine, configuration)
    } catch {
      Output.outcome(outcome, of: await summaryNow() ?? before, format.format)
      throw error
    }
    Output.outcome(outcome, of: summary, after: report, format.format)
    try report.exit()
  }

  /// Returns the summary of the virtual machine, even if this command was cancelled; nil if it cannot be read.
  private func summaryNow() async -> MachineSummary? {
    guard let name = try? wanted.machine else { return nil }
    return await Task { [directory = state.directory] in
      guard let status = try? await MachineStatus.read(name, in: directory) else { return nil }
      return MachineSummary(status)
    }.value
  }

  /// Stops the virtual machine and starts it with the new configuration, under the same name and with the same binary.
  private func startAgain(
    _ machine: VirtualMachine, _ configuration: QEMUConfiguration
  ) async throws -> (MachineSummary, VerificationReport) {
    Output.note("restarting \"\(wanted.name)\"")
    var record = await machine.record
    do {
      // If the restart fails, the previous configuration is started on the images that the guest uses now.
      let requested = try QEMUConfiguration(arguments: record.requested, unknownNames: .kept)
      record.requested = try await machine.inspect().liveImages(in: requested).arguments()
      try await machine.stop()
    } catch {
      await machine.release()
      if (error as? LifecycleError)?.code == .cancelled {
        Output.note(
          "the restart was interrupted while \"\(wanted.name)\" was being stopped",
          remedy: "repeat the command if it is still running; start it with qemuctl start once it has exited")
      }
      throw error
    }
    await machine.release()
    let started: VirtualMachine
    do {
      started = try await start(configuration, record)
    } catch {
      await startAsItWas(record)
      throw error
    }
    do {
      let report = try await started.verify().report
      let state =
        configuration.has("S") ? try await started.runState() : try await started.resumeReadingState()
      let summary = MachineSummary(record: await started.record, state: state)
      Output.note(unrecorded: await started.recordFailure)
      await started.release()
      return (summary, report)
    } catch {
      await started.release()
      throw error
    }
  }
}

extension Apply {
  /// Rolls back to the previous configuration. An error of the rollback is only printed: the caller throws the first
  /// one.
  private func startAsItWas(_ record: MachineRecord) async {
    do {
      let before = try QEMUConfiguration(arguments: record.requested, unknownNames: .kept)
      let machine = try await start(before, record)
      do {
        _ = try await machine.verify()
        if !before.has("S") { try await machine.resume() }
      } catch {
        await machine.release()
        throw error
      }
      await machine.release()
      Output.note(
        "\"\(wanted.name)\" did not start with the new configuration; rolled back to the previous configuration"
      )
    } catch {
      Output.note("the previous configuration could not be restored either: \(error)")
    }
  }

  private func start(_ configuration: QEMUConfiguration, _ record: MachineRecord) async throws
    -> VirtualMachine
  {
    var request = LaunchRequest(
      name: try wanted.machine, configuration: configuration, binary: try QEMUBinary(finding: record.binary),
      state: state.directory)
    request.accepted = record.accepted
    request.user = wanted.user ?? record.user
    return try await VirtualMachine.start(request)
  }
}

extension ApplyOutcome {
  fileprivate var needsRestart: Bool { left.contains { $0.kind == .restart } }
}
