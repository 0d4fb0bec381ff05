import QEMUJSON

/// The cost of one run of a command.
package struct CommandRun {
  /// The nanoseconds from its execution until it was reaped.
  package let wall: Double
  /// The processor time in nanoseconds.
  package let processorTime: Double
  /// The largest resident memory in bytes.
  package let memory: Double
}

/// A command that is run several times by a small program, which measures each run.
package final class CommandRuns {
  /// The name of the command in a table.
  package let name: String
  private let program: LineProgram

  /// - Parameters:
  ///   - name: the name of the command in a table.
  ///   - runner: the path of `command-runner`.
  ///   - command: the program and its arguments.
  package init(_ name: String, _ runner: String, _ command: [String]) throws {
    self.name = name
    program = try LineProgram(runner, command)
  }

  /// Runs the command once.
  /// - Throws: ``BenchmarkError`` if the command fails.
  package func run() throws -> CommandRun {
    let reply = try JSON.parse(program.ask(""))
    guard reply["status"]?.integerValue == 0, let wall = reply["wall"]?.doubleValue,
      let cpu = reply["cpu"]?.doubleValue, let memory = reply["memory"]?.doubleValue
    else { throw BenchmarkError("\(name): \(reply)") }
    return CommandRun(wall: wall, processorTime: cpu, memory: memory)
  }

  /// Ends the small program.
  package func end() async { await program.end() }
}
