import CLinux
import Glibc
import QMP
import Testing

@testable import QEMULifecycle

/// A start changes the record of a name once its run is certain; one that comes to nothing, or that is killed at any moment,
/// leaves the record of the run before.
@Suite struct MachineRunTests {
  let temporary: TemporaryFolder
  let folder: MachineFolder
  private static let bound = Duration.seconds(120)

  init() throws {
    temporary = try TemporaryFolder()
    folder = MachineFolder(try MachineName("web"), in: StateDirectory(path: temporary.path))
    try folder.create()
  }

  private static let gone = ProcessIdentity(
    pid: Int32.max, startTime: 1, bootID: ProcessIdentity.currentBootID ?? "")
  private let old = MachineRecord.of(gone, socket: "qmp-old.sock")
  private let new = MachineRecord.of(gone, socket: "qmp-new.sock", isStarting: true)

  private func makeFiles(of record: MachineRecord) throws {
    for name in [record.run.standardError, record.run.console, record.run.socket] {
      try makeFile(folder.file(name), name)
    }
  }

  private func files(of record: MachineRecord) -> Set<String> {
    [record.run.standardError, record.run.console, record.run.socket]
  }

  private var entries: Set<String> { Set(entryNames(of: folder.path) ?? []) }

  @Test func aRunThatCameToNothingGivesBackTheOneBefore() throws {
    try folder.write(old)
    try makeFiles(of: old)
    try folder.prepareRun()
    try makeFiles(of: new)
    try folder.write(new)
    try folder.rollBack()
    #expect(try folder.record() == old)
    #expect(entries == files(of: old).union(["vm.json"]))
  }

  @Test func aFirstRunThatCameToNothingLeavesNoDirectory() throws {
    try folder.prepareRun()
    try makeFiles(of: new)
    try folder.write(new)
    try folder.rollBack()
    #expect(fileType(folder.path) == nil)
  }

  /// A start may be killed after each of its steps.
  @Test(arguments: 0...3) func aStartThatIsKilledCostsNothingOfTheRunBefore(_ steps: Int) throws {
    try folder.write(old)
    try makeFiles(of: old)
    let begin = [folder.prepareRun, { try makeFiles(of: new) }, { try folder.write(new) }]
    for step in begin.prefix(steps) { try step() }
    #expect(try folder.record() == (steps == 3 ? new : old))
    try folder.restore()
    try folder.prepareRun()
    #expect(try folder.record() == old)
    #expect(entries == files(of: old).union(["vm.json", "previous-vm.json"]))
  }

  @Test(arguments: [nil, "qmp-new.sock", "qmp-other.sock"])
  func aRunWhoseStartIsCompleteStaysUnlessItIsNamed(_ socket: String?) throws {
    var complete = new
    complete.isStarting = false
    try folder.write(old)
    try folder.prepareRun()
    try folder.write(complete)
    try folder.rollBack(socket.flatMap { RunFiles(file: $0) })
    #expect(try folder.record() == (socket == complete.socket ? old : complete))
  }

  @Test func theEndOfAnInterruptedStartGivesBackTheRunBefore() throws {
    try folder.write(old)
    try folder.prepareRun()
    try folder.write(new)
    _ = try folder.noteEnding(
      of: new.process, reason: "stopped by kill", end: .signalled(9, coreDumped: false))
    #expect(try folder.record() == old)
  }

  @Test func anInterruptedStartIsToldAsTheRunBefore() async throws {
    try folder.write(old)
    try folder.prepareRun()
    try folder.write(new)
    let state = StateDirectory(path: temporary.path)
    #expect(try await MachineStatus.read(folder.name, in: state).record.socket == old.socket)
    try folder.restore()
    #expect(try folder.record() == old)
  }

  /// QEMU holds the lock of its log, wherever it runs.
  @Test func aRunIsInUseWhileItsLogIsLockedOrItsSocketIsListenedOn() async throws {
    #expect(!folder.isInUse(new.run))
    do {
      let log = try Descriptor.open(folder.file(new.run.standardError), O_WRONLY | O_CREAT, mode: 0o600)
      #expect(!folder.isInUse(new.run))
      _ = try checked(clinux_lock(log.number), "lock")
      #expect(folder.isInUse(new.run))
    }
    #expect(!folder.isInUse(new.run))
    let listener = try UnixSocketPath(folder: folder.path, name: new.run.socket).listen()
    #expect(folder.isInUse(new.run))
    _ = consume listener
    #expect(!folder.isInUse(new.run))
  }
}
