import ArgumentParser
import QEMU

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report what a QEMU binary would refuse in a command line or a configuration.",
    usage: "qemuctl check [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      The exit status is 65 if QEMU would refuse the command line. With --dry-run-start, also reports errors that \
      occur only when QEMU is started, such as a missing file.
        qemuctl check -- -machine q35 -device virtio-net,netdev=n0
        qemuctl check --qemu aarch64 --dry-run-start board.yaml
      """)

  @OptionGroup var configuration: ConfigurationArguments
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "Also start QEMU paused (-S), and terminate it; the guest does not run.")
  var dryRunStart = false

  @Option(help: ArgumentHelp("The timeout for the dry-run start.", valueName: "time"))
  var timeout = TimeSpan(.seconds(60))

  func run() async throws {
    var (requested, faults) = try read()
    let binary = try configuration.binary(requested)
    let capabilities = try await binary.capabilities(for: requested, cachedIn: state.directory)
    if let user = try lifecycle()?.user { try requested.setUser(user, version: capabilities.version) }
    let findings = faults + requested.findings(for: capabilities).filter { !isHidden($0) }
    let isRefused = findings.contains { $0.weight == .refused }
    let starts = dryRunStart && !isRefused
    if starts { try await start(requested, binary) }
    print(findings, binary, capabilities, started: starts)
    if dryRunStart, isRefused { Output.note("QEMU was not started: it would refuse the options above") }
    if isRefused { throw ExitStatus.malformedConfiguration }
  }

  /// Returns whether a finding is about the data of a secret object in a file: `start` passes it to QEMU in memory.
  private func isHidden(_ finding: CheckFinding) -> Bool {
    configuration.file != nil && finding.weight == .exposed && finding.error.property == "data"
  }

  /// Reads the sections that `start` reads beside the options, and refuses what it would refuse.
  private func lifecycle() throws -> LifecycleSection? {
    _ = try configuration.verification()
    return try ConfigurationArguments.lifecycle(ofFile: configuration.file)
  }

  /// Reads the command line. If it cannot be parsed, the error is the only finding.
  private func read() throws -> (QEMUConfiguration, [CheckFinding]) {
    do {
      return (try configuration.configuration(unknownNames: .kept), [])
    } catch let error as CommandLineError where error.position.option != nil {
      return (QEMUConfiguration(), [CheckFinding(error)])
    }
  }

  /// Starts QEMU paused and terminates it. If it does not start, the error contains QEMU's message.
  private func start(_ requested: QEMUConfiguration, _ binary: QEMUBinary) async throws {
    Output.note("starting \(binary.path) paused, then terminating it")
    var request = LaunchRequest(
      name: try MachineName("check-\(UInt32.random(in: 0 ... .max))"), configuration: requested,
      binary: binary, state: state.directory)
    request.timeout = timeout.duration
    let machine = try await VirtualMachine.start(request)
    await machine.discard()
  }

  private func print(
    _ findings: [CheckFinding], _ binary: QEMUBinary, _ capabilities: BinaryCapabilities, started: Bool
  ) {
    let isRefused = findings.contains { $0.weight == .refused }
    if format.format != .table {
      return Output.document(
        [
          "qemu": [
            "path": .string(binary.path), "version": .string(capabilities.version),
            "architecture": .string(capabilities.architecture),
          ],
          "accepted": .bool(!isRefused), "started": .bool(started),
          "findings": .array(findings.map { .object($0.json) }),
        ], format.format)
    }
    for finding in findings {
      Output.line("\(finding.weight.rawValue): \(finding.error.description)")
      for text in finding.error.evidence where !text.isEmpty { Output.line("  \(text)") }
      Output.line("  what to do: \(finding.error.remedy)")
    }
    let verdict =
      isRefused
      ? "refuses this command line"
      : started ? "starts with this command line" : "supports everything that is requested"
    Output.line("\(binary.path), QEMU \(capabilities.version) for \(capabilities.architecture), \(verdict)")
  }
}

extension CheckFinding {
  fileprivate var json: JSONObject {
    [
      "weight": .string(weight.rawValue), "option": error.position.option.map { .string($0) } ?? nil,
      "occurrence": error.position.occurrence.map { .integer(Int64($0)) } ?? nil,
      "property": error.property.map { .string($0) } ?? nil, "summary": .string(error.summary),
      "evidence": .array(error.evidence.map { .string($0) }), "remedy": .string(error.remedy),
    ]
  }
}
