import CLinux
import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// A start changes the record of a name once its run is certain; one that comes to nothing, or that is killed at any moment,
/// leaves the record of the run before.
@Suite struct MachineRunTests {
  let temporary: TemporaryDirectory
  let directory: MachineDirectory
  private static let bound = Duration.seconds(120)

  init() throws {
    temporary = try TemporaryDirectory()
    directory = MachineDirectory(try MachineName("web"), in: StateDirectory(path: temporary.path))
    try directory.create()
  }

  private static let gone = ProcessIdentity(
    pid: Int32.max, startTime: 1, bootID: ProcessIdentity.currentBootID ?? "")
  private let old = MachineRecord.of(gone, socket: "qmp-old.sock")
  private let new = MachineRecord.of(gone, socket: "qmp-new.sock", isStarting: true)

  private func makeFiles(of record: MachineRecord) throws {
    for name in [record.run.standardError, record.run.console, record.run.socket] {
      try makeFile(directory.file(name), name)
    }
  }

  private func files(of record: MachineRecord) -> Set<String> {
    [record.run.standardError, record.run.console, record.run.socket]
  }

  private var entries: Set<String> { Set(entryNames(of: directory.path) ?? []) }

  @Test func aRunThatCameToNothingGivesBackTheOneBefore() throws {
    try directory.write(old)
    try makeFiles(of: old)
    try directory.prepareRun()
    try makeFiles(of: new)
    try directory.write(new)
    try directory.rollBack()
    #expect(try directory.record() == old)
    #expect(entries == files(of: old).union(["vm.json"]))
  }

  @Test func aFirstRunThatCameToNothingLeavesNoDirectory() throws {
    try directory.prepareRun()
    try makeFiles(of: new)
    try directory.write(new)
    try directory.rollBack()
    #expect(fileType(directory.path) == nil)
  }

  /// A start may be killed after each of its steps.
  @Test(arguments: 0...3) func aStartThatIsKilledCostsNothingOfTheRunBefore(_ steps: Int) throws {
    try directory.write(old)
    try makeFiles(of: old)
    let begin = [directory.prepareRun, { try makeFiles(of: new) }, { try directory.write(new) }]
    for step in begin.prefix(steps) { try step() }
    #expect(try directory.record() == (steps == 3 ? new : old))
    try directory.restore()
    try directory.prepareRun()
    #expect(try directory.record() == old)
    #expect(entries == files(of: old).union(["vm.json", "previous-vm.json"]))
  }

  @Test(arguments: [nil, "qmp-new.sock", "qmp-other.sock"])
  func aRunWhoseStartIsCompleteStaysUnlessItIsNamed(_ socket: String?) throws {
    var complete = new
    complete.isStarting = false
    try directory.write(old)
    try directory.prepareRun()
    try directory.write(complete)
    try directory.rollBack(socket.flatMap { RunFiles(file: $0) })
    #expect(try directory.record() == (socket == complete.socket ? old : complete))
  }

  @Test func theEndOfAnInterruptedStartGivesBackTheRunBefore() throws {
    try directory.write(old)
    try directory.prepareRun()
    try directory.write(new)
    _ = try directory.recordEnding(
      of: new.process, by: .kill, end: .signalled(9, coreDumped: false))
    #expect(try directory.record() == old)
  }

  @Test func anInterruptedStartIsToldAsTheRunBefore() async throws {
    try directory.write(old)
    try directory.prepareRun()
    try directory.write(new)
    let state = StateDirectory(path: temporary.path)
    #expect(try await MachineStatus.read(directory.name, in: state).record.socket == old.socket)
    try directory.restore()
    #expect(try directory.record() == old)
  }

  /// QEMU holds the lock of its log, wherever it runs.
  @Test func aRunIsInUseWhileItsLogIsLockedOrItsSocketIsListenedOn() async throws {
    #expect(!directory.isInUse(new.run))
    do {
      let log = try Descriptor.open(directory.file(new.run.standardError), O_WRONLY | O_CREAT, mode: 0o600)
      #expect(!directory.isInUse(new.run))
      _ = try checked(clinux_lock(log.number), "lock")
      #expect(directory.isInUse(new.run))
    }
    #expect(!directory.isInUse(new.run))
    let listener = try UnixSocketPath(directory: directory.path, name: new.run.socket).listen()
    #expect(directory.isInUse(new.run))
    _ = consume listener
    #expect(!directory.isInUse(new.run))
  }
}
