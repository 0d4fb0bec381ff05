import Foundation
import QEMU
import Testing

/// Tests of output that cannot be written, on every kind of output.
@Suite struct LostOutputTests {
  private static let frozenMachine = ["-nodefaults", "-display", "none", "-machine", "none", "-accel", "tcg"]

  /// Every way by which a command prints data and ends.
  static let printing: [[String]] = [
    ["--help"], ["--version"], ["help"], ["list", "--help"], ["qmp", "--help"],
    ["qmp", "--help", "query-status"],
    ["--generate-completion-script", "bash"], ["schema"], ["list"], ["list", "--format", "json"],
    ["parse", "--", "-m", "1G"], ["parse", "--format", "yaml", "--", "-m", "1G"],
    ["convert", "--to", "argv", "--", "-m", "1G"], ["convert", "--to", "argv0", "--", "-m", "1G"],
    ["convert", "--to", "shell", "--", "-m", "1G"], ["convert", "--to", "yaml", "--", "-m", "1G"],
    ["convert", "--to", "json", "--", "-m", "1G"],
  ]

  @Test(arguments: printing)
  func onAFullDiskNoCommandSucceeds(words: [String]) async throws {
    try await withCommand { command in
      let result = try await command.run(words, through: CommandUnderTest.shell(#"exec "$@" >/dev/full"#))
      #expect(result.status == 1)
      #expect(result.errors.contains("standard output cannot be written: No space left on device"))
      #expect(result.errors.contains("what to do: free space"))
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func onAFullDiskAVerdictStaysAndAnyOtherCommandFails(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "v", "--qemu", qemu.path, "--policy", "warn", "--"]
      // No QEMU under tcg translates more than it has memory for.
      let drift = try await command.run(start + Self.frozenMachine.dropLast() + ["tcg,tb-size=4096"])
      #expect(drift.status == 3, "\(drift.errors)")
      let full = CommandUnderTest.shell(#"exec "$@" >/dev/full"#)
      for words in [
        ["status", "v"], ["accel", "v"], ["inspect", "v", "--as-config"], ["qmp", "v", "query-status"],
        ["plan", "v", "--detailed-exitcode", "--", "-m", "1G"], ["capabilities", qemu.path],
        ["check", "--qemu", qemu.path, "--", "-m", "1G"], ["stop", "v"],
      ] {
        if words == ["stop", "v"] {
          let verify = try await command.run(["verify", "v"], through: full)
          #expect(verify.status == 3 && verify.errors.contains("cannot be written"), "\(verify)")
        }
        let result = try await command.run(words, through: full)
        #expect(result.status == 1 && result.errors.contains("cannot be written"), "\(words): \(result)")
      }
    }
  }

  @Test func aFileThatMayNotGrowHoldsABeginningAndTheCommandFails() async throws {
    try await withCommand { command in
      let result = try await command.run(
        ["schema"], through: CommandUnderTest.shell(#"ulimit -f 2; exec "$@""#))
      #expect(result.status == 1)
      #expect(result.output.hasPrefix("{") && result.output.utf8.count == 2048)
    }
  }

  /// Nobody has to be told that a pager was left: the status alone says that a part was not delivered.
  @Test func aReaderThatHasGoneIsToldByTheStatusAlone() throws {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = CommandUnderTest.program
    process.arguments = ["schema"]
    process.standardOutput = output
    process.standardError = errors
    try output.fileHandleForReading.close()
    try process.run()
    let words = try errors.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 1)
    #expect((words ?? Data()).isEmpty)
  }

  /// A pipe that takes no more at the moment is waited for.
  @Test func aReaderThatIsSlowGetsAll() async throws {
    try await withCommand { command in
      let whole = try await command.run(["schema"])
      let slow = try await command.run(
        ["schema"],
        through: CommandUnderTest.shell(
          #"""
          exec 3>&1
          set -o pipefail
          python3 -c 'import os, sys
          os.set_blocking(1, False)
          os.execv(sys.argv[1], sys.argv[1:])' "$@" | (sleep 0.3; cat >&3)
          """#))
      #expect(slow.status == 0, "\(slow.errors)")
      #expect(slow.output == whole.output)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aReportIsPrintedWhereTheRecordCannotBeWritten(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "f", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      // Pipes take what no file does.
      let full = CommandUnderTest.shell(#"set -o pipefail; (ulimit -f 0; exec "$@" 2>&1) | cat"#)
      let verify = try await command.run(["verify", "f"], through: full)
      #expect(verify.status == 0)
      #expect(verify.output.contains("verdict: confirmed"))
      #expect(verify.output.contains("the verdict was not recorded: "))
      #expect(verify.output.contains("what to do: make room"))
      let kill = try await command.run(["kill", "f"], through: full)
      #expect(kill.status == 0 && kill.output.contains("f: killed"), "\(kill.output)")
      #expect(kill.output.contains("the exit could not be recorded"))
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func anObservationThatCannotBeSavedIsAFailure(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "o", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      let verify = try await command.run(["verify", "o", "--save-observation", "/dev/full"])
      #expect(verify.status == 1)
      #expect(verify.output.contains("verdict: confirmed"))
      #expect(verify.errors.contains("/dev/full cannot be written"))
    }
  }

  @Test(arguments: [
    ["list"], ["schema"], ["convert", "--to", "yaml", "--", "-m", "1G"], ["parse", "--", "-m", "1G"],
    ["--help"],
    ["--version"],
  ])
  func aClosedOutputIsNoSuccess(words: [String]) async throws {
    try await withCommand { command in
      let result = try await command.run(words, through: CommandUnderTest.shell(#"exec "$@" >&-"#))
      #expect(result.status == 1 && !result.errors.isEmpty, "\(result)")
    }
  }

  /// Nothing is stopped if the record of the new run could not be written.
  @Test(.enabled(if: geteuid() == 0, "only root can mount a file system"), arguments: QEMUMatrix.any)
  func aRestartOnAFullFileSystemStopsNothing(qemu: QEMUUnderTest) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "full-\(UUID().uuidString.prefix(8))"
    ).path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let command = CommandUnderTest(state: StateDirectory(path: directory))
    let state = "--state-dir \(directory)"
    let script = """
      mount -t tmpfs -o size=64k,mode=700 none \(directory) || exit 9
      "$1" start \(state) --name f --qemu \(qemu.path) -- -machine none -accel tcg >&2 || exit 8
      dd if=/dev/zero of=\(directory)/fill bs=4k 2>/dev/null
      "$@"; status=$?
      "$1" status \(state) f; rm \(directory)/fill; "$1" kill \(state) f; exit $status
      """
    let apply = try await command.run(
      ["apply", "f", "--restart", "--", "-machine", "none", "-accel", "tcg", "-m", "64"],
      through: ["/usr/bin/unshare", "-m"] + CommandUnderTest.shell(script))
    #expect(apply.status == 1 && apply.errors.contains("cannot be written"), "\(apply)")
    #expect(!apply.errors.contains("is stopped"), "\(apply)")
    #expect(apply.output.contains("state        running"), "\(apply)")
    #expect(apply.output.contains("f: killed"), "\(apply)")
  }
}
