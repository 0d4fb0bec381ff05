import ArgumentParser
import QEMU

struct Watch: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify a virtual machine repeatedly, and print drifts as they occur.",
    discussion: """
      Ends when the virtual machine exits. The monitor is released between two verifications, so that other commands \
      can use it. The exit status is 3 if the last verification found a drift.
        qemuctl watch web
        qemuctl watch web --interval 10s --format json
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The time between two verifications.", valueName: "time"))
  var interval = TimeSpan(.seconds(2))

  @Option(
    help: ArgumentHelp(
      "Do not count a finding as a failure; may be repeated.", valueName: "option[.property]"))
  var accept: [String] = []

  func validate() throws {
    if interval.duration <= .zero { throw ValidationError("--interval must be greater than 0") }
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
      // QEMU sends no event for most changes, so poll.
      try await Task.sleep(for: interval.duration)
    }
    if !known.isEmpty { throw ExitStatus.drifted }
  }

  /// Returns the report of one verification; nil if the virtual machine has exited since the last one.
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
      // One line per change in both formats: the output is a stream.
      Output.document([
        "change": .string(what), "property": .string(finding.title), "requested": .string(finding.requested),
        "observed": finding.observed.map(JSON.string) ?? .null,
      ])
    case .table:
      let seen = what == "drifted" ? ", observed \(finding.observed ?? "nothing")" : ", observed again"
      Output.line("\(what): \(finding.title): requested \(finding.requested)\(seen)")
    }
  }
}
