import Foundation
import QEMU
import Testing

/// QEMUs that refuse, die, hang, stop or change hands.
@Suite struct FailureTests {
  private static let frozenMachine = ["-nodefaults", "-display", "none", "-machine", "none"]

  static let startFailures: [([String], String, String)] = [
    (["-machine", "q35,nosuch=on"], "nosuch' not found", "-machine pc-q35-"),
    (["-cpu", "NoSuchCPU", "-machine", "q35"], "unable to find CPU model", "-cpu help"),
    (["-drive", "file=/no/such.img,format=raw,if=none"], "No such file or directory", "correct the path"),
    (["-device", "nosuch"], "not a valid device model name", "-device help"),
    (["-accel", "bogus"], "invalid accelerator bogus", "-accel help"),
    (["-machine", "nosuchmachine"], "nosuchmachine", "-machine help"),
    (["-machine", "q53"], "unsupported machine type", "did you mean \"q35\"?"),
    (["-device", "virtio-nte-pci"], "virtio-nte-pci", "did you mean \"virtio-net-pci\"?"),
    (["-cpu", "Skylake-Sever", "-machine", "q35"], "Skylake-Sever", "did you mean \"Skylake-Server\"?"),
    (["-device", "e1000,macc=52:54:00:12:34:56", "-machine", "q35"], "macc", "did you mean \"mac\"?"),
    (["-object", "rng-bultin,id=r"], "rng-bultin", "did you mean \"rng-builtin\"?"),
  ]

  @Test(arguments: QEMUMatrix.x86, startFailures)
  func aQEMUThatRefusesIsQuotedExplainedAndCleanedUp(
    qemu: QEMUUnderTest, row: (arguments: [String], words: String, remedy: String)
  ) async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "bad", "--qemu", qemu.path, "--", "-nodefaults", "-display", "none"]
          + row.arguments)
      #expect(start.status == 1)
      #expect(start.errors.contains(row.words), "\(start.errors)")
      #expect(start.errors.contains(row.remedy), "\(start.errors)")
      #expect(start.errors.contains("exit status 1"))
      let suggestions = start.errors.components(separatedBy: "did you mean").count - 1
      #expect(suggestions <= 1, "\(start.errors)")
      #expect(start.errors.contains("command: \(qemu.path)"))
      try command.expectNothingLeft()
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func whatFailsToStartLeavesNoDescriptorOrChild(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let request = try launchRequest(qemu, ["-device", "nosuch"], state)
      for _ in 0..<30 {
        let error = await #expect(throws: LifecycleError.self) { try await VirtualMachine.start(request) }
        #expect(error?.code == .startFailed)
      }
      // Other tests of this process may be about to close one; a leak would be one a start.
      #expect(deadProcessDescriptorCount() < 20)
      #expect(try state.names().isEmpty)
    }
  }

  static let silentDeaths: [(String, String, String)] = [
    ("kill -9 $$", "signal 9 (SIGKILL)", "memory"), ("kill -31 $$", "signal 31 (SIGSYS)", "seccomp"),
    ("kill -11 $$", "signal 11 (SIGSEGV)", "module"), ("exit 7", "exit status 7", "without a message"),
    ("exit 0", "exit status 0", "help"),
    ("echo 'first line' >&2; echo 'second line' >&2; exit 1", "second line", "first line"),
  ]

  @Test(arguments: silentDeaths)
  func aSilentDeathIsExplainedByItsEnd(script: String, end: String, words: String) async throws {
    try await withStandIn(script) { program in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "x", "--qemu", program, "--"] + Self.frozenMachine)
        #expect(start.status == 1)
        #expect(start.errors.contains(end) && start.errors.contains(words), "\(start.errors)")
        try command.expectNothingLeft()
      }
    }
  }

  @Test func aQEMUThatNeverAnswersRunsIntoTheDeadlineAndIsEnded() async throws {
    try await withStandIn("exec sleep 1000") { program in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "x", "--timeout", "500ms", "--qemu", program, "--"] + Self.frozenMachine)
        #expect(start.status == 75)
        #expect(start.errors.contains("no greeting"))
        #expect(start.duration < .seconds(30))
        try command.expectNothingLeft()
      }
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalWhileQEMUStartsLeavesNothing(signal: Int32) async throws {
    try await withStandIn("exec sleep 1000") { program in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "x", "--qemu", program, "--"] + Self.frozenMachine
        ) { pid in
          // The directory appears before QEMU does, its log with it.
          while try command.processes(mentioning: command.state.path).count < 2 {
            try await Task.sleep(for: .milliseconds(5))
          }
          kill(pid, signal)
        }
        #expect(start.status == 128 + signal)
        #expect(start.duration < .seconds(30))
        try command.expectNothingLeft()
      }
    }
  }

  @Test func aCommandThatIsKilledWhileItStartsLeavesAMachineThatIsFoundAndEnded() async throws {
    let marker = FileManager.default.temporaryDirectory.appending(
      path: "started-\(UUID().uuidString.prefix(8))"
    )
    .path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: marker) }
    try await withStandIn("[ $# -gt 2 ] && : >\(marker); exec sleep 1000") { program in
      try await withCommand { command in
        let start = ["start", "--no-supervisor", "--name", "x", "--qemu", program, "--"] + Self.frozenMachine
        let killed = try await command.run(start) { pid in
          while !FileManager.default.fileExists(atPath: marker) {
            try await Task.sleep(for: .milliseconds(5))
          }
          kill(pid, SIGKILL)
        }
        #expect(killed.status == -SIGKILL)
        let status = try await command.run(["status", "x", "--format", "json"])
        // Its listener is the killed command's: a real QEMU makes it its own.
        #expect(try status.json["vm"]?["state"]?.stringValue == "stuck")
        // What does not answer is ended by nobody but the user.
        #expect(try await command.run(start).errors.contains("is already running"))
        #expect(try await command.run(["kill", "x"]).output.contains("killed"))
        try command.expectNothingLeft()
      }
    }
  }

  @Test func theSupervisorEndsAQEMUWhoseStartIsKilled() async throws {
    try await withStandIn("exec sleep 1000") { program in
      try await withCommand { command in
        let start = ["start", "--name", "x", "--qemu", program, "--"] + Self.frozenMachine
        let killed = try await command.run(start) { pid in
          // The command, its supervisor and QEMU.
          while try command.processes(mentioning: command.state.path).count < 3 {
            try await Task.sleep(for: .milliseconds(5))
          }
          kill(pid, SIGKILL)
        }
        #expect(killed.status == -SIGKILL)
        while try !command.processes(mentioning: command.state.path).isEmpty {
          try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await command.run(["stop", "x"]).output.contains("not running"))
      }
    }
  }

  @Test func aDirectoryWithFilesOfOthersIsLeftAlone() async throws {
    try await withCommand { command in
      let directory = "\(command.state.path)/images"
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      try "precious".write(toFile: "\(directory)/disk.img", atomically: true, encoding: .utf8)
      let start = try await command.run(["start", "--name", "images", "--"] + Self.frozenMachine)
      #expect(start.status == 1)
      #expect(start.errors.contains("disk.img"))
      #expect(try String(contentsOfFile: "\(directory)/disk.img", encoding: .utf8) == "precious")
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aDamagedRecordIsNeverStartedOver(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "d", "--qemu", qemu.path, "--"] + Self.frozenMachine
      try await command.run(start)
      let file = "\(command.state.path)/d/vm.json"
      let record = try String(contentsOfFile: file, encoding: .utf8)
      try "{".write(toFile: file, atomically: false, encoding: .utf8)
      #expect(try await command.run(start).errors.contains("is damaged"))
      #expect(try await command.run(["list"]).errors.contains("is damaged"))
      try record.write(toFile: file, atomically: false, encoding: .utf8)
      #expect(try await command.run(["kill", "d"]).output.contains("killed"))
      try FileManager.default.removeItem(atPath: file)
      #expect(mkfifo(file, 0o600) == 0)
      #expect(try await command.run(["status", "d"]).status == 1, "a pipe in its place does not hang it")
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aMachineInTheForegroundCanBeAskedAndStoppedByOthers(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let run = try await command.run(["run", "--name", "r", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      { _ in
        func state() async throws -> String? {
          try await command.run(["status", "r", "--format", "json"]).output.split(separator: "\"state\":\"")
            .last
            .map { String($0.prefix { $0 != "\"" }) }
        }
        while try await state() != "running" { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await command.run(["stop", "r", "--powerdown", "0"]).status == 0)
      }
      #expect(run.status == 0, "\(run.errors)")
      #expect(try await command.run(["status", "r", "--format", "json"]).output.contains("stopped by quit"))
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func aStoppedQEMUIsToldInBoundedTimeAndCanBeEnded(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "z", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      let pid = try await pid(of: "z", command)
      kill(pid, SIGSTOP)
      let status = try await command.run(["status", "z", "--format", "json"])
      #expect(status.duration < .seconds(30))
      #expect(try status.json["vm"]?["state"]?.stringValue == "stuck")
      #expect(try await command.run(["list"]).output.contains("stuck"))
      let verify = try await command.run(["verify", "z"])
      #expect(verify.status == 4)
      #expect(verify.errors.contains("kill -CONT \(pid)"))
      let stop = try await command.run(["stop", "z", "--term", "200ms"])
      #expect(stop.status == 0)
      #expect(stop.output.contains("stopped by kill"), "\(stop.output)")
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aQEMUThatIsKilledBehindOurBackHasFailed(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "k", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      kill(try await pid(of: "k", command), SIGKILL)
      while try await command.run(["status", "k", "--format", "json"]).json["vm"]?["state"]?.stringValue
        != "failed"
      {}
      #expect(try await command.run(["verify", "k"]).status == 1)
      #expect(try await command.run(["stop", "k"]).output.contains("not running"))
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aPidThatIsAnothersIsNeverTouched(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--name", "p", "--qemu", qemu.path, "--"] + Self.frozenMachine)
      let victim = try await pid(of: "p", command)
      let file = "\(command.state.path)/p/vm.json"
      let record = try String(contentsOfFile: file, encoding: .utf8)
      let other = record.replacing(/"start-time":\d+/, with: "\"start-time\":1")
      try other.write(toFile: file, atomically: true, encoding: .utf8)
      let refused = try await command.run(["kill", "p"])
      #expect(refused.status == 1 && refused.errors.contains("qemuctl recover p"), "\(refused)")
      #expect(kill(victim, 0) == 0)
      try record.write(toFile: file, atomically: true, encoding: .utf8)
      #expect(try await command.run(["kill", "p"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.any, [true, false])
  func aMonitorThatChangedHandsIsForeign(qemu: QEMUUnderTest, isSupervised: Bool) async throws {
    try await withCommand { command in
      let start = ["start"] + (isSupervised ? [] : ["--no-supervisor"]) + ["--qemu", qemu.path, "--name"]
      for name in ["a", "b"] { try await command.run(start + [name, "--"] + Self.frozenMachine) }
      let directory = command.state.path
      let sockets = try ["a", "b"].map { name in
        isSupervised ? "\(directory)/\(name)/control.sock" : try socket(in: "\(directory)/\(name)")
      }
      let (a, b) = (sockets[0], sockets[1])
      try FileManager.default.removeItem(atPath: a)
      try FileManager.default.createSymbolicLink(atPath: a, withDestinationPath: b)
      let verify = try await command.run(["verify", "a"])
      #expect(verify.status == 1)
      #expect(verify.errors.contains("belongs to process"))
      #expect(
        try await command.run(["status", "a", "--format", "json"]).json["vm"]?["state"]?.stringValue
          == "foreign")
      #expect(try await command.run(["verify", "b"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aDeathWhileVerifyingIsToldAtOnce(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(launchRequest(qemu, ["-machine", "none"], state))
      kill(await machine.record.process.pid, SIGKILL)
      let begin = ContinuousClock.now
      let error = await #expect(throws: LifecycleError.self) { try await machine.verify() }
      #expect(error?.code == .startFailed)
      #expect(error?.summary.contains("SIGKILL") == true, "\(String(describing: error))")
      #expect(ContinuousClock.now - begin < .seconds(20))
      await machine.discard()
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aMonitorThatAnotherCommandHoldsIsBusyAndNotHarmed(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(launchRequest(qemu, ["-machine", "none"], state))
      let status = try await MachineStatus.read(machine.name, in: state, timeout: .milliseconds(300))
      #expect(status.state == .unknown)
      #expect(status.remark?.contains("another command") == true)
      #expect(try await machine.runState() == .prelaunch)
      await machine.discard()
    }
  }

  private func pid(of name: String, _ command: CommandUnderTest) async throws -> Int32 {
    let status = try await command.run(["status", name, "--format", "json"])
    return Int32(try #require(try status.json["vm"]?["pid"]?.integerValue))
  }

  private func socket(in directory: String) throws -> String {
    let name = try FileManager.default.contentsOfDirectory(atPath: directory).first {
      $0.hasPrefix("qmp-") && $0.hasSuffix(".sock") && $0 != "qmp-ro.sock"
    }
    return "\(directory)/\(try #require(name))"
  }
}
