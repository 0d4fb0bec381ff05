import Glibc
import QEMUJSON
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// The record in a directory, and how the end of its run comes into it.
@Suite struct MachineDirectoryRecordTests {
  let temporary: TemporaryDirectory
  let directory: MachineDirectory
  private let process = MachineRecord.sample.process
  private let later = ProcessIdentity(pid: 4711, startTime: 816, bootID: "boot")

  init() throws {
    temporary = try TemporaryDirectory()
    directory = MachineDirectory(try MachineName("web"), in: StateDirectory(path: temporary.path))
    try directory.create()
  }

  private var recordFile: String { directory.file(MachineDirectory.recordFile) }

  @Test func aRecordIsReadAsItWasWritten() throws {
    try directory.write(.sample)
    #expect(try directory.record() == .sample)
    #expect(permissions(recordFile) == 0o600)
  }

  @Test func aDirectoryWithoutARecordHasNone() throws {
    #expect(try directory.recordIfAny() == nil)
    let error = #expect(throws: LifecycleError.self) { try directory.record() }
    #expect(error?.code == .noSuchMachine)
    #expect(error?.summary.contains("\"web\"") == true)
  }

  @Test(arguments: ["", "{", "[]", "{\"name\":\"web\"}", "\u{FEFF}"])
  func aRecordThatIsNoneIsAnError(_ text: String) throws {
    try makeFile(recordFile, text)
    try expectUnreadable()
  }

  /// Such a directory was moved here by hand: its process is not this name's.
  @Test func aRecordOfAnotherNameIsAnError() throws {
    try makeFile(recordFile, MachineRecord.sample.json.serialized().replacing("\"web\"", with: "\"db\""))
    try expectUnreadable()
  }

  @Test func whatStandsInARecordsPlaceIsAnErrorAndNoneIsMissing() throws {
    try makeDirectory(recordFile)
    try expectUnreadable()
    rmdir(recordFile)
    mkfifo(recordFile, 0o600)
    try expectUnreadable()
    unlink(recordFile)
    symlink("elsewhere", recordFile)
    try expectUnreadable()
  }

  private func expectUnreadable() throws {
    for read in [directory.record, directory.recordIfAny] as [() throws -> MachineRecord?] {
      let error = #expect(throws: LifecycleError.self) { _ = try read() }
      #expect(error?.code == .stateUnusable)
      #expect(error.map { "\($0.summary) \($0.evidence)".contains("vm.json") } == true)
    }
  }

  @Test func aRecordThatCannotBeWrittenIsToldWithItsDirectory() {
    directory.remove()
    let error = #expect(throws: LifecycleError.self) { try directory.write(.sample) }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary.contains(directory.path) == true)
  }

  struct Note: Sendable {
    let step: ShutdownPolicy.Step?
    let end: ProcessEnd
  }

  /// The notes about an exit, with the resulting cause: the command that terminated QEMU knows the cause, but only the
  /// parent knows the exit status.
  static let halves: [(notes: [Note], cause: MachineRecord.Ending.Cause)] = [
    (
      [Note(step: .quit, end: .unknown), Note(step: nil, end: .exited(code: 3))],
      .stop(.quit)
    ),
    (
      [Note(step: nil, end: .exited(code: 3)), Note(step: .quit, end: .unknown)],
      .stop(.quit)
    ),
    (
      [Note(step: nil, end: .unknown), Note(step: nil, end: .exited(code: 3))],
      .unrequested
    ),
    (
      [Note(step: nil, end: .exited(code: 3)), Note(step: nil, end: .unknown)],
      .unrequested
    ),
    ([Note(step: .quit, end: .exited(code: 3))], .stop(.quit)),
    ([Note(step: nil, end: .exited(code: 3))], .unrequested),
  ]

  @Test(arguments: halves)
  func bothHalvesOfAnEndingStandWhicheverComesFirst(_ row: (notes: [Note], cause: MachineRecord.Ending.Cause))
    throws
  {
    try directory.write(.sample)
    var told: MachineRecord.Ending?
    for note in row.notes {
      told = try directory.recordEnding(of: process, by: note.step, end: note.end)
    }
    let written = try directory.record().ending
    #expect(written?.cause == row.cause)
    #expect(written?.end == .exited(code: 3))
    #expect(told == written)
  }

  @Test func whereNobodyKnowsHowItEndedThatIsWrittenDown() throws {
    try directory.write(.sample)
    _ = try directory.recordEnding(of: process, by: nil, end: .unknown)
    #expect(try directory.record().ending?.end == .unknown)
  }

  @Test func anEndingKeepsTheLastWordsAndRemovesTheSocket() throws {
    try directory.write(.sample)
    try makeFile(
      directory.file(MachineRecord.sample.run.standardError), (1...30).map { "line \($0)\n" }.joined())
    for name in [MachineRecord.sample.socket, "qmp-2.sock"] { try makeFile(directory.file(name)) }
    let ending = try directory.recordEnding(of: process, by: nil, end: .exited(code: 1))
    #expect(ending.text == (11...30).map { "line \($0)" }.joined(separator: "\n"))
    #expect(fileType(directory.file(MachineRecord.sample.socket)) == nil)
    #expect(fileType(directory.file("qmp-2.sock")) == S_IFREG)
  }

  @Test func aRecordOfALaterRunIsNotTouched() throws {
    let ended = MachineRecord.Ending(
      cause: .stop(.kill), end: .signalled(9, coreDumped: false), text: "")
    for ending in [nil, ended] {
      try directory.write(.of(later, socket: "qmp-2.sock", ending: ending))
      try makeFile(directory.file("qmp-2.sock"))
      let before = temporary.contents()
      let told = try directory.recordEnding(of: process, by: nil, end: .unknown)
      #expect(temporary.contents() == before)
      #expect(
        told.cause == .unrequested && told.end == .unknown,
        "the later run's ending is not its own")
    }
  }

  @Test func theEndingOfARunWithoutARecordIsAnError() {
    let error = #expect(throws: LifecycleError.self) {
      try directory.recordEnding(of: process, by: nil, end: .unknown)
    }
    #expect(error?.code == .noSuchMachine)
  }
}
