import Foundation
import QEMU
import QMP
import Testing

/// Waits for conditions, and the clients of a supervisor.
@Suite struct WaitTests {
  /// A wait may begin before, during and after its event.
  @Test(arguments: QEMUMatrix.any) func noEventIsMissed(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        [
          "start", "--name", "w", "--qemu", qemu.path, "--", "-machine", "none", "-nodefaults", "-display",
          "none",
        ])
      #expect(start.status == 0, "\(start.errors)")
      let (name, state) = (try MachineName("w"), command.state)
      var random = SystemRandomNumberGenerator()
      var sequence = try journalEnd(name, state)
      for turn in 0..<300 {
        var wait = try MachineWait(["event:\(turn.isMultiple(of: 2) ? "STOP" : "RESUME")"])
        wait.since = sequence
        let delay = Duration.microseconds(Int.random(in: 0...2000, using: &random))
        let isFirst = Bool.random(using: &random)
        async let outcome = { [wait] in
          if !isFirst { try await Task.sleep(for: delay) }
          return try await wait.wait(for: name, in: state, within: .seconds(60))
        }()
        if isFirst { try await Task.sleep(for: delay) }
        try await withVirtualMachine(named: name, in: state) { machine in
          if turn.isMultiple(of: 2) { try await machine.pause() } else { try await machine.resume() }
        }
        guard case .met(0, let end) = try await outcome else {
          Issue.record("turn \(turn)")
          return
        }
        sequence = end
      }
    }
  }

  private func journalEnd(_ name: MachineName, _ state: StateDirectory) throws -> Int {
    var journal = try MachineJournal(of: name, in: state)
    _ = journal.present()
    return journal.sequence
  }

  @Test(arguments: QEMUMatrix.any) func theConsoleIsMatchedBeforeAndAfterTheText(qemu: QEMUUnderTest)
    async throws
  {
    try await withFirmware(Firmware.write("ready\r\n") + Firmware.waitForKey + Firmware.write("login: ")) {
      firmware in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "c", "--qemu", qemu.path, "--"] + SupervisedEndTests.machine
            + ["-bios", firmware, "-serial", "stdio"])
        #expect(start.status == 0, "\(start.errors)")
        #expect(
          try await command.run(["wait", "c", "console:^read(y|ied)$", "--timeout", "60s"]).status == 0)
        async let prompt = command.run(["wait", "c", "console:^login: $", "running", "--timeout", "60s"])
        try await command.run(["qmp", "c", "send-key", #"keys=[{"type":"qcode","data":"a"}]"#])
        #expect(try await prompt.status == 0)
        #expect(try await command.run(["wait", "c", "console:^login: $", "--timeout", "60s"]).status == 0)
        let none = try await command.run(["wait", "c", "console:never", "--timeout", "50ms", "--any"])
        #expect(none.status == 75, "\(none)")
        #expect(try await command.run(["kill", "c"]).status == 0)
        let impossible = try await command.run(["wait", "c", "console:never"])
        #expect(impossible.status == 5 && impossible.errors.contains("cannot come true"), "\(impossible)")
        #expect(try await command.run(["wait", "c", "console:^login: $"]).status == 0)
      }
    }
  }

  static let faults = [
    (["running", "sleeping"], "\"sleeping\" is not a condition"), (["event:"], "event"),
    (["console:("], "console"),
  ]

  @Test(arguments: faults) func aConditionThatIsNoneIsRefused(words: [String], message: String) async throws {
    try await withCommand { command in
      let wait = try await command.run(["wait", "w"] + words)
      #expect(wait.status == 64 && wait.errors.contains(message), "\(wait)")
    }
  }

  @Test(arguments: QEMUMatrix.x86) func manyClientsAreServedEachWithItsOwnReplies(qemu: QEMUUnderTest)
    async throws
  {
    try await withCommand { command in
      let start = try await command.run(
        [
          "start", "--name", "m", "--qemu", qemu.path, "--", "-machine", "none", "-nodefaults", "-display",
          "none",
        ])
      #expect(start.status == 0, "\(start.errors)")
      let status = try await command.run(["status", "m", "--format", "json"]).json["vm"]
      let paths = try ["qmp", "qmp-ro"].map { try #require(status?["sockets"]?[$0]?.stringValue) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<12 {
          group.addTask {
            let session = try await QMPSession.connect(path: paths[number % 2])
            for turn in 0..<50 {
              let name = ["query-name", "query-version", "query-commands"][turn % 3]
              let answer = try await session.execute(name)
              #expect((answer.arrayValue != nil) == (turn % 3 == 2), "\(name)")
            }
            await session.close()
          }
        }
        try await group.waitForAll()
      }
      let reader = try await QMPSession.connect(path: paths[1])
      let refused = await #expect(throws: QMPError.self) { try await reader.execute("stop") }
      #expect(refused?.qemuMessage?.contains("read-only") == true, "\(String(describing: refused))")
      let writer = try await QMPSession.connect(path: paths[0])
      _ = try await writer.execute("stop")
      let unsafe = await #expect(throws: QMPError.self) {
        try await writer.execute("human-monitor-command", arguments: ["command-line": "info version"])
      }
      #expect(unsafe?.qemuMessage?.contains("lifecycle") == true, "\(String(describing: unsafe))")
    }
  }
}
