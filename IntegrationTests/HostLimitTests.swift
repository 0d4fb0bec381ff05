import Foundation
import QEMU
import Testing

/// Hosts that deny what a command needs: nothing follows from it for a virtual machine.
@Suite struct HostLimitTests {
  private static let frozenMachine = ["-nodefaults", "-display", "none", "-machine", "none", "-accel", "tcg"]

  /// An empty directory in the place of /proc, for the command alone.
  private static var withoutProc: [String] {
    ["/usr/bin/unshare", geteuid() == 0 ? "-m" : "-rm"]
      + CommandUnderTest.shell(#"mount -t tmpfs none /proc && exec "$@""#)
  }

  @Test func withoutProcArgumentsAreReadAsEverywhere() async throws {
    try await withCommand { command in
      let convert = try await command.run(
        ["convert", "--to", "argv", "--", "-m", "1G", "-name", "a b"], through: Self.withoutProc)
      #expect(convert.status == 0, "\(convert.errors)")
      #expect(convert.output == "-m\n1G\n-name\na b\n")
      let misspelt = try await command.run(["lsit"], through: Self.withoutProc)
      #expect(misspelt.status == 64)
      #expect(misspelt.errors.contains("did you mean \"list\""))
      let wrong = try await command.run(["status"], through: Self.withoutProc)
      #expect(wrong.status == 64 && wrong.errors.contains("Usage: qemuctl status"), "\(wrong.errors)")
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func withoutProcNothingIsSaidOfAProcess(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--qemu", qemu.path, "--name"]
      try await command.run(start + ["p", "--"] + Self.frozenMachine)
      let pid = try #require(
        try await command.run(["status", "p", "--format", "json"]).json["vm"]?["pid"]?.integerValue)
      let commands = [
        ["list"], ["status", "p"], ["verify", "p"], ["verify", "--pid", "\(pid)"], ["accel", "p"],
        ["inspect", "p"],
        ["watch", "p"], ["qmp", "p", "query-status"], ["plan", "p", "--", "-m", "1G"], ["stop", "p"],
        ["kill", "p"],
        ["rm", "p"], start + ["q", "--"] + Self.frozenMachine,
        ["capabilities", qemu.path],
      ]
      for words in commands {
        let result = try await command.run(words, through: Self.withoutProc)
        #expect(result.status == 1, "\(words): \(result)")
        #expect(result.errors.contains("/proc is not mounted here"), "\(words): \(result.errors)")
        #expect(result.errors.contains("what to do: mount it"))
        #expect(!result.output.contains("stopped") && !result.output.contains("not running"))
      }
      #expect(kill(Int32(pid), 0) == 0)
      #expect(try await command.run(["list"]).output.contains("running"))
    }
  }

  @Test(arguments: [16, 20])
  func tooFewDescriptorsAreToldInPlainWords(count: Int) async throws {
    try await withCommand { command in
      for words in [["list"], ["parse", "--", "-m", "1G"], ["start", "--"] + Self.frozenMachine] {
        let result = try await command.run(
          words, through: CommandUnderTest.shell(#"ulimit -n \#(count); exec "$@""#))
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("may not have more than \(count) files open"), "\(result.errors)")
        #expect(result.errors.contains("ulimit -n 1024"))
      }
    }
  }

  /// A process without room for threads would wait for them for ever.
  @Test(arguments: [100_000, 140_000, 200_000, 300_000])
  func tooLittleMemoryIsNoReasonToHang(kilobytes: Int) async throws {
    try await withCommand { command in
      for words in [["list"], ["parse", "--", "-m", "1G"]] {
        let result = try await command.run(
          words, through: CommandUnderTest.shell(#"ulimit -v \#(kilobytes); exec "$@""#))
        // The loader itself may have found no room.
        #expect([0, 127].contains(result.status) || result.errors.contains("no memory"), "\(result)")
        #expect(result.duration < .seconds(50))
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: [1, 2, 3])
  func tooFewProcessesAreNoReasonToHang(count: Int) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "few-\(UUID().uuidString.prefix(8))"
    )
    .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let program = "\(directory)/qemuctl"
    try CommandUnderTest.copyPrograms(to: directory)
    let command = CommandUnderTest(state: StateDirectory(path: "\(directory)/state"))
    let result = try await command.run(
      ["list"],
      through: [
        "/usr/bin/setpriv", "--reuid=61\(count)07", "--regid=61007", "--clear-groups", "/bin/bash", "-c",
        #"ulimit -u \#(count); exec "$@""#, "bash", program,
      ], isWholeWrapper: true)
    #expect(result.status == 1 && result.errors.contains("start 4 threads"), "\(result)")
  }

  @Test(arguments: [28, 40, 64, 97], QEMUMatrix.any)
  func aLowLimitOnFilesIsNoFaultOfTheBinary(count: Int, qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "l", "--qemu", qemu.path, "--"] + Self.frozenMachine,
        through: CommandUnderTest.shell(#"ulimit -n \#(count); exec "$@""#))
      let isDetermined = start.status == 1 && start.errors.contains("files open")
      #expect(start.status == 0 || isDetermined, "\(start)")
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: QEMUMatrix.any)
  func aStateDirectoryThatCannotBeWrittenIsRead(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "r", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      let path = command.state.path
      let readOnly =
        ["/usr/bin/unshare", "-m"]
        + CommandUnderTest.shell(
          #"mount --bind \#(path) \#(path) && mount -o remount,bind,ro \#(path) && exec "$@""#)
      for words in [["list"], ["status", "r"], ["verify", "r"], ["qmp", "r", "query-status"]] {
        let result = try await command.run(words, through: readOnly)
        #expect(result.status == 0 && result.output.contains("running"), "\(words): \(result)")
      }
      let start = try await command.run(
        ["start", "--name", "s", "--qemu", qemu.path, "--"] + Self.frozenMachine, through: readOnly)
      #expect(start.status == 1 && start.errors.contains("remount its file system read-write"), "\(start)")
    }
  }

  /// Asked all at once, they would take more descriptors than there are.
  @Test(arguments: QEMUMatrix.any)
  func aListOfManyUnderALowLimitIsRight(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let names = (10..<34).map { "vm\($0)" }
      for name in names {
        let start = try await command.run(
          ["start", "--name", name, "--qemu", qemu.path, "--"] + Self.frozenMachine)
        #expect(start.status == 0, "\(start.errors)")
      }
      let list = try await command.run(
        ["list", "--format", "json"], through: CommandUnderTest.shell(#"ulimit -n 48; exec "$@""#))
      #expect(list.status == 0, "\(list.errors)")
      let machines = try list.json["vms"]?.arrayValue ?? []
      #expect(machines.compactMap { $0["name"]?.stringValue } == names)
      #expect(Set(machines.compactMap { $0["state"]?.stringValue }) == ["running"])
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aQEMUHasTheLimitThatTheCommandWasStartedWith(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "l", "--qemu", qemu.path, "--format", "json", "--"] + Self.frozenMachine,
        through: CommandUnderTest.shell(#"ulimit -Sn 300; ulimit -Hn 700; exec "$@""#))
      let pid = try #require(try start.json["vm"]?["pid"]?.integerValue)
      let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
      let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
      #expect(line.split(separator: " ").dropFirst(3).prefix(2) == ["300", "700"])
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aRecordThatCannotBeReadIsListedAsUnknown(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      for name in ["a", "b"] {
        try await command.run(["start", "--name", name, "--qemu", qemu.path, "--"] + Self.frozenMachine)
      }
      let file = "\(command.state.path)/a/vm.json"
      let record = try String(contentsOfFile: file, encoding: .utf8)
      try "{".write(toFile: file, atomically: false, encoding: .utf8)
      let list = try await command.run(["list", "--format", "json"])
      #expect(list.status == 1)
      let states = try list.json["vms"]?.arrayValue?.map { $0["state"]?.stringValue }
      #expect(states == ["unknown", "running"])
      #expect(list.errors.contains("the record of \"a\" is damaged"))
      #expect(!list.errors.contains("remove"), "it may run")
      try record.write(toFile: file, atomically: false, encoding: .utf8)
    }
  }

  @Test(arguments: ["/dev/zero", "-"])
  func aConfigurationWithoutEndIsRefused(file: String) async throws {
    try await withCommand { command in
      let result = try await command.run(
        ["parse", file], through: CommandUnderTest.shell(#"exec "$@" </dev/zero"#))
      #expect(result.status == 65, "\(result)")
      #expect(result.errors.contains("larger than 16 MiB"))
    }
  }
}
