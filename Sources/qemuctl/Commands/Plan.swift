import ArgumentParser
import QEMU

struct Plan: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the changes needed to match a configuration.",
    usage: "qemuctl plan [<options>] <name> (<file> | -- <qemu-options> ...)",
    discussion: """
      Nothing is changed. Each change is live, needs a restart, or is impossible. The exit status is 0 for every plan \
      that could be made; with --detailed-exitcode it is 0 if there are no changes, and 2 if there are changes.
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
    let machine = try await VirtualMachine.adopt(wanted.machine, in: state.directory)
    let plan: ChangePlan
    let summary: MachineSummary
    do {
      let configuration = try given.resolved(for: await machine.record)
      plan = try await machine.plan(configuration)
      summary = MachineSummary(record: await machine.record, state: try await machine.runState())
    } catch {
      await machine.release()
      throw error
    }
    await machine.release()
    Output.plan(plan, of: summary, format.format)
    if hasDetailedExitCode, !plan.isEmpty { throw ExitStatus.changes }
  }
}

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

/// A virtual machine and its target configuration.
struct WantedArguments: ParsableArguments {
  @Argument(help: "The virtual machine's name.")
  var name: String

  @Argument(
    help: """
      The target configuration file: a QEMU command line, or *.yaml, *.yml, *.json; - reads a command line from \
      standard input.
      """)
  var file: String?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The target configuration as QEMU options, after --.", valueName: "qemu-options"))
  var options: [String] = []

  @Option(
    help: ArgumentHelp(
      "The user that QEMU switches to. (default: what the configuration says, or the user of the last start)",
      valueName: "name|uid:gid"))
  var user: String?

  func validate() throws {
    if (file == nil) == options.isEmpty {
      throw ValidationError("pass a file, or QEMU options after --")
    }
  }

  var machine: MachineName {
    get throws(LifecycleError) { try MachineName(name) }
  }

  /// The target configuration: options, and the user from a document, whose option depends on QEMU's version.
  struct Wanted {
    let options: QEMUConfiguration
    let user: String?

    /// Adds the user that is given, or else the one that the virtual machine was started with.
    func resolved(for record: MachineRecord) throws -> QEMUConfiguration {
      var result = options
      let user = user ?? (options.user == nil ? record.user : nil)
      if let user { try result.setUser(user, version: record.version) }
      return result
    }
  }

  func configuration() throws -> Wanted {
    guard let file else {
      return Wanted(options: try QEMUConfiguration(arguments: options, unknownNames: .kept), user: user)
    }
    return Wanted(
      options: try ConfigurationArguments.configuration(in: file, unknownNames: .kept),
      user: try user ?? ConfigurationArguments.lifecycle(ofFile: file)?.user)
  }
}

extension ApplyOutcome {
  fileprivate var needsRestart: Bool { left.contains { $0.kind == .restart } }
}
