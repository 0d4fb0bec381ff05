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
    console: LaunchRequest.Console, supervisor: SupervisorProgram? = nil
  ) async throws -> (machine: VirtualMachine, failure: ExitStatus?) {
    let policy = try policy.completed(by: configuration.verification())
    var request = try request(console, policy)
    request.supervisor = supervisor
    request.driftPolicy = policy.policy
    // The terminal of a guest in the foreground is its own.
    let text = console == .log ? "starting \"\(request.name)\"" : nil
    let started = try await ProgressLine.show(text) { try await start(request, policy) }
    tell(started.standardError, of: started.record)
    Output.note(unrecorded: await started.machine.recordFailure)
    let summary = MachineSummary(record: started.record, state: started.state)
    Output.report(started.report, of: summary, await started.machine.timing, format)
    if !started.isDiscarded { return (started.machine, started.report.failure) }
    Output.note(
      "\"\(started.machine.name)\" \(started.report.complaint) and was ended without resuming its guest")
    throw ExitStatus.drifted
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
        "\(idle.map { "lifecycle.\($0)" }.joined(separator: ", ")) is ignored: this version does not support it"
      )
    }
    if !requested.prefix.isEmpty {
      Output.note(
        "the prefix `\(requested.prefix.joined(separator: " "))` is ignored",
        remedy: "to apply it to QEMU, run `\(requested.prefix.joined(separator: " ")) qemuctl start …`")
    }
    // A request that contradicts itself is an error before anything is started.
    try Verification(of: requested).requireFindings(named: policy.judgement.accept)
    var request = LaunchRequest(
      name: try givenName(requested) ?? state.directory.freeName(), configuration: requested,
      binary: try configuration.binary(requested),
      state: state.directory)
    request.user = user ?? lifecycle?.user
    if let lifecycle { request.supervision = Supervision(lifecycle) }
    request.console = console
    request.timeout = timeout.duration
    request.accepted = policy.judgement.accept
    return request
  }

  /// Starts the virtual machine. If another command has taken a generated name, the next free one is used.
  private func start(_ request: LaunchRequest, _ policy: PolicyOptions) async throws -> VerifiedStart {
    var request = request
    while true {
      do throws(LifecycleError) {
        let started = try await VirtualMachine.start(
          request, onDrift: policy.policy ?? .enforce, by: policy.judgement.policy)
        noteUnusableName(request)
        return started
      } catch {
        guard error.code == .alreadyRunning, try givenName(request.configuration) == nil else {
          throw error
        }
        request.name = try state.directory.freeName(besides: request.name)
      }
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

  /// Reports that QEMU's `-name` is not the name of the virtual machine, because it cannot be.
  private func noteUnusableName(_ request: LaunchRequest) {
    guard name == nil, let guest = request.configuration.name?.guest, guest != request.name.description
    else { return }
    Output.note(
      "-name \"\(guest)\" cannot be the name of a virtual machine; using \(request.name)",
      remedy: "pass --name")
  }
}

extension VerificationReport {
  /// The reason for ending a virtual machine, as a verb phrase.
  fileprivate var complaint: String {
    drifts.isEmpty && accelerator.verdict != .drifted
      ? "is not confirmed, as --strict requires," : "differs from its request"
  }
}
