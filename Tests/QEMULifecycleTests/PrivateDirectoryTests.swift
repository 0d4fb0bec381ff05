import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// A reader meets the old text or the new one, whatever happens to the writer.
@Suite struct PrivateDirectoryTests {
  let directory: TemporaryDirectory
  var file: String { directory.file("vm.json") }

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ text: String) throws { try Self.write(text, in: directory.path) }

  private static func write(_ text: String, in path: String) throws {
    guard let directory = try PrivateDirectory.open(path) else { throw SystemError(ENOENT, "open \(path)") }
    try directory.write(text, to: "vm.json")
  }

  @Test(arguments: ["", "x", "a\0b\n", String(repeating: "é", count: 1 << 20)])
  func aTextIsWrittenWholeForThisUserAlone(_ text: String) throws {
    try write(text)
    #expect(readProcText(file) == text)
    #expect(permissions(file) == 0o600)
    #expect(entryNames(of: directory.path) == ["vm.json"])
  }

  @Test func aShorterTextReplacesALongerOneWhole() throws {
    try makeFile(file, String(repeating: "old", count: 1000), mode: 0o644)
    try write("new")
    #expect(readProcText(file) == "new")
    #expect(permissions(file) == 0o600)
    #expect(entryNames(of: directory.path) == ["vm.json"])
  }

  @Test func whoHasTheFileOpenReadsTheOldTextToItsEnd() throws {
    try makeFile(file, "the old text")
    let reader = try Descriptor.open(file, O_RDONLY)
    try write("new")
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(reader.number, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "the old text")
  }

  @Test func aSymlinkIsReplacedAndItsTargetIsNot() throws {
    try makeFile(directory.file("target"), "kept")
    symlink("target", file)
    try write("new")
    #expect(readProcText(directory.file("target")) == "kept")
    #expect(fileType(file) == S_IFREG && readProcText(file) == "new")
  }

  @Test func aFileThatCannotBeReplacedLeavesNoTemporaryOne() throws {
    try makeDirectory(file)
    try makeFile("\(file)/inside", "kept")
    let before = directory.contents()
    let error = #expect(throws: SystemError.self) { try write("new") }
    #expect(error?.description.contains("rename \"\(file)") == true)
    #expect(directory.contents() == before)
  }

  @Test func aDirectoryThatIsNotThereIsNone() throws {
    let isThere = try PrivateDirectory.open(directory.file("gone")) != nil
    #expect(!isThere)
  }

  /// Whatever the umask, which is a whole process's.
  @Test func whatIsMadeIsForThisUserAloneUnderAnyUmask() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      for mask in [0, 0o777] as [mode_t] {
        umask(mask)
        let name = "state\(mask)"
        try StateDirectory(path: directory.file(name)).create()
        try Self.write("text", in: directory.file(name))
        #expect(permissions(directory.file(name)) == 0o700)
        #expect(permissions(directory.file("\(name)/vm.json")) == 0o600)
      }
    }
  }

  @Test func aLinkInAFilesPlaceIsNotFollowed() throws {
    try makeFile(directory.file("target"), "secret", mode: 0o600)
    symlink("target", file)
    let error = #expect(throws: LifecycleError.self) {
      _ = try PrivateDirectory.open(directory.path)?.text(of: "vm.json")
    }
    #expect(error?.summary.hasSuffix("its file vm.json is a symbolic link") == true)
    #expect(throws: SystemError.self) {
      _ = try PrivateDirectory.open(directory.path)?.create("vm.json", O_RDWR)
    }
  }

  @Test(arguments: [(0o660, "its group"), (0o606, "every user")] as [(mode_t, String)])
  func aFileThatOthersMayWriteIsNotRead(mode: mode_t, who: String) throws {
    try makeFile(file, "text")
    chmod(file, mode)
    let error = #expect(throws: LifecycleError.self) {
      _ = try PrivateDirectory.open(directory.path)?.text(of: "vm.json")
    }
    #expect(error?.summary.hasSuffix("its file vm.json can be written by \(who)") == true)
  }

  /// Only root can give a file away.
  @Test(.enabled(if: geteuid() == 0))
  func aFileOfAnotherUsersIsNotRead() throws {
    try makeFile(file, "text")
    chown(file, 1, 1)
    let error = #expect(throws: LifecycleError.self) {
      _ = try PrivateDirectory.open(directory.path)?.text(of: "vm.json")
    }
    #expect(error?.summary.hasSuffix("its file vm.json belongs to another user") == true)
  }

  /// A limit on a file's size stands for a full disk; it holds for a whole process, so it has one of its own.
  @Test func aDiskThatIsFullLeavesTheOldTextAndNoTemporaryFile() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let file = directory.file("vm.json")
      try makeFile(file, "old")
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let error = #expect(throws: SystemError.self) {
        try Self.write(String(repeating: "n", count: 2000), in: directory.path)
      }
      #expect(error?.number == EFBIG)
      #expect(readProcText(file) == "old")
      #expect(entryNames(of: directory.path) == ["vm.json"])
    }
  }

  @Test func manyWritersAtOnceNeverLeaveAPart() async throws {
    let path = directory.path
    let texts = (0..<8).map { String(repeating: "\($0)", count: 1 << 18) }
    try await withThrowingTaskGroup { group in
      for text in texts {
        group.addTask {
          for _ in 0..<20 {
            try Self.write(text, in: path)
            let isWhole = texts.contains(readProcText("\(path)/vm.json") ?? "")
            #expect(isWhole, "a part was read")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(entryNames(of: directory.path) == ["vm.json"])
  }
}
