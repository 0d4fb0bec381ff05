import Foundation
import QEMU
import Testing

/// `qemuctl` as a user meets it: exit statuses, documents, and what is left behind.
@Suite struct CommandTests {
  private static let frozenMachine = ["-nodefaults", "-display", "none", "-machine", "none"]

  @Test(arguments: QEMUMatrix.all)
  func aMachineOutlivesTheCommandAndIsFoundAgain(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        [
          "start", "--name", "web", "--qemu", qemu.path, "--format", "json", "--", "-accel",
          "tcg,thread=single,tb-size=64",
        ]
          + Self.frozenMachine)
      #expect(start.status == 0, "\(start.errors)")
      let report = try start.json
      #expect(report["vm"]?["name"]?.stringValue == "web")
      #expect(report["verdict"]?.stringValue == "confirmed")
      #expect(report["accelerator"]?["live"]?.stringValue == "tcg")
      #expect(report["findings"]?.arrayValue?.count == 5)
      #expect(report["counts"]?["confirmed"]?.integerValue == 5)
      #expect(report["counts"]?["unobservable"]?.integerValue == 1, "\(report)")

      let list = try await command.run(["list", "--format", "json"]).json
      #expect(list["vms"]?.arrayValue?.compactMap { $0["state"]?.stringValue } == ["running"])
      let status = try await command.run(["status", "web", "--format", "json"]).json["vm"]
      #expect(status?["accelerator"]?.stringValue == "tcg")
      #expect(status?["ended"] == .null)
      #expect(
        try await command.run(["verify", "web", "--format", "json"]).json["verdict"]?.stringValue
          == "confirmed")
      let live = try await command.run(["accel", "web", "--format", "json"]).json
      #expect(live["accelerator"]?["live"]?.stringValue == "tcg")
      #expect(try await command.run(["qmp", "web", "query-status"]).json["running"]?.boolValue == true)

      let stop = try await command.run(["stop", "web", "--powerdown", "100ms"])
      #expect(stop.status == 0)
      #expect(stop.output.contains("stopped by quit"), "\(stop.output)\(stop.errors)")
      let ended = try await command.run(["status", "web", "--format", "json"]).json["vm"]
      #expect(ended?["state"]?.stringValue == "stopped")
      #expect(ended?["ended"]?["reason"]?.stringValue == "stopped by quit")
      #expect(try await command.run(["stop", "web"]).status == 0)
      #expect(try await command.run(["rm", "web"]).status == 0)
      try command.expectNothingLeft()
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aDriftEndsTheMachineBeforeItsGuestRan(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let drifted = ["--", "-accel", "tcg,tb-size=4096"] + Self.frozenMachine
      let start = try await command.run(["start", "--name", "big", "--qemu", qemu.path] + drifted)
      #expect(start.status == 3)
      #expect(start.output.contains("drifted") && start.output.contains("tb-size=2048 or less"))
      try command.expectNothingLeft()

      let warned = try await command.run(
        ["start", "--name", "big", "--qemu", qemu.path, "--policy", "warn"] + drifted)
      #expect(warned.status == 3)
      #expect(try await command.run(["verify", "big"]).status == 3)
      #expect(try await command.run(["verify", "big", "--accept", "accel.tb-size"]).status == 0)
      #expect(try await command.run(["kill", "big"]).status == 0)

      let accepted = try await command.run(
        ["start", "--name", "big", "--qemu", qemu.path, "--accept", "accel.tb-size"] + drifted)
      #expect(accepted.status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aRestartThatFailsOrDriftsLeavesTheRunBeforeItAsItWas(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "a", "--qemu", qemu.path, "--"]
      #expect(try await command.run(start + Self.frozenMachine + ["-accel", "tcg"]).status == 0)
      #expect(try await command.run(["stop", "a", "--powerdown", "0"]).status == 0)
      let before = try await command.run(["status", "a", "--format", "json"]).output
      #expect(before.contains("stopped by quit"))
      for bad in [["-machine", "absent"], ["-accel", "tcg,tb-size=4096"]] {
        #expect(try await command.run(start + Self.frozenMachine + bad).status != 0)
        #expect(try await command.run(["status", "a", "--format", "json"]).output == before)
      }
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aFallbackPassesUnlessItIsStrict(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let words = ["--qemu", qemu.path, "--", "-accel", "xen", "-accel", "tcg"] + Self.frozenMachine
      let start = try await command.run(["start", "--name", "a"] + words)
      #expect(start.status == 0)
      #expect(start.output.contains("fell-back") && start.output.contains("invalid accelerator xen"))
      #expect(try await command.run(["start", "--name", "b", "--strict"] + words).status == 3)
      #expect(try command.state.names() == ["a"])
    }
  }

  static let refusals: [([String], Int32, String)] = [
    (["start", "--", "-accel", "tcg,kernel-irqchip=on"], 65, "kvm and whpx"),
    (["start", "--", "-accel", "tcg,tb-sise=64"], 65, "did you mean \"tb-size\""),
    (["start", "--", "-accel", "kvm,dirty-ring-size=1000"], 65, "power of two"),
    (["start", "--", "-accel", "tcg", "-machine", "accel=kvm"], 65, "-accel cannot be combined with"),
    (["start", "--", "-acel", "tcg"], 65, "did you mean \"accel\""),
    (["start", "--", "-m"], 65, "but none follows"),
    (["start", "--", "-daemonize"], 65, "remove -daemonize"),
    (["start", "--", "-S", "-preconfig"], 65, "-preconfig"),
    (["start", "--name", "a/b", "--"], 64, "letters"),
    (["start", "--name", String(repeating: "a", count: 300), "--"], 64, "64"),
    (["start", "--name", "..", "--"], 64, "beginning with"), (["start", "--name", "", "--"], 64, "letters"),
    (["start", "--qemu", "/no/such/qemu", "--"], 69, "No such file"),
    (["start", "--qemu", "no-such-qemu", "--"], 69, "PATH"),
    (["start", "--qemu", "/bin/true", "--"], 69, "is not QEMU"),
    (["start", "--qemu", "/etc/passwd", "--"], 69, "Permission denied"),
    (["start", "--qemu", "/", "--"], 69, "directory"), (["start", "--policy", "maybe"], 64, "maybe"),
    (["start", "/no/such/file.args"], 64, "No such file"), (["status", "nobody"], 1, "no virtual machine"),
    (["stop", "nobody"], 1, "no virtual machine"), (["kill", "nobody"], 1, "no virtual machine"),
    (["verify", "nobody"], 1, "no virtual machine"),
    (["qmp", "--socket", "/no/such.sock", "quit"], 1, "No such file"),
    (["qmp", "nobody", "query-status"], 1, "no virtual machine"),
    (["logs", "nobody"], 1, "no virtual machine"),
  ]

  @Test(arguments: refusals)
  func badInputIsRefusedWithARemedyAndLeavesNothing(arguments: [String], status: Int32, words: String)
    async throws
  {
    try await withCommand { command in
      let result = try await command.run(arguments)
      #expect(result.status == status, "\(result.errors)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(result.output.isEmpty)
      if status != 64 { #expect(result.errors.contains("what to do:")) }
      try command.expectNothingLeft()
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aNameThatRunsIsNotStartedTwice(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "one", "--qemu", qemu.path, "--"] + Self.frozenMachine
      #expect(try await command.run(start).status == 0)
      let pid = try await command.run(["status", "one", "--format", "json"]).json["vm"]?["pid"]
      let again = try await command.run(start)
      #expect(again.status == 1)
      #expect(again.errors.contains("is already running"))
      #expect(try await command.run(["rm", "one"]).status == 1)
      #expect(try await command.run(["status", "one", "--format", "json"]).json["vm"]?["pid"] == pid)
      #expect(try await command.run(["kill", "one"]).status == 0)
      #expect(try await command.run(start).status == 0, "a machine that has ended can be started again")
    }
  }

  /// If the new configuration cannot start, the virtual machine is not stopped, or its previous configuration is started.
  @Test(
    arguments: QEMUMatrix.any,
    [
      (text: "-device virtio-blk-pci,drive=nosuch", status: Int32(65), isTried: false),
      (text: "-foo bar", status: 65, isTried: false),
      (text: "-drive file=/nonexistent/image,format=raw,if=none", status: 1, isTried: false),
      // Only QEMU finds that this is no such image.
      (text: "-drive file=/dev/null,format=qcow2,if=none", status: 1, isTried: true),
    ])
  func aMachineSurvivesARestartThatCannotBe(
    qemu: QEMUUnderTest, line: (text: String, status: Int32, isTried: Bool)
  ) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "one", "--qemu", qemu.path, "--"] + Self.frozenMachine
      #expect(try await command.run(start).status == 0)
      let result = try await command.run(
        ["apply", "one", "--restart", "--"] + Self.frozenMachine
          + line.text.split(separator: " ").map(String.init))
      #expect(result.status == line.status, "\(result.errors)")
      #expect(
        result.errors.contains("rolled back to the previous configuration") == line.isTried,
        "\(result.errors)")
      #expect(result.output.contains("verdict:") == line.isTried)
      let list = try await command.run(["status", "one", "--format", "json"]).json
      #expect(list["vm"]?["state"] == "prelaunch" || list["vm"]?["state"] == "running", "\(list)")
      #expect(try await command.run(["verify", "one"]).status == 0)
      #expect(try await command.run(["kill", "one"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func twoStartsOfOneNameAtOnceGiveOneMachine(qemu: QEMUUnderTest) async throws {
    try await withCommand { (command: CommandUnderTest) async throws -> Void in
      let start = ["start", "--name", "one", "--qemu", qemu.path, "--"] + Self.frozenMachine
      async let left = command.run(start)
      async let right = command.run(start)
      let statuses = try await [left.status, right.status]
      #expect(statuses.sorted() == [0, 1])
      #expect(try await command.run(["status", "one"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func startsWithoutANameGiveWayToEachOther(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
        for _ in 0..<4 {
          group.addTask {
            try await command.run(["start", "--qemu", qemu.path, "--"] + Self.frozenMachine).status
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses == [0, 0, 0, 0])
      #expect(try command.state.names() == ["vm1", "vm2", "vm3", "vm4"])
    }
  }

  @Test func aStateDirectoryThatCannotBeUsedIsNamed() async throws {
    let command = CommandUnderTest(state: StateDirectory(path: "/proc/no/such"))
    let result = try await command.run(["start", "--name", "x", "--"] + Self.frozenMachine)
    #expect(result.status == 1)
    #expect(result.errors.contains("/proc/no") && result.errors.contains("--state-dir"))
  }

  @Test(arguments: QEMUMatrix.all)
  func aStateDirectoryWithALongPathWorks(qemu: QEMUUnderTest) async throws {
    try await withCommand(in: "/" + String(repeating: "long/", count: 40)) { command in
      let start = try await command.run(
        ["start", "--name", "deep", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      #expect(start.status == 0, "\(start.errors)")
      #expect(try await command.run(["verify", "deep"]).status == 0)
      #expect(try await command.run(["stop", "deep", "--powerdown", "0"]).status == 0)
      #expect(try await command.run(["rm", "deep"]).status == 0)
      try command.expectNothingLeft()
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aCommandLineFileIsRead(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let text =
        "LC_ALL=C \(qemu.path) -nodefaults \\\n  -display none -machine none -accel 'tcg,tb-size=32' # small\n"
      let start = try await command.run(["start", "--name", "file", "--all", "-"], input: text)
      #expect(start.status == 0, "\(start.errors)")
      #expect(start.output.contains("tb-size"))
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aStartExplainsWhatQEMUWarnsOf(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let words = ["-machine", "pc", "-cpu", "Skylake-Client", "-display", "none", "-nodefaults", "-S"]
      let start = try await command.run(["start", "--name", "w", "--qemu", qemu.path, "--"] + words)
      #expect(start.status == 0)
      #expect(start.errors.contains("QEMU: qemu-system-x86_64: warning: TCG doesn't support"))
      let meaning = "lacks features of the model, because tcg does not emulate them: pcid, "
      #expect(start.errors.contains(meaning), "\(start.errors)")
      #expect(start.errors.contains("  what to do: use a model that tcg can emulate completely"))
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func qmpTakesJSONAndWordsAndShowsQEMUsRefusal(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "q", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      let words = try await command.run(["qmp", "q", "qom-get", "path=/machine", "property=type"])
      let object = try await command.run(["qmp", "q", "qom-get", #"{"path":"/machine","property":"type"}"#])
      #expect(words.output == "\"none-machine\"\n")
      #expect(words.output == object.output)
      let refused = try await command.run(["qmp", "q", "no-such-command"])
      #expect(refused.status == 1)
      #expect(refused.errors.contains("CommandNotFound"))
      #expect(try await command.run(["qmp", "q", "qom-get", "nonsense"]).status == 64)
    }
  }
}
