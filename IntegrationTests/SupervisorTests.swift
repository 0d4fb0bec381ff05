import Foundation
import QEMU
import QMP
import Testing

/// The supervisor of a virtual machine: restarts, adoption, waits and clients.
@Suite struct SupervisorTests {
  static let machine = ["-accel", "tcg", "-machine", "pc", "-m", "16"] + ["-nodefaults", "-display", "none"]

  /// Starts a virtual machine with a section `lifecycle`.
  private func start(
    _ command: CommandUnderTest, _ lifecycle: String, _ qemu: QEMUUnderTest, _ more: String = ""
  ) async throws -> CommandResult {
    let file = FileManager.default.temporaryDirectory.appending(path: "lifecycle-\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let text =
      #"{"accel":"tcg","machine":"pc","m":"16","nodefaults":true,"display":"none","lifecycle":\#(lifecycle)\#(more)}"#
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return try await command.run(["start", "--name", "s", "--qemu", qemu.path, file])
  }

  /// Returns the process id of a QEMU other than one that has ended.
  private func pid(otherThan old: Int32, _ command: CommandUnderTest) async throws -> Int32 {
    while true {
      let pid = try await command.pid(of: "s")
      if pid != old { return pid }
    }
  }

  @Test(arguments: QEMUMatrix.x86) func aKilledQEMUIsStartedAgainUntilTheLimit(qemu: QEMUUnderTest)
    async throws
  {
    try await withCommand { command in
      let started = try await start(
        command, #"{"restart":"on-failure","backoff":{"from":"1ms","to":"2ms","give-up":"2 in 10m"}}"#, qemu)
      #expect(started.status == 0, "\(started.errors)")
      var pid = try await command.pid(of: "s")
      for _ in 1...2 {
        kill(pid, SIGKILL)
        pid = try await self.pid(otherThan: pid, command)
      }
      let status = try await command.run(["status", "s", "--format", "json"]).json["vm"]
      #expect(status?["restart"]?["count"]?.integerValue == 2, "\(String(describing: status))")
      #expect(status?["verdict"]?.stringValue == "confirmed")
      kill(pid, SIGKILL)
      #expect(try await command.run(["wait", "s", "stopped", "--timeout", "60s"]).status == 0)
      let events = try await command.run(["events", "s"]).output
      #expect(events.contains("life gave-up restarts=2"), "\(events)")
    }
  }

  @Test(arguments: QEMUMatrix.any) func aStopEndsTheWaitForARestart(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      _ = try await start(command, #"{"restart":"always","backoff":{"from":"1h","to":"1h"}}"#, qemu)
      kill(try await command.pid(of: "s"), SIGKILL)
      var status = try await command.run(["status", "s"]).output
      while !status.contains("starts QEMU again in") {
        status = try await command.run(["status", "s"]).output
      }
      #expect(try await command.run(["wait", "s", "running", "--timeout", "100ms"]).status == 75)
      #expect(try await command.run(["stop", "s"]).status == 0)
      #expect(try await command.run(["wait", "s", "stopped"]).status == 0)
      #expect(try command.processes(mentioning: command.state.path).isEmpty)
      // By hand it can be started.
      #expect(try await command.run(["start", "s"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.any) func whatAPersonStoppedStaysStopped(qemu: QEMUUnderTest) async throws {
    for words in [["stop", "s", "--powerdown", "0"], ["kill", "s"]] {
      try await withCommand { command in
        _ = try await start(command, #"{"restart":"always","backoff":{"from":"1ms","to":"1ms"}}"#, qemu)
        #expect(try await command.run(words).status == 0)
        #expect(try command.processes(mentioning: command.state.path).isEmpty)
        #expect(try await command.run(["wait", "s", "running"]).status == 5)
      }
    }
  }

  @Test(arguments: QEMUMatrix.any) func aRestartThatDriftsStaysPausedAndIsNotRepeated(qemu: QEMUUnderTest)
    async throws
  {
    try await withCommand { command in
      let started = try await start(
        command, #"{"restart":"always","backoff":{"from":"1ms","to":"1ms"}}"#, qemu,
        #","verify":{"policy":"warn"},"cpu":"qemu64,+avx512f""#)
      #expect(started.status == 3, "\(started)")
      kill(try await command.pid(of: "s"), SIGKILL)
      let wait = try await command.run(["wait", "s", "paused", "--timeout", "60s"])
      #expect(wait.status == 0, "\(wait)")
      let resume = try await command.run(["resume", "s"])
      #expect(resume.status == 1 && resume.errors.contains("differs from its request"), "\(resume)")
      #expect(try await command.run(["resume", "s", "--force"]).output == "s: running\n")
    }
  }

  @Test(arguments: QEMUMatrix.x86) func aSupervisorThatIsKilledIsReplaced(qemu: QEMUUnderTest) async throws {
    try await withFirmware(Firmware.count) { firmware in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "a", "--qemu", qemu.path, "--"] + Self.machine + [
            "-bios", firmware, "-serial", "stdio",
          ])
        #expect(start.status == 0, "\(start.errors)")
        let (qemuPID, first) = (try await command.pid(of: "a"), try await command.supervisor(of: "a"))
        kill(first, SIGKILL)
        let adopted = try await command.run(["adopt", "a"])
        #expect(adopted.status == 0, "\(adopted.errors)")
        let second = try await command.supervisor(of: "a")
        #expect(second != first && kill(qemuPID, 0) == 0)
        // The guest counts on, and its console is read.
        let log = try consoleSize(command)
        while try consoleSize(command) <= log {}
        #expect(try await command.run(["pause", "a"]).status == 0)
        kill(second, SIGKILL)
        // The next command replaces it, and the guest stays paused.
        let status = try await command.run(["status", "a", "--format", "json"]).json["vm"]
        #expect(status?["state"]?.stringValue == "paused" && status?["pid"]?.integerValue == Int64(qemuPID))
        #expect(status?["supervised"]?.integerValue != nil, "\(String(describing: status))")
        kill(qemuPID, SIGKILL)
        #expect(try await command.run(["wait", "a", "stopped", "--timeout", "60s"]).status == 0)
        let ended = try await command.run(["status", "a", "--format", "json"]).json["vm"]?["ended"]
        #expect(ended?["signal"]?.integerValue == Int64(SIGKILL), "\(String(describing: ended))")
      }
    }
  }

  private func consoleSize(_ command: CommandUnderTest) throws -> Int {
    let directory = URL(filePath: "\(command.state.path)/a")
    let log = try FileManager.default.contentsOfDirectory(atPath: directory.path).first {
      $0.hasPrefix("console-")
    }
    return try Data(contentsOf: directory.appending(path: try #require(log))).count
  }

  @Test(arguments: QEMUMatrix.any) func anAdoptedMachineKeepsItsPolicy(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      _ = try await start(command, #"{"restart":"on-failure","backoff":{"from":"1ms","to":"1ms"}}"#, qemu)
      let pid = try await command.pid(of: "s")
      kill(try await command.supervisor(of: "s"), SIGKILL)
      #expect(try await command.run(["adopt", "s"]).status == 0)
      kill(pid, SIGKILL)
      #expect(try await self.pid(otherThan: pid, command) != pid)
    }
  }

  @Test(arguments: QEMUMatrix.any) func aSupervisorThatIsTerminatedStopsQEMU(qemu: QEMUUnderTest) async throws
  {
    try await withCommand { command in
      _ = try await start(command, #"{"restart":"always","stop":[{"quit":"5s"}]}"#, qemu)
      kill(try await command.supervisor(of: "s"), SIGTERM)
      #expect(try await command.run(["wait", "s", "stopped", "--timeout", "60s"]).status == 0)
      #expect(try await command.run(["status", "s"]).output.contains("stopped by quit"))
    }
  }

  /// A guest that resets itself all the time, under a policy that restarts it after every end.
  @Test(arguments: QEMUMatrix.any) func aStopDuringResetsIsFinal(qemu: QEMUUnderTest) async throws {
    try await withFirmware(Firmware.reset) { firmware in
      for _ in 1...10 {
        try await withCommand { command in
          let started = try await start(
            command, #"{"restart":"always","backoff":{"from":"1ms","to":"1ms"}}"#, qemu,
            #","bios":"\#(firmware)""#)
          #expect(started.status == 0, "\(started.errors)")
          async let resets = command.run(["wait", "s", "event:RESET", "--timeout", "60s"])
          async let stop = command.run(["stop", "s", "--powerdown", "1ms"])
          #expect(try await stop.status == 0)
          _ = try await resets
          #expect(try command.processes(mentioning: command.state.path).isEmpty)
        }
      }
    }
  }
}
