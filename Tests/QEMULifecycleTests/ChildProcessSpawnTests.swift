import CLinux
import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// Tests of the arguments and descriptors of a started program, and of a start that fails.
@Suite struct ChildProcessSpawnTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func end(of script: String, _ arguments: [String] = []) async throws -> ProcessEnd? {
    try await Shell(script, arguments).process.waitForEnd(within: Shell.bound)
  }

  @Test(arguments: ["", "a b", "a\"b", "-x", "é\n", "$HOME"])
  func argumentsArriveAsTheyAre(_ word: String) async throws {
    let script = "[ $# = 3 ] && [ \"$1\" = first ] && [ \"$2\" = \"$3\" ] && printf '%s' \"$2\" | wc -c"
    let shell = try Shell(script, ["first", word, word])
    #expect(try shell.readLine() == "\(word.utf8.count)")
    #expect(await shell.process.waitForEnd(within: Shell.bound) == .exited(code: 0))
  }

  @Test func theEnvironmentIsWhatWasGivenAndNoMore() async throws {
    let process = try ChildProcess.spawn(
      "/bin/sh", ["-c", "[ \"$A\" = 'b c' ] && [ -z \"${HOME+x}\" ]"], environment: ["A=b c"], passing: [])
    #expect(getenv("HOME") != nil, "this process has one to keep back")
    #expect(await process.waitForEnd(within: Shell.bound) == .exited(code: 0))
  }

  @Test func aProgramHasASessionOfItsOwn() async throws {
    let process = try Shell.sleeping()
    #expect(getsid(process.pid) == process.pid)
    #expect(getpgid(process.pid) == process.pid)
    _ = try await process.kill()
  }

  static let failures: [(program: String, number: Int32)] = [
    ("missing", ENOENT), ("missing/program", ENOENT), ("plain", EACCES), ("directory", EACCES),
    ("empty", ENOEXEC), ("plain/program", ENOTDIR),
  ]

  @Test(arguments: failures)
  func whatCannotBeExecutedIsToldByItsName(_ row: (program: String, number: Int32)) throws {
    try makeFile(directory.file("plain"), "#!/bin/sh\n", mode: 0o600)
    try makeFile(directory.file("empty"), mode: 0o700)
    try makeDirectory(directory.file("directory"))
    let program = directory.file(row.program)
    let error = #expect(throws: SystemError.self) {
      _ = try ChildProcess.spawn(program, [], environment: [], passing: [])
    }
    #expect(error?.number == row.number)
    #expect(error?.operation == "execute \"\(program)\"")
  }

  @Test func aDescriptorThatIsNotOpenIsNotPassed() {
    let error = #expect(throws: SystemError.self) {
      _ = try ChildProcess.spawn("/bin/sh", [], environment: [], passing: [.init(-1, as: 3)])
    }
    #expect(error?.number == EBADF)
  }
}

/// Each in a process of its own, which no other test opens descriptors or starts programs in.
@Suite struct ChildProcessLeakTests {
  @Test func aProgramIsPassedItsDescriptorsAndNoOthers() async {
    await #expect(processExitsWith: .success) {
      let null = try Descriptor.open("/dev/null", O_RDONLY)
      // Not marked to be closed, as those of a library may be.
      let stray = Descriptor(owning: fcntl(null.number, F_DUPFD, 200))
      let script = "[ -e /proc/self/fd/5 ] && ! [ -e /proc/self/fd/\(stray.number) ]"
      let process = try ChildProcess.spawn(
        "/bin/sh", ["-c", script], environment: [], passing: [.init(null.number, as: 5)])
      #expect(await process.waitForEnd(within: Shell.bound) == .exited(code: 0))
      #expect(fcntl(stray.number, F_GETFD) == 0)
    }
  }

  /// The numbers that they are to have are those that copies of them are given first.
  @Test func descriptorsThatChangePlacesArriveInTheRightOne() async {
    await #expect(processExitsWith: .success) {
      let zero = try Descriptor.open("/dev/zero", O_RDONLY)
      let null = try Descriptor.open("/dev/null", O_RDONLY)
      let free = [fcntl(null.number, F_DUPFD, 3), fcntl(null.number, F_DUPFD, 3)]
      for number in free { close(number) }
      let script =
        "[ /proc/self/fd/\(free[0]) -ef /dev/null ] && [ /proc/self/fd/\(free[1]) -ef /dev/zero ]"
      let process = try ChildProcess.spawn(
        "/bin/sh", ["-c", script], environment: [],
        passing: [.init(zero.number, as: free[1]), .init(null.number, as: free[0])])
      #expect(await process.waitForEnd(within: Shell.bound) == .exited(code: 0))
    }
  }

  @Test func aProgramHasAllSignalsAtTheirDefaults() async {
    await #expect(processExitsWith: .success) {
      signal(SIGTERM, SIG_IGN)
      var blocked = sigset_t()
      sigemptyset(&blocked)
      sigaddset(&blocked, SIGTERM)
      pthread_sigmask(SIG_BLOCK, &blocked, nil)
      let process = try Shell.sleeping()
      try process.send(signal: SIGTERM)
      #expect(await process.waitForEnd(within: Shell.bound) == .signalled(SIGTERM, coreDumped: false))
    }
  }

  @Test func noDescriptorAndNoChildIsLeftHoweverAProcessEnds() async {
    await #expect(processExitsWith: .success) {
      try await ChildProcessLeakTests.startAndEndAll()
      let before = openDescriptors()
      for _ in 0..<5 { try await ChildProcessLeakTests.startAndEndAll() }
      #expect(openDescriptors() == before)
      #expect(!hasChildren())
    }
  }

  private static func startAndEndAll() async throws {
    for script in ["exit 3", "kill -9 $$"] {
      let shell = try Shell(script)
      _ = await shell.process.waitForEnd(within: Shell.bound)
      #expect(try ChildProcess.adopt(shell.process.identity) == nil)
    }
    let process = try Shell.sleeping()
    let adopted = try ChildProcess.adopt(process.identity)
    #expect(await adopted?.waitForEnd(within: .zero) == nil)
    // The task keeps the process, and its descriptor, until it ends.
    let waiting = Task.immediate { _ = await process.waitForEnd() }
    waiting.cancel()
    await waiting.value
    #expect(throws: SystemError.self) {
      try ChildProcess.spawn("/missing", [], environment: [], passing: [.init(0, as: 0)])
    }
    _ = try await process.kill()
    await visitEventLoop()
  }

  @Test func aChildThatNobodyHoldsAnyLongerIsReaped() async {
    await #expect(processExitsWith: .success) {
      let pid = try Shell.sleeping().pid
      await visitEventLoop()
      let handle = Descriptor(owning: try checked(clinux_pidfd_open(pid), "pidfd_open"))
      #expect(kill(pid, SIGKILL) == 0)
      var ended = pollfd(fd: handle.number, events: Int16(POLLIN), revents: 0)
      #expect(poll(&ended, 1, 30_000) == 1)
      await letEventLoopSeeEvents()
      #expect(!hasChildren())
    }
  }

  /// A process that nobody can hold would run on unseen.
  @Test func aProgramThatCannotBeHeldIsEndedAgain() async {
    await #expect(processExitsWith: .success) {
      let error = try withoutFreeDescriptors {
        #expect(throws: SystemError.self) { _ = try Shell.sleeping() }
      }
      #expect(error?.operation.hasPrefix("execute") == false, "it was started")
      #expect(!hasChildren())
    }
  }
}

/// Takes every descriptor that this process may have, for as long as the body runs.
private func withoutFreeDescriptors<Result>(_ body: () throws -> Result) throws -> Result {
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  var before = rlimit()
  getrlimit(resource, &before)
  var limit = rlimit(rlim_cur: 64, rlim_max: before.rlim_max)
  if setrlimit(resource, &limit) != 0 { throw SystemError(errno, "setrlimit") }
  defer { setrlimit(resource, &before) }
  var taken: [Int32] = []
  defer { for number in taken { close(number) } }
  while case let number = open("/dev/null", O_RDONLY), number >= 0 { taken.append(number) }
  return try body()
}
