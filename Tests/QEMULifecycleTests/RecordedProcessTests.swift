import CLinux
import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// A process is the recorded one where all that is recorded of it is true now, and no other is ever signalled.
@Suite struct RecordedProcessTests {
  let temporary: TemporaryDirectory
  let state: StateDirectory
  let directory: MachineDirectory
  private static let bound = Duration.seconds(120)
  private static let command = ["/bin/sleep", "1000"]

  init() throws {
    temporary = try TemporaryDirectory()
    state = StateDirectory(path: temporary.path)
    directory = MachineDirectory(try MachineName("web"), in: state)
    try directory.create()
  }

  private func withProcess(_ body: (ChildProcess) async throws -> Void) async throws {
    let process = try ChildProcess.spawn(
      Self.command[0], Array(Self.command.dropFirst()), environment: [], passing: [])
    defer { try? process.send(signal: SIGKILL) }
    try await body(process)
    #expect(process.end == nil, "it was signalled")
  }

  private func code(_ record: MachineRecord) -> LifecycleError.Code? {
    do throws(LifecycleError) {
      return try RecordedProcess.find(record, in: directory) == nil ? .notRunning : nil
    } catch {
      return error.code
    }
  }

  @Test func aProcessThatRunsTheRecordedCommandIsProved() async throws {
    try await withProcess { process in
      #expect(code(.of(process.identity, command: Self.command)) == nil)
    }
  }

  @Test(arguments: [["/bin/sleep", "999"], ["/bin/sleep"], ["/usr/bin/env", "1000"], ["sleep", "1000"]])
  func aProcessOfAnotherCommandIsForeignAndUntouched(_ command: [String]) async throws {
    try await withProcess { process in
      // It is executed: the kernel shows its command line a moment later.
      while readProcText("/proc/\(process.pid)/cmdline")?.isEmpty ?? true { await Task.yield() }
      let record = MachineRecord.of(process.identity, command: command)
      try directory.write(record)
      #expect(code(record) == .foreign)
      #expect(try await MachineStatus.read(directory.name, in: state).state == .foreign)
      let kill = await #expect(throws: LifecycleError.self) {
        try await VirtualMachine.kill(directory.name, in: state)
      }
      let adopt = await #expect(throws: LifecycleError.self) {
        try await VirtualMachine.adopt(directory.name, in: state)
      }
      let remove = await #expect(throws: LifecycleError.self) {
        try await VirtualMachine.remove(directory.name, in: state)
      }
      #expect([kill?.code, adopt?.code, remove?.code] == [.foreign, .foreign, .foreign])
      #expect(try directory.record() == record)
    }
  }

  @Test func aProcessThatWritesTheLogIsProved() async throws {
    let log = try Descriptor.open(directory.file("stderr-1.log"), O_WRONLY | O_CREAT, mode: 0o600)
    let process = try ChildProcess.spawn(
      "/bin/sleep", ["1000"], environment: [], passing: [.init(log.number, as: 2)])
    defer { try? process.send(signal: SIGKILL) }
    #expect(code(.of(process.identity, command: ["/bin/wrapper"])) == nil)
    #expect(code(.of(process.identity, socket: "qmp-2.sock", command: ["/bin/wrapper"])) == .foreign)
  }

  @Test func aProcessThatListensOnTheSocketIsProved() async throws {
    let record = MachineRecord.of(
      try #require(ProcessIdentity(reading: getpid())), command: ["/bin/other"])
    #expect(code(record) == .foreign)
    let listener = try UnixSocketPath(directory: directory.path, name: record.socket).listen()
    #expect(code(record) == nil)
    _ = consume listener
  }

  /// In another PID namespace, or after a boot that was not ours, its process cannot be seen.
  @Test(
    arguments: [(boot: "another", namespaces: nil), (boot: nil, namespaces: "pid:[1] time:[1]")]
      as [(String?, String?)])
  func whatRunsWhereItCannotBeSeenIsUnknownWhileItsFilesAreInUse(boot: String?, namespaces: String?)
    async throws
  {
    try await withProcess { process in
      let here = process.identity
      let elsewhere = ProcessIdentity(
        pid: here.pid, startTime: here.startTime, bootID: boot ?? here.bootID, namespaces: namespaces)
      let record = MachineRecord.of(elsewhere, command: Self.command)
      try directory.write(record)
      #expect(code(record) == .notRunning)
      let log = try Descriptor.open(directory.file(record.run.standardError), O_WRONLY | O_CREAT, mode: 0o600)
      _ = try checked(clinux_lock(log.number), "lock")
      #expect(code(record) == .unproven)
      #expect(try await MachineStatus.read(directory.name, in: state).state == .unknown)
      let error = await #expect(throws: LifecycleError.self) {
        try await VirtualMachine.kill(directory.name, in: state)
      }
      #expect(error?.code == .unproven)
    }
  }
}
