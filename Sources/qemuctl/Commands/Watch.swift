import ArgumentParser
import QEMU

struct Watch: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify a virtual machine again and again, and print what drifts as it drifts.",
    discussion: """
      Ends with the virtual machine. Between two looks the monitor is given back, so other commands go on. The exit status \
      is 3 where the last look saw a drift.
        qemuctl watch web
        qemuctl watch web --interval 10s --format json
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The time between two verifications.", valueName: "time"))
  var interval = TimeSpan(.seconds(2))

  @Option(help: ArgumentHelp("Waive a finding; may be repeated.", valueName: "option[.property]"))
  var accept: [String] = []

  func validate() throws {
    if interval.duration <= .zero { throw ValidationError("--interval must be longer than nothing") }
  }

  func run() async throws {
    var known: [String: Finding] = [:]
    var isFirst = true
    while let report = try await look(isFirst) {
      let drifts = Dictionary(report.drifts.map { ($0.title, $0) }) { first, _ in first }
      for (title, finding) in drifts.sorted(by: { $0.key < $1.key })
      where known[title]?.observed != finding.observed {
        tell("drifted", finding)
      }
      for (title, finding) in known.sorted(by: { $0.key < $1.key }) where drifts[title] == nil {
        tell("mended", finding)
      }
      if Output.hasLostData { throw ExitStatus.failed }
      known = drifts
      isFirst = false
      // No event tells of most changes: QEMU has to be asked again.
      try await Task.sleep(for: interval.duration)
    }
    if !known.isEmpty { throw ExitStatus.drifted }
  }

  /// One verification; nil where the virtual machine is gone since the last one.
  private func look(_ isFirst: Bool) async throws -> VerificationReport? {
    let name = try target.machine
    let machine: VirtualMachine
    do throws(LifecycleError) {
      machine = try await VirtualMachine.adopt(name, in: state.directory)
    } catch {
      if !isFirst, error.code == .notRunning || error.code == .noSuchMachine { return nil }
      throw error
    }
    do throws(LifecycleError) {
      let report = try await machine.verify(by: VerificationPolicy(accepted: accept)).report
      if isFirst { Output.note(unrecorded: await machine.recordFailure) }
      await machine.release()
      return report
    } catch {
      await machine.release()
      if !isFirst, error.code == .startFailed { return nil }
      throw error
    }
  }

  private func tell(_ what: String, _ finding: Finding) {
    switch format.format {
    case .json, .yaml:
      // A line each, whatever the format: it is a stream.
      Output.document([
        "change": .string(what), "property": .string(finding.title), "requested": .string(finding.requested),
        "observed": finding.observed.map(JSON.string) ?? .null,
      ])
    case .table:
      let seen = what == "drifted" ? ", and is \(finding.observed ?? "not there")" : " again"
      Output.line("\(what): \(finding.title): requested \(finding.requested)\(seen)")
    }
  }
}
