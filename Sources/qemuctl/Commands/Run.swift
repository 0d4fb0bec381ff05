import ArgumentParser
import QEMU
import QMP

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a virtual machine in the foreground, its console on this terminal.",
    usage: "qemuctl run [<options>] (<file> | -- <qemu-options> ...)",
    discussion: """
      Ctrl-C stops it by the timetable, a second one kills it.
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
    // A virtual machine that nobody named is not looked for again.
    if launch.name == nil { try await VirtualMachine.remove(machine.name, in: launch.state.directory) }
    if let end, end != .exited(code: 0) {
      Output.note("QEMU ended: \(end)")
      throw ExitStatus.failed
    }
  }
}
