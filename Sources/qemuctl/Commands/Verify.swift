import ArgumentParser
import Glibc
import QEMU

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a running virtual machine with what was asked for.",
    discussion: """
      The exit status is 3 where the live virtual machine contradicts the request.
        qemuctl verify web
        qemuctl verify web --format json --strict
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("A drift that is waived; may be repeated.", valueName: "option[.property]"))
  var accept: [String] = []

  @Flag(help: "Take a fallback, and what cannot be observed, for a drift.")
  var strict = false

  @Option(
    name: .customLong("save-observation"),
    help: ArgumentHelp(
      "Write what was seen to a file, to be judged again or to be reported.", valueName: "file"))
  var observationFile: String?

  func run() async throws {
    let machine = try await VirtualMachine.adopt(target.machine, in: state.directory)
    do {
      let (report, observation) = try await machine.verify(accepting: accept)
      let summary = MachineSummary(record: await machine.record, state: try await machine.runState())
      await machine.release()
      Output.report(report, of: summary, nil, format.format)
      try save(observation, of: await machine.record)
      var policy = PolicyOptions()
      policy.strict = strict
      if !policy.passes(report) { throw ExitStatus.drifted }
    } catch {
      await machine.release()
      throw error
    }
  }

  private func save(_ observation: Observation, of record: MachineRecord) throws {
    guard let observationFile else { return }
    var document = observation.json.objectValue ?? [:]
    document["requested"] = .array(record.requested.map(JSON.string))
    let text = try JSON.object(document).serialised() + "\n"
    guard let file = fopen(observationFile, "we") else {
      throw ValidationError("\(observationFile): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    fputs(text, file)
  }
}

struct Accel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the live accelerator of a virtual machine, and all that can be known of its properties.",
    discussion: "  qemuctl accel web --format json")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let machine = try await VirtualMachine.adopt(target.machine, in: state.directory)
    do {
      let inspection = try await machine.inspectAccelerator()
      let summary = MachineSummary(record: await machine.record, state: try await machine.runState())
      await machine.release()
      Output.accelerator(inspection, of: summary, format.format)
    } catch {
      await machine.release()
      throw error
    }
  }
}
