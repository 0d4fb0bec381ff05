import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// The directory of one virtual machine: what is not ours in it, or in its place, is never touched.
@Suite struct MachineDirectoryTests {
  let temporary: TemporaryDirectory
  let directory: MachineDirectory

  init() throws {
    temporary = try TemporaryDirectory()
    directory = MachineDirectory(try MachineName("web"), in: StateDirectory(path: temporary.path))
  }

  /// The files that a run can create.
  static let ours = [
    "vm.json", "previous-vm.json", "lock", "stderr-1x2y3z.log", "console-1x2y3z.log", "kvm-calls-1x2y3z.log",
    "qmp-1x2y3z.sock", "vm.json.1x2y3z.new",
  ]
  static let strangers = [
    "notes.txt", ".hidden", "lock2", "vm.json.bak", "VM.JSON", "qmp-1", "1.sock", "disk.qcow2", "a.new",
    "vm.new", "stderr.log.1", "stderr-.log", "stderr-a b.log", "stderr-É.log", "qmp-1.log", "-", "é",
  ]

  @Test func aNewDirectoryIsForThisUserAlone() throws {
    try directory.create()
    #expect(directory.path == temporary.file("web"))
    #expect(fileType(directory.path) == S_IFDIR && permissions(directory.path) == 0o700)
  }

  @Test func aDirectoryThatAnEarlierRunLeftIsTakenAsItIs() throws {
    try directory.create()
    for name in Self.ours { try makeFile(directory.file(name)) }
    let before = temporary.contents()
    try directory.create()
    #expect(temporary.contents() == before)
  }

  @Test(arguments: strangers)
  func aDirectoryWithAStrangersFileIsRefusedAndUntouched(_ name: String) throws {
    try directory.create()
    for name in [name] + Self.ours { try makeFile(directory.file(name), "kept") }
    try expectRefusal("it has a file \"\(name)\" that does not belong to a virtual machine")
  }

  @Test func aFileInItsPlaceIsRefusedAndUntouched() throws {
    try makeFile(directory.path, "kept")
    try expectRefusal("it is not a directory")
  }

  @Test(arguments: [".", "elsewhere", "nowhere", "file"])
  func aSymlinkInItsPlaceIsRefusedAndUntouched(_ target: String) throws {
    try makeDirectory(temporary.file("elsewhere"))
    try makeFile(temporary.file("elsewhere/lock"), "kept")
    try makeFile(temporary.file("file"), "kept")
    symlink(target, directory.path)
    try expectRefusal("it is a symbolic link")
  }

  @Test func aPipeInItsPlaceIsRefusedAndUntouched() throws {
    mkfifo(directory.path, 0o600)
    try expectRefusal("it is not a directory")
  }

  /// Only root can give a directory away.
  @Test(.enabled(if: geteuid() == 0))
  func aDirectoryOfAnotherUsersIsRefusedAndUntouched() throws {
    try directory.create()
    chown(directory.path, 1, 1)
    try expectRefusal("it belongs to another user")
  }

  @Test(arguments: [(0o770, "its group"), (0o707, "every user")] as [(mode_t, String)])
  func aDirectoryThatOthersMayWriteIsRefusedAndUntouched(mode: mode_t, who: String) throws {
    try directory.create()
    chmod(directory.path, mode)
    try expectRefusal("it can be written by \(who)")
  }

  @Test func aStateDirectoryThatIsGoneIsTold() throws {
    let lost = MachineDirectory(directory.name, in: StateDirectory(path: temporary.file("gone")))
    let error = #expect(throws: LifecycleError.self) { try lost.create() }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary.hasSuffix("cannot be used: No such file or directory") == true, "\(lost)")
  }

  @Test func removingTakesWhatIsOursAndTheDirectory() throws {
    try directory.create()
    for name in Self.ours { try makeFile(directory.file(name)) }
    directory.remove()
    #expect(fileType(directory.path) == nil)
    #expect(fileType(temporary.path) == S_IFDIR)
  }

  @Test(arguments: strangers)
  func removingLeavesAStrangersFileAndItsDirectory(_ name: String) throws {
    try directory.create()
    for name in [name] + Self.ours { try makeFile(directory.file(name), "kept") }
    directory.remove()
    #expect(entryNames(of: directory.path) == [name])
    #expect(readProcText(directory.file(name)) == "kept")
  }

  @Test func removingWhatASymlinkNamesLeavesItsTarget() throws {
    try makeDirectory(temporary.file("elsewhere"))
    for name in Self.ours { try makeFile(temporary.file("elsewhere/\(name)"), "kept") }
    symlink("elsewhere", directory.path)
    let before = temporary.contents()
    directory.remove()
    #expect(throws: LifecycleError.self) { try directory.prepareRun() }
    #expect(throws: LifecycleError.self) { try directory.rollBack() }
    #expect(temporary.contents() == before)
  }

  private func expectRefusal(_ why: String) throws {
    let before = temporary.contents()
    let error = #expect(throws: LifecycleError.self) { try directory.create() }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary == "the state directory \"\(directory.path)\" cannot be used: \(why)")
    #expect(temporary.contents() == before)
  }
}
