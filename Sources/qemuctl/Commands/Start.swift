import ArgumentParser
import QEMU

struct Start: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start a virtual machine paused, verify it, then resume its guest.",
    usage: "qemuctl start [<options>] (<name> | <file> | -- <qemu-options> ...)",
    discussion: """
      Returns when the virtual machine is verified. The virtual machine keeps running after the command has exited. \
      The name of a virtual machine that is not running starts it again as it was requested; a file with that name is \
      specified as ./FILE.
        qemuctl start --name web -- -accel kvm -accel tcg,thread=multi -machine q35 -smp 2 -m 1G
        qemuctl start --name web web.args
        qemuctl start web
      """)

  @OptionGroup var launch: LaunchOptions

  @Flag(help: "Run QEMU without a supervisor: nothing watches it after this command has exited.")
  var noSupervisor = false

  func run() async throws {
    let supervisor = noSupervisor ? nil : try SupervisorProgram.find()
    if let record = recorded { return try await start(record, supervisor) }
    let (machine, failure) = try await launch.start(console: .log, supervisor: supervisor)
    let end = await machine.end
    await machine.release()
    if let end { try await tell(end, of: machine) }
    if let failure { throw failure }
  }

  /// Starts a virtual machine again; options of this command replace what is recorded.
  private func start(_ record: MachineRecord, _ supervisor: SupervisorProgram?) async throws {
    var start = try RecordedStart(
      record, in: launch.state.directory, supervisor: supervisor, policy: launch.policy, format: launch.format
    )
    if let qemu = launch.configuration.qemu { start.request.binary = try QEMUBinary(finding: qemu) }
    if let user = launch.user { start.request.user = user }
    start.request.timeout = launch.timeout.duration
    try await start.run()
  }

  /// The record of the virtual machine that the argument names; nil if it is a file.
  private var recorded: MachineRecord? {
    guard launch.name == nil, let word = launch.configuration.file, !word.contains("/"),
      let name = try? MachineName(word)
    else { return nil }
    return try? MachineRecord(of: name, in: launch.state.directory)
  }

  /// Reports that QEMU has already exited because of its guest, such as after a power-off. Throws an error for any
  /// other end.
  private func tell(_ end: ProcessEnd, of machine: VirtualMachine) async throws {
    try await machine.recordExit()
    let diagnosis = await machine.diagnosis(of: end)
    if !diagnosis.isCausedByGuest { throw await machine.failure(end) }
    let cause = await machine.ending.map { "\($0.cause)" }
    Output.note("\"\(machine.name)\" has already exited (\(end)): \(cause ?? diagnosis.cause)")
  }
}
