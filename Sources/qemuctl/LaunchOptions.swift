import ArgumentParser
import QEMU

/// The options that `start` and `run` share.
struct LaunchOptions: ParsableArguments {
  @Option(help: "The virtual machine's name (default: the name in QEMU's -name, or vm1, vm2, …).")
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The user that QEMU switches to before the guest starts (root only).", valueName: "name|uid:gid"))
  var user: String?

  @OptionGroup var configuration: ConfigurationArguments
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var format: ReportFormatOptions

  @Option(help: ArgumentHelp("The timeout for QEMU's machine initialization.", valueName: "time"))
  var timeout = TimeSpan(.seconds(60))

  /// Starts the virtual machine, verifies it, resumes its guest, and prints the report.
  /// - Returns: the virtual machine, and the exit status of the verdict, nil if it is 0.
  /// - Throws: `ExitStatus.drifted` if the virtual machine drifted under `enforce`; it is ended.
  func start(
    console: LaunchRequest.Console
  ) async throws -> (machine: VirtualMachine, failure: ExitStatus?) {
    let policy = try policy.completed(by: configuration.document())
    let request = try request(console, policy)
    let machine = try await start(request)
    let runs = !request.configuration.has("S")
    do {
      return (machine, try await verify(machine, runs: runs, policy))
    } catch {
      // An exit status is the result of a complete verification, which has ended QEMU if necessary.
      if !(error is ExitStatus) { await machine.discard() }
      throw error
    }
  }

  private func request(
    _ console: LaunchRequest.Console, _ policy: PolicyOptions
  ) throws -> LaunchRequest {
    let requested = try configuration.configuration()
    if let problem = requested.problems(unknownNames: .kept).first {
      throw configuration.located(problem)
    }
    let lifecycle = try ConfigurationArguments.lifecycle(ofFile: configuration.file)
    if let idle = lifecycle?.ignored, !idle.isEmpty {
      Output.note(
        "\(idle.map { "lifecycle.\($0)" }.joined(separator: ", ")) is ignored: qemuctl has no supervisor")
    }
    if !requested.prefix.isEmpty {
      Output.note(
        "the prefix `\(requested.prefix.joined(separator: " "))` is ignored",
        remedy: "to apply it to QEMU, run `\(requested.prefix.joined(separator: " ")) qemuctl start …`")
    }
    // A request that contradicts itself is an error before anything is started.
    try Verification(of: requested).requireFindings(named: policy.judgement.accept)
    var request = LaunchRequest(
      name: try givenName(requested) ?? freeName(), configuration: requested,
      binary: try configuration.binary(requested),
      state: state.directory)
    request.user = user ?? lifecycle?.user
    request.console = console
    request.timeout = timeout.duration
    request.accepted = policy.judgement.accept
    return request
  }

  /// Starts the virtual machine. If another command has taken a generated name, the next free one is used.
  private func start(_ request: LaunchRequest) async throws -> VirtualMachine {
    var request = request
    while true {
      do throws(LifecycleError) {
        return try await VirtualMachine.start(request)
      } catch {
        guard error.code == .alreadyRunning, try givenName(request.configuration) == nil else {
          throw error
        }
        request.name = try freeName(besides: request.name)
      }
    }
  }

  /// Verifies the virtual machine, resumes its guest or ends it, and prints the report.
  /// - Parameter runs: whether the guest is resumed; false if the request has `-S`.
  private func verify(
    _ machine: VirtualMachine, runs: Bool, _ policy: PolicyOptions
  ) async throws -> ExitStatus? {
    let report = try await machine.verify(by: policy.judgement.policy).report
    let isEnded = report.verdict == .drifted && policy.policy != .warn
    // Act before printing, which may block or fail.
    let (words, record) = (await machine.standardError, await machine.record)
    var state = "stopped"
    if isEnded {
      await machine.discard()
    } else {
      state = try await resume(machine, runs: runs)
    }
    tell(words, of: record)
    Output.note(unrecorded: await machine.recordFailure)
    Output.report(
      report, of: MachineSummary(record: record, state: state), await machine.timing, format)
    if !isEnded { return report.failure }
    Output.note("\"\(machine.name)\" \(report.complaint) and was ended without resuming its guest")
    throw ExitStatus.drifted
  }

  /// Resumes the guest, unless the request has `-S`.
  /// - Returns: its run state; `stopped` if the guest has already ended its QEMU.
  private func resume(_ machine: VirtualMachine, runs: Bool) async throws -> String {
    do throws(LifecycleError) {
      return runs ? try await machine.resumeReadingState() : try await machine.runState()
    } catch {
      guard runs, await machine.end != nil else { throw error }
      return "stopped"
    }
  }

  /// Prints QEMU's messages of the start, and the meaning of known warnings.
  private func tell(_ words: String, of record: MachineRecord) {
    for line in words.split(separator: "\n") { Output.note("QEMU: \(line)") }
    for warning in StartWarning.all(in: words, command: record.command, access: .ofThisHost)
    where warning.rule != nil {
      Output.note(warning.meaning, remedy: warning.remedy)
    }
  }

  /// Returns the name from `--name` or QEMU's `-name`; nil if there is none.
  private func givenName(_ requested: QEMUConfiguration) throws(LifecycleError) -> MachineName? {
    if let name { return try MachineName(name) }
    return requested.name?.guest.flatMap { try? MachineName($0) }
  }

  /// Returns the first of `vm1`, `vm2`, … that has no record.
  private func freeName(besides other: MachineName? = nil) throws(LifecycleError) -> MachineName {
    let taken = Set(try state.directory.names() + [other?.description].compactMap(\.self))
    var number = 1
    while taken.contains("vm\(number)") { number += 1 }
    return try MachineName("vm\(number)")
  }
}

extension VerificationReport {
  /// The reason for ending a virtual machine, as a verb phrase.
  fileprivate var complaint: String {
    drifts.isEmpty && accelerator.verdict != .drifted
      ? "is not confirmed, as --strict requires," : "differs from its request"
  }
}
