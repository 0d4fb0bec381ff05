import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// Tests of the exit of a process, its report, and the signals to the process.
@Suite struct ChildProcessTests {
  static let ends: [(script: String, end: ProcessEnd)] = [
    ("exit 0", .exited(code: 0)), ("exit 3", .exited(code: 3)), ("exit 255", .exited(code: 255)),
    ("kill -9 $$", .signalled(9, coreDumped: false)), ("kill -15 $$", .signalled(15, coreDumped: false)),
    ("kill -1 $$", .signalled(1, coreDumped: false)), ("exec /bin/sh -c 'exit 4'", .exited(code: 4)),
  ]

  @Test(arguments: ends)
  func theEndOfAProcessIsToldExactly(_ row: (script: String, end: ProcessEnd)) async throws {
    let shell = try Shell("read go; \(row.script)")
    #expect(shell.process.end == nil, "it waits")
    try shell.write("go\n")
    #expect(await shell.process.waitForEnd(within: Shell.bound) == row.end)
    #expect(shell.process.end == row.end)
    #expect(await shell.process.waitForEnd(within: .zero) == row.end, "it stays told")
  }

  @Test func allWhoWaitAreTold() async throws {
    let process = try Shell.sleeping()
    let waiting = (0..<5).map { _ in
      Task.immediate { await process.waitForEnd(within: Shell.bound) }
    }
    await visitEventLoop()
    let end = try await process.kill()
    #expect(end == .signalled(SIGKILL, coreDumped: false))
    for task in waiting { #expect(await task.value == end) }
  }

  @Test(arguments: [Duration.zero, .milliseconds(1), .seconds(-1)])
  func aDeadlineThatPassesGivesNothing(_ timeout: Duration) async throws {
    let process = try Shell.sleeping()
    #expect(await process.waitForEnd(within: timeout) == nil)
    #expect(process.end == nil && kill(process.pid, 0) == 0)
    #expect(try await process.kill() == .signalled(SIGKILL, coreDumped: false))
  }

  /// The process ends after the cancellation: a wait that did not heed it would tell that.
  @Test func aWaitThatIsCancelledGivesNothingAndLeavesTheProcess() async throws {
    let process = try Shell.sleeping()
    let waiting = Task.immediate { await process.waitForEnd() }
    await visitEventLoop()
    waiting.cancel()
    #expect(process.end == nil && kill(process.pid, 0) == 0)
    let end = try await process.kill()
    #expect(await waiting.value == nil)
    #expect(end == .signalled(SIGKILL, coreDumped: false))
  }

  @Test func aSignalReachesTheProcess() async throws {
    let shell = try Shell("trap 'exit 7' TERM; echo ready; while :; do read go; done")
    #expect(try shell.readLine() == "ready")
    try shell.process.send(signal: SIGTERM)
    // One shell heeds the signal at once and is gone, another when it has read a line.
    try? shell.write("go\n")
    #expect(await shell.process.waitForEnd(within: Shell.bound) == .exited(code: 7))
  }

  @Test(arguments: [SIGTERM, SIGKILL, 0])
  func aSignalToAnEndedProcessDoesNothing(_ number: Int32) async throws {
    let process = try Shell.sleeping()
    _ = try await process.kill()
    try process.send(signal: number)
  }

  @Test func aSignalThatIsNoneIsToldWithTheProcess() async throws {
    let process = try Shell.sleeping()
    let error = #expect(throws: SystemError.self) { try process.send(signal: 4711) }
    #expect(error?.description == "signal 4711 to process \(process.pid): Invalid argument")
    _ = try await process.kill()
  }

  static let descriptions: [(end: ProcessEnd, text: String)] = [
    (.exited(code: 0), "exit status 0"), (.exited(code: 255), "exit status 255"),
    (.signalled(9, coreDumped: false), "signal 9 (SIGKILL)"),
    (.signalled(6, coreDumped: true), "signal 6 (SIGABRT), core dumped"),
    (.signalled(64, coreDumped: false), "signal 64"), (.unknown, "exit status unknown"),
  ]

  @Test(arguments: descriptions)
  func anEndIsToldInWords(_ row: (end: ProcessEnd, text: String)) {
    #expect(row.end.description == row.text)
  }
}
