import Foundation
import QEMU
import QEMUTestSupport
import Synchronization
import Testing

/// Commands that wait for something when a signal comes, or when their time is over.
///
/// Each would wait for ever, or for a minute; a slow host may take long for what takes a second.
@Suite struct SignalTests {
  private static let soon = Duration.seconds(50)

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aCommandThatReadsFromAPipeEndsByTheFirstSignal(signal: Int32) async throws {
    try await withPipe { path in
      try await withCommand { command in
        let parse = try await command.run(["parse", path]) { pid in
          let writer = try await Self.writer(path)
          kill(pid, signal)
          // As long as it is open, the reader gets no end.
          try await Self.waitForEnd(of: pid)
          close(writer)
        }
        #expect(parse.status == 128 + signal)
        #expect(parse.duration < Self.soon)
      }
    }
  }

  /// Nobody opens the other end: the command hangs before it has anything to read from.
  @Test func aCommandThatOpensAPipeEndsByTheFirstSignal() async throws {
    try await withPipe { path in
      try await withCommand { command in
        let parse = try await command.run(["parse", path]) { pid in
          try await Self.wait { Self.isIdle(pid) }
          kill(pid, SIGTERM)
        }
        #expect(parse.status == 128 + SIGTERM)
        #expect(parse.duration < Self.soon)
      }
    }
  }

  /// A guest that has no operating system does not power off.
  @Test(arguments: QEMUMatrix.any)
  func aRestartThatIsInterruptedTellsWhatIsTrue(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let options = ["-machine", "q35", "-accel", "tcg", "-display", "none", "-m"]
      try await command.run(["start", "--name", "r", "--qemu", qemu.path, "--"] + options + ["32"])
      let apply = try await command.run(["apply", "r", "--restart", "--"] + options + ["64"]) { pid in
        // The monitor tells that powerdown was sent; the command waits from then on.
        try await Self.wait { Self.isIdle(pid) }
        kill(pid, SIGTERM)
      }
      #expect(apply.status == 128 + SIGTERM, "\(apply)")
      let status = try await command.run(["status", "r", "--format", "json"]).json["vm"]
      #expect(
        apply.output.isEmpty || apply.output.contains(", \(status?["state"]?.stringValue ?? "?")"), "\(apply)"
      )
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aCommandThatWaitsForAnotherEndsByTheFirstSignalOrInTime(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(
        launchRequest(qemu, ["-machine", "none"], state, name: "w"))
      let command = CommandUnderTest(state: state)
      let verify = try await command.run(["verify", "w", "--timeout", "10m"]) { pid in
        try await Self.wait { Self.isIdle(pid) }
        kill(pid, SIGTERM)
      }
      #expect(verify.status == 128 + SIGTERM && verify.duration < Self.soon, "\(verify)")
      let late = try await command.run(["verify", "w", "--timeout", "100ms"])
      #expect(late.status == 75, "\(late)")
      #expect(late.errors.contains("another command is working on \"w\""))
      await machine.discard()
    }
  }

  @Test func verifyOfAQEMUThatStopsAnsweringEndsAtItsTimeout() async throws {
    let qemu = try Self.silentQEMU()
    try await withCommand { command in
      let result = try await command.run(
        [
          "verify", "--socket", qemu.path, "--timeout", "1s", "--format", "json", "--", "-m", "1G", "-drive",
          "if=none",
        ])
      #expect(result.status == 4, "\(result)")
      #expect(result.duration < Self.soon, "a query of block devices alone may take 60 s")
      #expect(try result.json["vm"]?["state"] == "stuck")
      #expect(try result.json["verdict"] == "unproven")
    }
  }

  @Test func aCommandThatWaitsForAnAnswerEndsByTheFirstSignal() async throws {
    let questions = Mutex(0)
    let qemu = try Self.silentQEMU { questions.withLock { $0 += 1 } }
    try await withCommand { command in
      for (number, words) in [
        ["verify", "--socket", qemu.path, "--timeout", "10m", "--", "-m", "1G", "-drive", "if=none"],
        ["qmp", "--socket", qemu.path, "--timeout", "10m", "query-status"],
      ].enumerated() {
        let result = try await command.run(words) { pid in
          try await Self.wait { questions.withLock { $0 } > number }
          kill(pid, SIGTERM)
        }
        #expect(result.status == 128 + SIGTERM, "\(result)")
        #expect(result.duration < Self.soon)
      }
    }
  }

  /// The program hangs when it is asked something: it must not outlive the command.
  @Test(arguments: [SIGTERM, SIGINT])
  func aProgramThatIsAskedEndsWithTheCommand(signal: Int32) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "pid-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await withStandIn("echo $$ >\(file); exec sleep 1000") { program in
      try await withCommand { command in
        let result = try await command.run(["capabilities", program]) { pid in
          try await Self.wait { Self.file(file).hasSuffix("\n") }
          kill(pid, signal)
        }
        #expect(result.status == 128 + signal, "\(result)")
        #expect(result.duration < Self.soon)
        let child = try #require(Int32(Self.file(file).dropLast()))
        try await Self.wait { kill(child, 0) != 0 }
      }
    }
  }
}

extension SignalTests {
  /// A QEMU that greets, and says nothing more.
  private static func silentQEMU(asked: @escaping @Sendable () -> Void = {}) throws -> FakeQEMU {
    try FakeQEMU { monitor in
      try monitor.negotiate()
      _ = try monitor.receive()
      asked()
      try monitor.awaitHangUp()
    }
  }

  private func withPipe(_ body: (String) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    try await body(path)
  }

  /// Opens a pipe once somebody reads from it.
  private static func writer(_ path: String) async throws -> Int32 {
    while true {
      let writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if writer >= 0 { return writer }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private static func waitForEnd(of pid: Int32) async throws {
    try await wait { kill(pid, 0) != 0 || file("/proc/\(pid)/stat").contains(") Z ") }
  }

  private static func wait(for condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(10)) }
  }

  private static func file(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// A Boolean value that indicates whether all threads of a process sleep once its work has begun, or it is gone.
  private static func isIdle(_ pid: Int32) -> Bool {
    if kill(pid, 0) != 0 { return true }
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return threads.count > 1 && threads.allSatisfy { file("/proc/\(pid)/task/\($0)/stat").contains(") S ") }
  }
}
