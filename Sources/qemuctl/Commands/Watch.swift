import ArgumentParser
import QEMU

struct Watch: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract:
      "Verify a virtual machine repeatedly, and print each drift when it occurs and when it is resolved.",
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
    var watch = DriftWatch(
      try target.machine, in: state.directory, every: interval.duration,
      by: VerificationPolicy(accepted: accept))
    var isFirst = true
    while let changes = try await watch.next() {
      if isFirst { Output.note(unrecorded: watch.recordFailure) }
      isFirst = false
      for change in changes { print(change) }
      if Output.hasLostData { throw ExitStatus.failed }
    }
    if watch.hasDrift { throw ExitStatus.drifted }
  }

  private func print(_ change: DriftChange) {
    let (word, finding) =
      switch change {
      case .drifted(let finding): ("drifted", finding)
      case .resolved(let finding): ("resolved", finding)
      }
    switch format.format {
    case .json, .yaml:
      // One line per change in both formats: the output is a stream.
      Output.document([
        "change": .string(word), "property": .string(finding.title), "requested": .string(finding.requested),
        "observed": finding.observed.map(JSON.string) ?? .null,
      ])
    case .table:
      Output.line(
        "", verdict: word,
        ": \(finding.title): requested \(finding.requested), observed \(finding.observed ?? "nothing")")
    }
  }
}
