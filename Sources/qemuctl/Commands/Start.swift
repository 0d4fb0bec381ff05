import ArgumentParser
import QEMU

struct Start: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a virtual machine frozen, verify it, then let its guest run.",
    usage: "qemuctl start [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      Returns when the virtual machine is verified; it outlives this command.
        qemuctl start --name web -- -accel kvm -accel tcg,thread=multi -machine q35 -smp 2 -m 1G
        qemuctl start --name web web.args
      """)

  @OptionGroup var launch: LaunchOptions

  func run() async throws {
    let (machine, failure) = try await launch.start(console: .log)
    let end = await machine.end
    await machine.release()
    if let end { try await tell(end, of: machine) }
    if let failure { throw failure }
  }

  /// Says how a QEMU ended that its guest has ended already; any other end is a failure.
  private func tell(_ end: ProcessEnd, of machine: VirtualMachine) async throws {
    try await machine.noteEnd()
    let diagnosis = await machine.diagnosis(of: end)
    if !diagnosis.isGuestsDoing { throw await machine.failure(end) }
    Output.note("\"\(machine.name)\" has ended already (\(end)): \(diagnosis.cause)")
  }
}

/// The options that `start` and `run` share.
struct LaunchOptions: ParsableArguments {
  @Option(help: "The virtual machine's name; by default the one of QEMU's -name, or vm1, vm2, …")
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The user to whom QEMU changes before the guest runs, when root starts it.", valueName: "name|uid:gid"))
  var user: String?

  @OptionGroup var configuration: ConfigurationArguments
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var format: ReportFormatOptions

  @Option(help: ArgumentHelp("The timeout for QEMU to create its machine.", valueName: "time"))
  var timeout = TimeSpan(.seconds(60))

  /// Starts the virtual machine, verifies it, prints the report, and lets the guest run.
  /// - Returns: the virtual machine, and the exit status of the verdict, nil where it is 0; under `enforce` one that drifted is
  ///   ended, and this throws.
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
      // An exit status says that the comparison has been made, and what became of the virtual machine.
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
        "\(idle.map { "lifecycle.\($0)" }.joined(separator: ", ")) is not acted upon: nothing watches over the virtual machine"
      )
    }
    if !requested.prefix.isEmpty {
      Output.note(
        "\(requested.prefix.joined(separator: " ")) is not carried out",
        remedy: "run qemuctl itself with it where QEMU is to run so")
    }
    // A request that contradicts itself is the user's to correct, before anything is started.
    try Verification(of: requested).requireFindings(named: policy.judgement.accept)
    var request = LaunchRequest(
      name: try givenName(requested) ?? freeName(), configuration: requested,
      binary: try configuration.binary(requested),
      state: state.directory)
    request.user = user ?? lifecycle?.user
    request.console = console
    request.deadline = timeout.duration
    request.accepted = policy.judgement.accept
    return request
  }

  /// Starts under the name; one that this command chose itself gives way to another start's.
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

  /// - Parameter runs: whether the guest runs; the user's own -S is honoured.
  private func verify(
    _ machine: VirtualMachine, runs: Bool, _ policy: PolicyOptions
  ) async throws -> ExitStatus? {
    let report = try await machine.verify(by: policy.judgement.policy).report
    let isEnded = report.verdict == .drifted && policy.policy != .warn
    // What is decided is done before it is told: nobody may be there to be told.
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
    Output.note("\"\(machine.name)\" \(report.complaint) and was ended before its guest ran")
    throw ExitStatus.drifted
  }

  /// Lets the guest run, unless the request keeps it frozen.
  /// - Returns: its run state; `stopped` where the guest has ended its QEMU already.
  private func resume(_ machine: VirtualMachine, runs: Bool) async throws -> String {
    do throws(LifecycleError) {
      return runs ? try await machine.resumeReadingState() : try await machine.runState()
    } catch {
      guard runs, await machine.end != nil else { throw error }
      return "stopped"
    }
  }

  /// Shows what QEMU wrote while it started, and explains what is known of it.
  private func tell(_ words: String, of record: MachineRecord) {
    for line in words.split(separator: "\n") { Output.note("QEMU: \(line)") }
    for warning in StartWarning.all(in: words, command: record.command, access: .ofThisHost)
    where warning.rule != nil {
      Output.note(warning.meaning, remedy: warning.remedy)
    }
  }

  /// The name that the user gave, here or to QEMU.
  private func givenName(_ requested: QEMUConfiguration) throws(LifecycleError) -> MachineName? {
    if let name { return try MachineName(name) }
    return requested.name?.guest.flatMap { try? MachineName($0) }
  }

  /// `vm1`, `vm2`, …: the first that nothing is recorded under.
  private func freeName(besides other: MachineName? = nil) throws(LifecycleError) -> MachineName {
    let taken = Set(try state.directory.names() + [other?.description].compactMap(\.self))
    var number = 1
    while taken.contains("vm\(number)") { number += 1 }
    return try MachineName("vm\(number)")
  }
}

extension VerificationReport {
  /// The reason why a virtual machine is ended, as a verb phrase.
  fileprivate var complaint: String {
    drifts.isEmpty && accelerator.verdict != .drifted
      ? "is not confirmed as --strict demands" : "contradicts its request"
  }
}
