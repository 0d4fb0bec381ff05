import ArgumentParser
import QEMU
import QMP

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a virtual machine in the foreground, its console on this terminal.",
    usage: "qemuctl run [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      Ctrl-C stops it by the timetable, a second one kills it. The exit status is QEMU's own once the guest ran, \
      128 + N where signal N ended it.
        qemuctl run -- -accel tcg -machine q35 -m 256M -nographic
      """)

  @OptionGroup var launch: LaunchOptions
  @OptionGroup var stopping: TimetableOptions

  func run() async throws {
    let terminal = TerminalMode()
    defer { terminal.restore() }
    let (machine, failure) = try await launch.start(console: .inherited)
    let interrupted = Promise<Int32>()
    let (name, state, timetable) = (machine.name, launch.state.directory, stopping.timetable)
    Interrupts.shared.handle { _ in Task { try? await VirtualMachine.kill(name, in: state) } }
    Interrupts.shared.handle { interrupted.fulfil($0) }
    // Its monitor is free while it runs: every other command works on it.
    await machine.release()
    async let stop: Void = {
      guard await interrupted.value() != nil else { return }
      let held = try await VirtualMachine.adopt(name, in: state)
      _ = try await held.stop(timetable)
      await held.release()
    }()
    let end = await machine.waitForEnd()
    if interrupted.current != nil { try await stop }
    try await finish(machine, end)
    if let failure { throw failure }
  }

  private func finish(_ machine: VirtualMachine, _ end: ProcessEnd?) async throws {
    try await machine.noteEnd()
    let standardError = await machine.standardError
    let command = await machine.record.command
    // A virtual machine that nobody named is not looked for again.
    if launch.name == nil { try await VirtualMachine.remove(machine.name, in: launch.state.directory) }
    guard let end, end != .exited(code: 0) else { return }
    tell(Diagnosis(end: end, standardError: standardError, command: command, phase: .ready))
    throw QEMUExitStatus(code: end.shellStatus ?? ExitStatus.failed.rawValue)
  }

  /// Says how QEMU ended, and why where something is known of it.
  private func tell(_ diagnosis: Diagnosis) {
    for line in diagnosis.words.split(separator: "\n").suffix(20) { Output.note("QEMU: \(line)") }
    Output.note("QEMU ended (\(diagnosis.end)): \(diagnosis.cause)", remedy: diagnosis.remedy)
  }
}
