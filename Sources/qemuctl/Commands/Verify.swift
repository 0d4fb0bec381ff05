import ArgumentParser
import Glibc
import QEMU

struct Verify: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare a running virtual machine with its request.",
    usage:
      "qemuctl verify [<options>] (<name> | --pid <pid> | --socket <address> (<file> | -- <qemu-options> ...))",
    discussion: """
      The exit status is 3 if the running virtual machine differs from the request, and 4 if a property could not be \
      read, for example because of missing permissions.

      With --pid, compares any QEMU process with its own command line. If another client holds its monitor, only the \
      properties that the host shows are verified. With --socket, compares the QEMU of any monitor with a file or with \
      options.
        qemuctl verify web
        qemuctl verify web --format json --strict
        qemuctl verify --pid 4711 --deep
        qemuctl verify --socket /run/vm/monitor.sock web.yaml
      """)

  @Argument(
    help: "The virtual machine's name; with --socket, a file with the request.", completion: .machineName)
  var target: String?

  @Option(help: ArgumentHelp("The process ID of a QEMU that qemuctl did not start.", valueName: "pid"))
  var pid: Int32?

  @Option(
    help: ArgumentHelp(
      "The monitor of any QEMU: the path of a Unix socket, unix:PATH, or tcp:HOST:PORT.", valueName: "address"
    ), completion: .file())
  var socket: MonitorAddress?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("With --socket, the requested QEMU options, after --.", valueName: "qemu-options")
  )
  var options: [String] = []

  @OptionGroup var state: StateOptions
  @OptionGroup var format: ReportFormatOptions

  @OptionGroup var judgement: JudgementOptions

  @Flag(
    help:
      "Also verify properties that no query shows, from QEMU's memory and the kernel; needs permission to trace QEMU."
  )
  var deep = false

  @Option(help: ArgumentHelp("The timeout for all replies of QEMU together.", valueName: "time"))
  var timeout = TimeSpan(.seconds(30))

  @Option(
    name: .customLong("save-observation"),
    help: ArgumentHelp(
      "Write the evidence to a file, for a later evaluation or a bug report.", valueName: "file"),
    completion: .file())
  var observationFile: String?

  func validate() throws {
    switch (target, pid, socket) {
    case (nil, _?, nil), (_?, nil, nil):
      if !options.isEmpty { throw ValidationError("only --socket takes options after --") }
    case (_, nil, _?):
      if (target == nil) == options.isEmpty {
        throw ValidationError("--socket needs the request: pass a file, or QEMU options after --")
      }
    default: throw ValidationError("specify one virtual machine: a name, --pid or --socket")
    }
  }

  var machineNames: [String] { pid == nil && socket == nil ? [target].compactMap(\.self) : [] }

  func run() async throws {
    if let pid {
      try await verify(pid: pid)
    } else if let socket {
      try await verify(socket: socket)
    } else {
      try await verify(name: target ?? "")
    }
  }

  private func verify(name: String) async throws {
    let end = ContinuousClock.now + timeout.duration
    let machine: VirtualMachine
    do throws(LifecycleError) {
      machine = try await VirtualMachine.adopt(
        MachineName(name), in: state.directory, timeout: timeout.duration)
    } catch {
      return try await verify(unresponsive: MachineName(name), after: error)
    }
    let (report, observation, summary, requested) = try await machine.releasing {
      let (report, observation) = try await machine.verify(
        by: judgement.policy, deep: deep, within: end - .now)
      let record = await machine.record
      let isStuck = !observation.unanswered.isEmpty
      let state = isStuck ? .stuck : try await state(of: machine, until: end)
      let summary = MachineSummary(record: record, state: state, reason: observation.unansweredReason)
      return (report, observation, summary, record.requested)
    }
    Output.note(unrecorded: await machine.recordFailure)
    try finish(report, observation, summary, requested: requested)
  }

  /// Returns the run state; `stuck` if QEMU does not answer in time.
  private func state(
    of machine: VirtualMachine, until end: ContinuousClock.Instant
  ) async throws(LifecycleError) -> MachineState {
    do throws(LifecycleError) {
      return .live(try await machine.runState(within: max(end - .now, .milliseconds(100))))
    } catch {
      if error.code == .timedOut { return .stuck }
      throw error
    }
  }

  /// Verifies a virtual machine that does not answer, by evidence from the host.
  private func verify(unresponsive name: MachineName, after error: LifecycleError) async throws {
    guard error.code == .stuck || error.code == .timedOut else { throw error }
    Output.note(error.summary, remedy: error.remedy)
    let qemu = try UnmanagedQEMU(unanswering: name, in: state.directory, because: error.summary)
    try await verify(
      qemu,
      MachineSummary(name: name.description, pid: qemu.process.pid, state: "stuck", reason: error.summary))
  }

  private func verify(pid: Int32) async throws {
    let qemu = try UnmanagedQEMU(pid: pid)
    Output.conceal(Redaction(qemu.configuration))
    let binary = qemu.configuration.binary
    try await verify(qemu, MachineSummary(name: nil, pid: pid, qemu: binary, state: "unknown"))
  }

  private func verify(_ qemu: UnmanagedQEMU, _ summary: MachineSummary) async throws {
    var summary = summary
    let (report, observation, monitor) = try await qemu.verify(
      by: judgement.policy, deep: deep, within: timeout.duration)
    summary.note(monitor, of: qemu, observation)
    try finish(report, observation, summary, requested: try qemu.configuration.arguments())
  }

  private func verify(socket: MonitorAddress) async throws {
    let requested =
      try target.map { try ConfigurationArguments.configuration(in: $0, unknownNames: .kept) }
      ?? ConfigurationArguments.configuration(of: options, unknownNames: .kept)
    let end = ContinuousClock.now + timeout.duration
    let monitor = try await QEMUMonitor.connect(to: socket.address, timeout: timeout.duration)
    do {
      let (report, observation) = try await monitor.verify(
        requested, by: judgement.policy, deep: deep, within: end - .now)
      let isStuck = !observation.unanswered.isEmpty
      let summary = MachineSummary(
        name: nil, pid: monitor.pid, qemu: requested.binary, version: monitor.version,
        state: isStuck
          ? "stuck" : try await monitor.runState(within: max(end - .now, .milliseconds(100))).text,
        reason: observation.unansweredReason)
      await monitor.close()
      try finish(report, observation, summary, requested: try requested.arguments())
    } catch {
      await monitor.close()
      throw error
    }
  }

  private func finish(
    _ report: VerificationReport, _ observation: Observation, _ summary: MachineSummary, requested: [String]
  ) throws {
    Output.report(report, of: summary, nil, format)
    try save(observation, of: requested)
    try report.exit()
  }

  private func save(_ observation: Observation, of requested: [String]) throws {
    guard let observationFile else { return }
    let redaction = Redaction(arguments: requested)
    var document = redaction.redacting(observation.json).objectValue ?? [:]
    document["requested"] = .array(redaction.arguments.map(JSON.string))
    try OwnFile.write(JSON.object(document).serialized() + "\n", to: observationFile)
  }
}
