import CLinux
import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// A recorded process is found again by what names it for good, and no other is taken for it.
@Suite struct ChildProcessAdoptTests {
  @Test func aProcessIsAdoptedByItsIdentity() async throws {
    let process = try Shell.sleeping()
    let adopted = try #require(try ChildProcess.adopt(process.identity))
    #expect(adopted.identity == process.identity && adopted.pid == process.pid)
    try adopted.send(signal: SIGTERM)
    let ends = [
      await process.waitForEnd(within: Shell.bound), await adopted.waitForEnd(within: Shell.bound),
    ]
    // Of two who hold a child one reaps it; the other asks the kernel, and an older one does not tell.
    let exact = ProcessEnd.signalled(SIGTERM, coreDumped: false)
    #expect(ends.contains(exact))
    #expect(ends.allSatisfy { $0 == exact || $0 == .unknown })
  }

  @Test func aProcessThatIsNoChildIsAdoptedAndEnded() async throws {
    let shell = try Shell("sleep 3600 & echo $!; wait $!")
    let pid = try #require(Int32(try shell.readLine()))
    let identity = try #require(ProcessIdentity(reading: pid))
    let adopted = try #require(try ChildProcess.adopt(identity))
    #expect(await adopted.waitForEnd(within: .zero) == nil)
    try adopted.send(signal: SIGTERM)
    let end = await adopted.waitForEnd(within: Shell.bound)
    #expect(end == .signalled(SIGTERM, coreDumped: false) || end == .unknown)
    #expect(await shell.process.waitForEnd(within: Shell.bound) == .exited(code: 128 + SIGTERM))
  }

  static let endings: [(script: String, end: ProcessEnd)] = [
    ("exit 33", .exited(code: 33)), ("exit 0", .exited(code: 0)),
    ("kill -9 $(sh -c 'echo $PPID')", .signalled(SIGKILL, coreDumped: false)),
  ]

  @Test(arguments: endings)
  func anAdoptedProcessThatNobodyReapsTellsHowItEnded(script: String, end: ProcessEnd) async throws {
    // The parent becomes a program that reaps nobody.
    let shell = try Shell("exec 3<&0; (read line <&3; \(script)) & echo $!; exec sleep 3600")
    let pid = try #require(Int32(try shell.readLine()))
    let identity = try #require(ProcessIdentity(reading: pid))
    let adopted = try #require(try ChildProcess.adopt(identity))
    // Until then the parent is a shell, which may reap.
    while readProcText("/proc/\(shell.process.pid)/comm") != "sleep\n" { await Task.yield() }
    try shell.write("\n")
    #expect(await adopted.waitForEnd(within: Shell.bound) == end)
    #expect(ProcessEnd(ofZombie: identity) == end)
    _ = try await shell.process.kill()
  }

  @Test(arguments: [
    (0x2100, "exit status 33"), (0x86, "signal 6 (SIGABRT), core dumped"), (0xF, "signal 15 (SIGTERM)"),
  ])
  func aStatusOfWaitIsTakenApart(status: Int32, words: String) {
    #expect(ProcessEnd(waitStatus: status).description == words)
  }

  @Test func aProcessThatHasThePidOfAnotherIsNotAdoptedAndLivesOn() async throws {
    let process = try Shell.sleeping()
    let (pid, time, boot) = (process.pid, process.identity.startTime, process.identity.bootID)
    for other in [
      ProcessIdentity(pid: pid, startTime: time + 1, bootID: boot),
      ProcessIdentity(pid: pid, startTime: time - 1, bootID: boot),
      ProcessIdentity(pid: pid, startTime: 0, bootID: boot),
      ProcessIdentity(pid: pid, startTime: time, bootID: "an earlier boot"),
    ] {
      #expect(try ChildProcess.adopt(other) == nil)
    }
    #expect(process.end == nil)
    #expect(try await process.kill() == .signalled(SIGKILL, coreDumped: false))
  }

  @Test func aProcessThatHasEndedIsNotAdopted() async throws {
    let process = try Shell.sleeping()
    _ = try await process.kill()
    #expect(try ChildProcess.adopt(process.identity) == nil)
  }

  @Test func aProcessThatIsNotReapedYetIsNotAdopted() throws {
    let pid = try spawnUnheld()
    let identity = try #require(ProcessIdentity(reading: pid))
    var info = siginfo_t()
    kill(pid, SIGKILL)
    #expect(waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == 0)
    #expect(ProcessStat(pid: pid)?.isZombie == true)
    #expect(try ChildProcess.adopt(identity) == nil)
    #expect(waitpid(pid, nil, 0) == pid)
  }

  /// Starts a child that no event loop reaps.
  private func spawnUnheld() throws -> Int32 {
    var argv = [strdup("/bin/sleep"), strdup("3600"), nil]
    defer { for word in argv { free(word) } }
    return try checked(clinux_spawn("/bin/sleep", &argv, environ, nil, 0, false), "spawn")
  }

  /// 2^31 - 1 is above every pid that Linux gives.
  @Test(arguments: [0, -1, Int32.min, Int32.max])
  func aPidThatNoProcessHasIsNotAdopted(_ pid: Int32) throws {
    let boot = try #require(ProcessIdentity.currentBootID)
    #expect(try ChildProcess.adopt(ProcessIdentity(pid: pid, startTime: 1, bootID: boot)) == nil)
  }

  /// Threads have their numbers from where processes have theirs.
  @Test func aPidThatAThreadHasNowIsNotAdopted() async throws {
    await visitEventLoop()
    let boot = try #require(ProcessIdentity.currentBootID)
    let threads = (entryNames(of: "/proc/self/task") ?? []).compactMap { Int32($0) }
    let thread = try #require(threads.sorted().first { $0 != getpid() })
    #expect(try ChildProcess.adopt(ProcessIdentity(pid: thread, startTime: 1, bootID: boot)) == nil)
  }
}
