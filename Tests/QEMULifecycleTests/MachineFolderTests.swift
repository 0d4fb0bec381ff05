import Glibc
import QMP
import Testing

@testable import QEMULifecycle

/// The directory of one virtual machine: what is not ours in it, or in its place, is never touched.
@Suite struct MachineFolderTests {
  let temporary: TemporaryFolder
  let folder: MachineFolder

  init() throws {
    temporary = try TemporaryFolder()
    folder = MachineFolder(try MachineName("web"), in: StateDirectory(path: temporary.path))
  }

  /// What a run can leave.
  static let ours = [
    "vm.json", "previous-vm.json", "lock", "stderr-1x2y3z.log", "console-1x2y3z.log", "kvm-calls-1x2y3z.log",
    "qmp-1x2y3z.sock", "vm.json.1x2y3z.new",
  ]
  static let strangers = [
    "notes.txt", ".hidden", "lock2", "vm.json.bak", "VM.JSON", "qmp-1", "1.sock", "disk.qcow2", "a.new",
    "vm.new", "stderr.log.1", "stderr-.log", "stderr-a b.log", "stderr-É.log", "qmp-1.log", "-", "é",
  ]

  @Test func aNewFolderIsForThisUserAlone() throws {
    try folder.create()
    #expect(folder.path == temporary.file("web"))
    #expect(fileType(folder.path) == S_IFDIR && permissions(folder.path) == 0o700)
  }

  @Test func aFolderThatAnEarlierRunLeftIsTakenAsItIs() throws {
    try folder.create()
    for name in Self.ours { try makeFile(folder.file(name)) }
    let before = temporary.contents()
    try folder.create()
    #expect(temporary.contents() == before)
  }

  @Test(arguments: strangers)
  func aFolderWithAStrangersFileIsRefusedAndUntouched(_ name: String) throws {
    try folder.create()
    for name in [name] + Self.ours { try makeFile(folder.file(name), "kept") }
    try expectRefusal("it has a file \"\(name)\" that does not belong to a virtual machine")
  }

  @Test func aFileInItsPlaceIsRefusedAndUntouched() throws {
    try makeFile(folder.path, "kept")
    try expectRefusal("it is not a directory")
  }

  @Test(arguments: [".", "elsewhere", "nowhere", "file"])
  func aSymlinkInItsPlaceIsRefusedAndUntouched(_ target: String) throws {
    try makeFolder(temporary.file("elsewhere"))
    try makeFile(temporary.file("elsewhere/lock"), "kept")
    try makeFile(temporary.file("file"), "kept")
    symlink(target, folder.path)
    try expectRefusal("it is a symbolic link")
  }

  @Test func aPipeInItsPlaceIsRefusedAndUntouched() throws {
    mkfifo(folder.path, 0o600)
    try expectRefusal("it is not a directory")
  }

  /// Only root can give a directory away.
  @Test(.enabled(if: geteuid() == 0))
  func aFolderOfAnotherUsersIsRefusedAndUntouched() throws {
    try folder.create()
    chown(folder.path, 1, 1)
    try expectRefusal("it belongs to another user")
  }

  @Test(arguments: [(0o770, "its group"), (0o707, "every user")] as [(mode_t, String)])
  func aFolderThatOthersMayWriteIsRefusedAndUntouched(mode: mode_t, who: String) throws {
    try folder.create()
    chmod(folder.path, mode)
    try expectRefusal("it can be written by \(who)")
  }

  @Test func aStateFolderThatIsGoneIsTold() throws {
    let lost = MachineFolder(folder.name, in: StateDirectory(path: temporary.file("gone")))
    let error = #expect(throws: LifecycleError.self) { try lost.create() }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary.hasSuffix("cannot be used: No such file or directory") == true, "\(lost)")
  }

  @Test func removingTakesWhatIsOursAndTheFolder() throws {
    try folder.create()
    for name in Self.ours { try makeFile(folder.file(name)) }
    folder.remove()
    #expect(fileType(folder.path) == nil)
    #expect(fileType(temporary.path) == S_IFDIR)
  }

  @Test(arguments: strangers)
  func removingLeavesAStrangersFileAndItsFolder(_ name: String) throws {
    try folder.create()
    for name in [name] + Self.ours { try makeFile(folder.file(name), "kept") }
    folder.remove()
    #expect(entryNames(of: folder.path) == [name])
    #expect(readProcText(folder.file(name)) == "kept")
  }

  @Test func removingWhatASymlinkNamesLeavesItsTarget() throws {
    try makeFolder(temporary.file("elsewhere"))
    for name in Self.ours { try makeFile(temporary.file("elsewhere/\(name)"), "kept") }
    symlink("elsewhere", folder.path)
    let before = temporary.contents()
    folder.remove()
    #expect(throws: LifecycleError.self) { try folder.prepareRun() }
    #expect(throws: LifecycleError.self) { try folder.rollBack() }
    #expect(temporary.contents() == before)
  }

  private func expectRefusal(_ why: String) throws {
    let before = temporary.contents()
    let error = #expect(throws: LifecycleError.self) { try folder.create() }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary == "the state directory \"\(folder.path)\" cannot be used: \(why)")
    #expect(temporary.contents() == before)
  }
}
