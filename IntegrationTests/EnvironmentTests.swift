import Foundation
import QEMU
import Testing

/// Tests of the environment variables of the command, and of the help of each subcommand.
@Suite struct EnvironmentTests {
  /// Runs the command with its words alone, without `--state-dir`.
  private static func alone(_ variables: String, _ words: String) -> [String] {
    CommandUnderTest.shell("\(variables) exec \"$1\" \(words)")
  }

  @Test func theVariableIsTheDefaultOfTheStateDirectory() async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "v", "--", "-accel", "tcg", "-machine", "none", "-display", "none"])
      #expect(start.status == 0, "\(start.errors)")
      let variable = "QEMUCTL_STATE_DIR=\(command.state.path)"
      let list = try await command.run(["list"], through: Self.alone(variable, "list"))
      #expect(list.output.contains("v     running"), "\(list)")
      let other = try await command.run(
        ["list"], through: Self.alone("QEMUCTL_STATE_DIR= XDG_RUNTIME_DIR=\(command.state.path)", "list"))
      #expect(other.status == 0 && !other.output.contains("running"), "\(other)")
    }
  }

  @Test(arguments: ["QEMUCTL_STATE_DIR", "QEMUCTL_STATE_DIR= XDG_RUNTIME_DIR"])
  func aDirectoryThatIsNotUTF8IsRefusedUnlessAnotherIsGiven(variables: String) async throws {
    try await withCommand { command in
      let bad = "\(variables)=$'/tmp/\\xff'"
      let refused = try await command.run(["list"], through: Self.alone(bad, "list"))
      #expect(refused.status == 65 && refused.errors.contains("is not UTF-8"), "\(refused)")
      #expect(refused.errors.contains("what to do: pass a directory with --state-dir"))
      let given = try await command.run(["list"], through: CommandUnderTest.shell("\(bad) exec \"$@\""))
      #expect(given.status == 0, "\(given)")
    }
  }

  @Test func everySubcommandIsInAGroupAndHasHelp() async throws {
    let help = try await CommandUnderTest.complete(["-h"])
    for group in ["START AND STOP", "VERIFY", "CHANGE", "STATUS, LOGS AND QMP", "COMMAND-LINE AND BINARY"] {
      #expect(help.contains("\n\(group) SUBCOMMANDS:\n"), "\(help)")
    }
    let names = help.split(separator: "\n").compactMap { $0.firstMatch(of: #/^ +([a-z]+) {2,}/#)?.1 }
    #expect(names.count == 29, "\(names)")
    for name in names {
      let short = try await CommandUnderTest.complete([String(name), "-h"])
      #expect(short.contains("USAGE: qemuctl \(name)") && short.contains("OPTIONS:"), "\(short)")
      #expect(try await CommandUnderTest.complete([String(name), "--help"]) == short)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aGuestsNameThatIsNoMachinesNameIsReported(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let words = ["-accel", "tcg", "-machine", "none", "-display", "none", "-name"]
      let start = ["start", "--qemu", qemu.path]
      let unusable = try await command.run(start + ["--"] + words + ["my vm"])
      #expect(unusable.status == 0, "\(unusable.errors)")
      let note =
        "-name \"my vm\" cannot be the name of a virtual machine; using vm1\n  what to do: pass --name"
      #expect(unusable.errors.contains(note), "\(unusable.errors)")
      for silent in [["--"] + words + ["web"], ["--name", "x", "--"] + words + ["my vm"]] {
        #expect(try await command.run(start + silent).errors == "")
      }
    }
  }
}
