import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// Commands that wait for each other judge the record that is there when it is their turn.
@Suite struct RecordRaceTests {
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

  /// A process that has ended, and one that runs.
  private func ended() async throws -> ProcessIdentity {
    let process = try ChildProcess.spawn("/bin/true", [], environment: [], passing: [])
    _ = await process.waitForEnd(within: Self.bound)
    return process.identity
  }

  private func withRunningProcess(_ body: (ChildProcess) async throws -> Void) async throws {
    let process = try ChildProcess.spawn(
      Self.command[0], Array(Self.command.dropFirst()), environment: [], passing: [])
    do {
      try await body(process)
    } catch {
      try process.send(signal: SIGKILL)
      throw error
    }
    try process.send(signal: SIGKILL)
    #expect(await process.waitForEnd(within: Self.bound) != nil)
  }

  @Test func aRemovalThatWaitedLeavesARunThatBeganMeanwhile() async throws {
    try directory.write(.of(try await ended()))
    try await withRunningProcess { process in
      var lock: SharedDescriptor? = try await directory.lock(within: .zero)
      let removal = Task.immediate { [directory, state] in
        try await VirtualMachine.remove(directory.name, in: state)
      }
      try directory.write(.of(process.identity, command: Self.command))
      lock = nil
      withExtendedLifetime(lock) {}
      let error = await #expect(throws: LifecycleError.self) { try await removal.value }
      #expect(error?.code == .alreadyRunning)
      #expect(try directory.record().process == process.identity)
    }
  }

  @Test func theEndOfAnEarlierRunIsNotWrittenIntoTheRecordOfANewOne() async throws {
    let old = try await ended()
    try directory.write(.of(old))
    try await withRunningProcess { process in
      var lock: SharedDescriptor? = try await directory.lock(within: .zero)
      let note = Task.immediate { [directory] in
        try await VirtualMachine.note(.exited(code: 0), of: old, by: .quit, in: directory)
      }
      #expect(try directory.record().ending == nil)
      try directory.write(.of(process.identity, command: Self.command))
      lock = nil
      withExtendedLifetime(lock) {}
      try await note.value
      #expect(try directory.record() == .of(process.identity, command: Self.command))
    }
  }

  @Test func anEndIsWrittenOnceTheLockIsFree() async throws {
    let old = try await ended()
    try directory.write(.of(old))
    try await VirtualMachine.note(.exited(code: 3), of: old, by: .quit, in: directory)
    #expect(try directory.record().ending?.end == .exited(code: 3))
  }

  /// A command that waits for the lock finds no file of the removed run, and its record is not removed.
  @Test func theLockIsRemovedLast() async throws {
    for number in 1...40 {
      let log = directory.file("stderr-\(number).log")
      _ = try Descriptor.open(log, O_WRONLY | O_CREAT, mode: 0o600).number
    }
    try directory.write(.of(try await ended()))
    withExtendedLifetime(try await directory.lock(within: .zero)) {}
    let watch = Descriptor(owning: try checked(inotify_init1(0), "watch"))
    _ = try checked(inotify_add_watch(watch.number, directory.path, UInt32(IN_DELETE)), "watch")
    directory.remove()
    #expect(names(removedSeenBy: watch).filter { !$0.isEmpty }.last == "lock")
  }

  private func names(removedSeenBy watch: borrowing Descriptor) -> [String] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(watch.number, &bytes, bytes.count)
    var (names, place) = ([String](), 0)
    while place + 16 <= count {
      let length = Int(bytes[place + 12]) | Int(bytes[place + 13]) << 8
      names.append(
        String(decoding: bytes[(place + 16)..<(place + 16 + length)].prefix { $0 != 0 }, as: UTF8.self))
      place += 16 + length
    }
    return names
  }
}
