import ArgumentParser
import QEMU

struct Restart: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Stop a virtual machine, and start it again as it was requested.",
    discussion: """
      A virtual machine that is not running is started. The exit status and the report are those of qemuctl start.
        qemuctl restart web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var stopping: ShutdownOptions
  @OptionGroup var policy: PolicyOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var format: ReportFormatOptions

  func run() async throws {
    let (name, state) = (try target.machine, state.directory)
    let record = try MachineRecord(of: name, in: state)
    let supervisor = record.supervision == nil ? nil : try SupervisorProgram.find()
    try await ProgressLine.show("stopping \"\(name)\"") { try await stop(name, state) }
    // The configuration may have been changed meanwhile.
    let now = try MachineRecord(of: name, in: state)
    try await RecordedStart(now, in: state, supervisor: supervisor, policy: policy, format: format).run()
  }

  private func stop(_ name: MachineName, _ state: StateDirectory) async throws {
    do {
      try await withVirtualMachine(named: name, in: state) { machine in
        _ = try await machine.stop(stopping.policy(for: machine.record))
      }
    } catch let error as LifecycleError where error.code == .notRunning {
      return
    }
  }
}
