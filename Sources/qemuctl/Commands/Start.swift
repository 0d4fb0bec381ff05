import ArgumentParser
import QEMU

struct Start: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start a virtual machine paused, verify it, then resume its guest.",
    usage: "qemuctl start [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      Returns when the virtual machine is verified. The virtual machine keeps running after the command has exited.
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

  /// Reports that QEMU has already exited because of its guest, such as after a power-off. Throws an error for any
  /// other end.
  private func tell(_ end: ProcessEnd, of machine: VirtualMachine) async throws {
    try await machine.recordExit()
    let diagnosis = await machine.diagnosis(of: end)
    if !diagnosis.isCausedByGuest { throw await machine.failure(end) }
    Output.note("\"\(machine.name)\" has already exited (\(end)): \(diagnosis.cause)")
  }
}
