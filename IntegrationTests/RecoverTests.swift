import Foundation
import QEMU
import QEMULifecycle
import QMP
import Testing

/// A record that cannot be read is made anew of the QEMU that runs, and nothing is ended or started meanwhile.
@Suite struct RecoverTests {
  private static let options = [
    "-accel", "tcg", "-machine", "none", "-m", "32", "-object", "secret,id=s,data=swordfish",
  ]

  @Test(arguments: QEMUMatrix.x86)
  func aDamagedRecordIsMadeAnewOfTheLiveQEMU(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "v", "--qemu", qemu.path, "--"] + Self.options
      #expect(try await command.run(start).status == 0)
      let before = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      for damage in ["", "{", "[]", "{\"name\":\"w\"}"] {
        try damage.write(toFile: "\(command.state.path)/v/vm.json", atomically: false, encoding: .utf8)
        for refused in [["status", "v"], ["stop", "v"], ["kill", "v"], start] {
          let result = try await command.run(refused)
          #expect(result.status == 1 && result.errors.contains("qemuctl recover v"), "\(result.errors)")
        }
        let removal = try await command.run(["rm", "v"])
        #expect(removal.status == 1 && removal.errors.contains("\"v\" is running"), "\(removal.errors)")
        let recovery = try await command.run(["recover", "v"])
        #expect(recovery.output == "v: recovered, running\n", "\(recovery.errors)")
      }
      let after = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      for member in ["pid", "state", "version"] {
        #expect(after?[member] == before?[member], "\(member)")
      }
      let plan = try await command.run(["plan", "v", "--"] + Self.options)
      #expect(plan.output.contains("no changes"), "\(plan.output)")
      #expect(try await command.run(["verify", "v"]).output.contains("confirmed"))
      #expect(try await command.run(["stop", "v", "--powerdown", "0"]).status == 0)
    }
  }

  @Test func whereNothingRunsTheRunBeforeIsRecoveredOrTheRestIsRemoved() async throws {
    try await withCommand { command in
      let record = "\(command.state.path)/v/vm.json"
      let start = ["start", "--name", "v", "--"] + Self.options
      for _ in 0..<2 {
        #expect(try await command.run(start).status == 0)
        #expect(try await command.run(["kill", "v"]).status == 0)
      }
      try "{".write(toFile: record, atomically: false, encoding: .utf8)
      #expect(try await command.run(["recover", "v"]).status == 0)
      #expect(try await command.run(["status", "v"]).output.contains("stopped by kill"))
      try FileManager.default.removeItem(atPath: "\(command.state.path)/v/previous-vm.json")
      try "{".write(toFile: record, atomically: false, encoding: .utf8)
      let nothing = try await command.run(["recover", "v"])
      #expect(nothing.status == 1 && nothing.errors.contains("qemuctl rm v"))
      #expect(try await command.run(["rm", "v"]).status == 0)
      #expect(try await command.run(["recover", "v"]).errors.contains("there is no virtual machine"))
    }
  }

  private static let frozen = ["-accel", "tcg", "-machine", "none"]

  /// Shell commands that damage the record, or make it name another process.
  @Test(arguments: [
    #"rm vm.json"#, #"rm vm.json; mkfifo vm.json"#, #"rm vm.json; mkdir vm.json"#,
    #"sed -i 's/"start-time":[0-9]*/"start-time":0/' vm.json"#,
    #"sed -i 's/"requested":\[[^]]*\]/"requested":"x"/' vm.json"#,
    #"sed -i 's/"command":\[/"command":[7,/' vm.json"#,
    #"sed -i 's/"version":"[^"]*"/"version":7/' vm.json"#,
    #"sed -i 's/"socket":"[^"]*"/"socket":".."/' vm.json"#,
  ])
  func whateverHappenedToTheRecordNoSecondQEMUIsStarted(damage: String) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "v", "--"] + Self.frozen
      #expect(try await command.run(start).status == 0)
      let before = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      let result = try await command.run(
        ["list"], through: CommandUnderTest.shell("(cd \(command.state.path)/v && \(damage)); exec \"$@\""))
      #expect(result.status == 1 || result.output.contains("unknown"), "\(result)")
      #expect(result.output.contains("v ") && !result.output.contains("failed"), "\(result)")
      for words in [start, ["rm", "v"], ["kill", "v"], ["stop", "v"]] {
        let refused = try await command.run(words)
        #expect(refused.status == 1 && refused.errors.contains("v"), "\(words): \(refused)")
      }
      let recovery = try await command.run(["recover", "v"])
      #expect(recovery.output == "v: recovered, running\n", "\(recovery)")
      let after = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      #expect(after?["pid"] == before?["pid"] && after?["state"] == before?["state"])
      #expect(try await command.run(["kill", "v"]).status == 0)
      #expect(try command.processes(mentioning: command.state.path).isEmpty)
    }
  }

  /// Two virtual machines may have the same command line.
  @Test(arguments: [#"["pid","start-time"]"#, #"["pid","start-time","socket"]"#])
  func aRecordThatNamesAnotherMachinesQEMUEndsNothing(members: String) async throws {
    try await withCommand { command in
      for name in ["a", "b"] {
        #expect(try await command.run(["start", "--name", name, "--"] + Self.frozen).status == 0)
      }
      func record(_ name: String) -> URL { URL(filePath: "\(command.state.path)/\(name)/vm.json") }
      func object(_ name: String) throws -> JSONObject {
        try #require(try JSON.parse(String(contentsOf: record(name), encoding: .utf8)).objectValue)
      }
      let (right, other) = (try object("a"), try object("b"))
      var wrong = right
      for member in try JSON.parse(members).arrayValue ?? [] {
        let name = try #require(member.stringValue)
        wrong[name] = other[name]
      }
      try Data(JSON.object(wrong).serialized().utf8).write(to: record("a"))
      for words in [["kill", "a"], ["stop", "a", "--powerdown", "0"], ["rm", "a"]] {
        let result = try await command.run(words)
        #expect(result.status == 1, "\(words): \(result)")
      }
      let recovery = try await command.run(["recover", "a"])
      #expect(recovery.output == "a: recovered, running\n", "\(recovery)")
      #expect(try object("a")["pid"] == right["pid"])
      #expect(
        try await command.run(["list"]).output.split(separator: "\n").count { $0.contains("running") } == 2)
    }
  }

  /// A copy of a state directory names the QEMUs of the original.
  @Test func aCopyOfAStateDirectoryEndsNothing() async throws {
    try await withCommand { command in
      #expect(try await command.run(["start", "--name", "v", "--"] + Self.frozen).status == 0)
      let copy = CommandUnderTest(state: StateDirectory(path: command.state.path + "-copy"))
      try await command.run(
        ["list"],
        through: CommandUnderTest.shell("cp -a \(command.state.path) \(copy.state.path); exec \"$@\""))
      for words in [["kill", "v"], ["stop", "v", "--powerdown", "0"]] {
        #expect(try await copy.run(words).status == 1, "\(words)")
      }
      #expect(try await command.run(["list"]).output.contains("running"))
      try FileManager.default.removeItem(atPath: copy.state.path)
    }
  }

  /// The monitor of such a QEMU belongs to the command that was killed.
  @Test(arguments: QEMUMatrix.x86)
  func aStartThatIsKilledWhileQEMUWaitsCanBeStopped(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let socket = "\(command.state.path)/v/waits.sock"
      let start = try await command.run(
        ["start", "--no-supervisor", "--name", "v", "--qemu", qemu.path, "--"] + Self.frozen + [
          "-chardev", "socket,id=c,path=\(socket),server=on,wait=on",
        ]
      ) { pid in
        while !FileManager.default.fileExists(atPath: socket) { try await Task.sleep(for: .milliseconds(10)) }
        kill(pid, SIGKILL)
      }
      #expect(start.status == -SIGKILL)
      let list = try await command.run(["list"])
      #expect(list.output.contains("stuck"), "\(list)")
      let stop = try await command.run(["stop", "v", "--powerdown", "0"])
      #expect(stop.status == 0, "\(stop)")
      #expect(try command.processes(mentioning: command.state.path).isEmpty)
    }
  }

  /// The name of a process says nothing of what it runs.
  @Test func aProcessThatOnlyHasTheNameOfQEMUIsNotVerified() async throws {
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let impostor = try ChildProcess.spawn(
      "/bin/bash", ["-c", "exec -a qemu-system-x86_64 /bin/sleep 1000"], environment: [],
      passing: (0...2).map { .init(null.number, as: $0) })
    defer { try? impostor.send(signal: SIGKILL) }
    let words = URL(filePath: "/proc/\(impostor.pid)/cmdline")
    // A file of /proc has no size: it is read to its end.
    while try FileHandle(forReadingFrom: words).readToEnd()?.starts(with: Data("qemu".utf8)) != true {
      try await Task.sleep(for: .milliseconds(5))
    }
    try await withCommand { command in
      let result = try await command.run(["verify", "--pid", String(impostor.pid)])
      #expect(result.status == 69 && result.errors.contains("is not QEMU"), "\(result.errors)")
      // It has QEMU's words in its file itself.
      let own = try await command.run(
        ["verify", "--pid", "$$"],
        through: CommandUnderTest.shell(#"set -- "$1" "$2" "$3" $$ "$5" "$6"; exec "$@""#))
      #expect(own.status == 69 && own.errors.contains("is not QEMU"), "\(own.errors)")
    }
  }
}
