import ArgumentParser
import QEMU
import QMP

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start a virtual machine in the foreground, with its console on this terminal.",
    usage: "qemuctl run [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      Ctrl-C stops the virtual machine as qemuctl stop does; a second Ctrl-C kills it. If the guest has run, the exit \
      status is that of QEMU, or 128 + N if signal N terminated QEMU.
        qemuctl run -- -accel tcg -machine q35 -m 256M -nographic
      """)

  @OptionGroup var launch: LaunchOptions
  @OptionGroup var stopping: ShutdownOptions

  func run() async throws {
    let terminal = TerminalMode()
    defer { terminal.restore() }
    let (machine, failure) = try await launch.start(console: .inherited)
    let interrupted = Promise<Int32>()
    let (name, state, policy) = (machine.name, launch.state.directory, stopping.policy())
    Interrupts.shared.handle { _ in Task { try? await VirtualMachine.kill(name, in: state) } }
    Interrupts.shared.handle { interrupted.fulfil($0) }
    // The monitor is released while QEMU runs, so that other commands can use it.
    await machine.release()
    async let stop: Void = {
      guard await interrupted.value() != nil else { return }
      try await withVirtualMachine(named: name, in: state) { _ = try await $0.stop(policy) }
    }()
    let end = await machine.waitForEnd()
    if interrupted.current != nil { try await stop }
    try await finish(machine, end)
    if let failure { throw failure }
  }

  private func finish(_ machine: VirtualMachine, _ end: ProcessEnd?) async throws {
    try await machine.recordExit()
    let standardError = await machine.standardError
    let command = await machine.record.command
    // Without a name from the user, no other command will use the record.
    if launch.name == nil { try await VirtualMachine.remove(machine.name, in: launch.state.directory) }
    guard let end, end != .exited(code: 0) else { return }
    tell(Diagnosis(end: end, standardError: standardError, command: command, phase: .ready))
    throw QEMUExitStatus(code: end.shellStatus ?? ExitStatus.failed.rawValue)
  }

  /// Prints QEMU's last messages, its exit status, and the cause.
  private func tell(_ diagnosis: Diagnosis) {
    for line in diagnosis.messages.split(separator: "\n").suffix(20) { Output.note("QEMU: \(line)") }
    Output.note("QEMU exited (\(diagnosis.end)): \(diagnosis.cause)", remedy: diagnosis.remedy)
  }
}
