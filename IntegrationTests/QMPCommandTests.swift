import Foundation
import QEMU
import Testing

/// `qemuctl qmp` on a real QEMU.
@Suite(.serialized) struct QMPCommandTests {
  static let machine = ["-machine", "none", "-nodefaults", "-display", "none", "-S"]

  private func withMachine(
    _ qemu: QEMUUnderTest, _ body: (CommandUnderTest) async throws -> Void
  ) async throws {
    try await withCommand { command in
      let start = try await command.run(["start", "--name", "q", "--qemu", qemu.path, "--"] + Self.machine)
      #expect(start.status == 0, "\(start.errors)")
      try await body(command)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func valuesAreReadAsTheTypesOfTheirArguments(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let add = ["qmp", "q", "object-add", "qom-type=memory-backend-ram", "id=true", "size=16M", "share=on"]
      #expect(try await command.run(add).output == "{}\n")
      let size = try await command.run(["qmp", "q", "qom-get", "path=/objects/true", "property=size"])
      #expect(size.output == "16777216\n")
      let share = try await command.run(["qmp", "q", "qom-get", "path=/objects/true", "property=share"])
      #expect(share.output == "true\n")
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aDottedKeyNamesAMemberOfAnObject(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let add = [
        "qmp", "q", "blockdev-add", "driver=raw", "node-name=disk", "file.driver=null-co",
        "file.size=1048576",
        "file.read-zeroes=on",
      ]
      #expect(try await command.run(add).output == "{}\n")
      let nodes = try await command.run(["qmp", "q", "query-named-block-nodes", "flat=true"]).json
      #expect(nodes.arrayValue?.contains { $0["node-name"] == "disk" } == true)
    }
  }

  static let refused: [(words: [String], said: String)] = [
    (["qom-get", "path=/machine"], "property: it is missing; it must be a string"),
    (["qom-get", "path=/", "property=type", "proprety=x"], "proprety: there is no such member"),
    (["query-stats", "target=vmm"], "did you mean \"vm\"?"),
    (["device_add", "id=x"], "driver: it is missing"),
    (["balloon", "value=much"], "value: it must be an integer (int), not \"much\""),
    (["balloon", #"{"value": true}"#], "value: it must be an integer (int), not a boolean"),
    (["blockdev-add", "driver=qcow2", "node-name=n"], "file: it is missing"),
    (["blockdev-add", "driver=qcow2", "file.driver=file"], "file.filename: it is missing"),
    (["qom-get", "path"], "neither key=value nor a JSON object"),
    (["qom-get", "path.x=1", "path=2"], "the key already has a value"),
    (["qom-get", "path..x=1"], "the key has an empty part"),
  ]

  @Test func whatACommandDoesNotTakeIsRefusedBeforeAnythingIsConnected() async throws {
    try await withCommand { command in
      for (words, said) in Self.refused {
        let result = try await command.run(["qmp", "--socket", "/no/such.sock"] + words)
        #expect(result.status == 64, "\(words)")
        #expect(result.errors.contains(said), "\(words): \(result.errors)")
        #expect(result.errors.contains("what to do: "))
      }
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func uncheckedItIsForQEMUToRefuse(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let result = try await command.run(["qmp", "q", "--unchecked", "query-status", "colour=red"])
      #expect(result.status == 1)
      #expect(result.errors.contains("'colour' is unexpected"))
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aQEMUThatHasNoTimeToAnswerTimesOut(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let result = try await command.run(["qmp", "q", "--timeout", "0", "query-status"])
      #expect(result.status == 75)
      #expect(result.errors.contains("does not answer"))
      #expect(try await command.run(["stop", "q", "--powerdown", "0"]).status == 0)
    }
  }

  @Test func helpTellsOfCommandsEventsAndTypes() async throws {
    try await withCommand { command in
      func help(_ words: String...) async throws -> String {
        try await command.run(["qmp", "--help"] + words).output
      }
      #expect(try await help().contains("USAGE: qemuctl qmp"))
      #expect(try await help("balloon").contains("value  an integer (int)"))
      #expect(try await help("blockdev-add").contains("Further members depend on driver"))
      #expect(try await help("blockdev-add", "driver=qcow2").contains("lazy-refcounts"))
      #expect(try await help("query-accelerators").contains("since 10.2.0; not in 7.2, 10.0"))
      #expect(try await help("SHUTDOWN").contains("reason"))
      #expect(try await help("StatsValue").contains("a list, each element an integer"))
      let unknown = try await command.run(["qmp", "--help", "query-statos"])
      #expect(unknown.status == 64 && unknown.errors.contains("did you mean \"query-stat"))
    }
  }

  @Test func theShellCompletesCommandsArgumentsAndValues() async throws {
    func completed(_ words: String...) async throws -> [String] {
      let line = ["qemuctl", "qmp"] + words
      let request = ["---completion", "qmp", "--", "positional@0", "\(line.count - 1)", "0"]
      return try await CommandUnderTest.complete(request + line).split(separator: "\n").map(String.init)
    }
    #expect(try await completed("web", "query-sta").contains("query-status"))
    #expect(try await completed("web", "qom-get", "pr") == ["property="])
    #expect(try await completed("web", "blockdev-add", "driver=qco") == ["driver=qcow", "driver=qcow2"])
    #expect(
      try await completed("--socket", "s", "blockdev-add", "driver=qcow2", "laz") == ["lazy-refcounts="])
    // bash cuts words at equals signs.
    #expect(try await completed("web", "blockdev-add", "driver", "=", "qco") == ["qcow", "qcow2"])
    #expect(try await completed("web", "balloon", "value", "=") == [])
  }

  @Test(arguments: QEMUMatrix.any)
  func linesAreExecutedUntilOneFails(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let lines =
        "query-name\n\nqom-get {\"path\": \"/machine\", \"property\": \"type\"}\nno-such\nquery-status\n"
      let result = try await command.run(["qmp", "q"], input: lines)
      #expect(result.status == 1)
      #expect(
        result.output.split(separator: "\n").count == 2 && result.output.hasSuffix("\"none-machine\"\n"))
      #expect(result.errors.contains("no-such"))
    }
  }

  @Test(.timeLimit(.minutes(4)), arguments: QEMUMatrix.any)
  func aTerminalHasCompletionHistoryAndEvents(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let home = command.state.path + "-home"
      defer { try? FileManager.default.removeItem(atPath: home) }
      let terminal = try TerminalUnderTest(["qmp", "q", "--state-dir", command.state.path], home: home)
      try terminal.expect("qmp> ")
      try terminal.expectEditing()
      try terminal.type("query-uu\t\n")
      try terminal.expect("\"UUID\"")
      try terminal.expect("qmp> ")
      try terminal.expectEditing()
      try terminal.type("cont\n")
      try terminal.expect("event RESUME")
      try terminal.type("no-such\n")
      try terminal.expect("CommandNotFound")
      try terminal.type("object-add qom-type=secret id=s data=hush\n")
      try terminal.expect("{}")
      try terminal.expect("qmp> ")
      try terminal.expectEditing()
      try terminal.type("\u{4}")
      #expect(try terminal.end() == 0)
      let history = try String(contentsOfFile: home + "/qemuctl/qmp-history", encoding: .utf8)
      #expect(history.contains("query-uuid") && history.contains("cont") && !history.contains("hush"))
    }
  }

  @Test(.timeLimit(.minutes(4)), arguments: QEMUMatrix.any)
  func ctrlCLeavesTheTerminalAsItWas(qemu: QEMUUnderTest) async throws {
    try await withMachine(qemu) { command in
      let home = command.state.path + "-home"
      defer { try? FileManager.default.removeItem(atPath: home) }
      let terminal = try TerminalUnderTest(["qmp", "q", "--state-dir", command.state.path], home: home)
      try terminal.expect("qmp> ")
      try terminal.expectEditing()
      try terminal.type("query-")
      terminal.signal(SIGINT)
      #expect(try terminal.end() == 130)
      #expect(terminal.mode & UInt32(ICANON) != 0)
    }
  }
}
