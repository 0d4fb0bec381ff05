import BenchmarkSupport

/// Starts and verifies by the command `qemuctl start`, as a whole process.
final class CommandArm {
  private let start: CommandRuns
  private let ending: [CommandRuns]

  /// - Parameters:
  ///   - qemuctl: the command.
  ///   - runner: the path of `command-runner`.
  ///   - qemu: the QEMU program.
  ///   - directory: the state directory.
  ///   - arguments: QEMU's arguments. The guest is not resumed.
  init(_ qemuctl: String, _ runner: String, qemu: String, directory: String, _ arguments: [String]) throws {
    let state = ["--state-dir", directory]
    start = try CommandRuns(
      "start", runner,
      [qemuctl, "start", "--name", "command", "--qemu", qemu] + state + ["--", "-S"] + arguments)
    ending = try ["kill", "rm"].map { try CommandRuns($0, runner, [qemuctl, $0, "command"] + state) }
  }

  /// One run, of which nothing is left.
  func run() throws -> CommandRun {
    let run = try start.run()
    for command in ending { _ = try command.run() }
    return run
  }

  /// Ends the programs that run the commands.
  func end() async { for runs in [start] + ending { await runs.end() } }
}
