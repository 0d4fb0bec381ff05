import Glibc
import QMP
import Testing

@testable import QEMULifecycle

/// A reader meets the old text or the new one, whatever happens to the writer.
@Suite struct AtomicFileTests {
  let folder: TemporaryFolder
  var file: String { folder.file("vm.json") }

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["", "x", "a\0b\n", String(repeating: "é", count: 1 << 20)])
  func aTextIsWrittenWholeForThisUserAlone(_ text: String) throws {
    try AtomicFile.write(text, to: file)
    #expect(readProcText(file) == text)
    #expect(permissions(file) == 0o600)
    #expect(entryNames(of: folder.path) == ["vm.json"])
  }

  @Test func aShorterTextReplacesALongerOneWhole() throws {
    try makeFile(file, String(repeating: "old", count: 1000), mode: 0o644)
    try AtomicFile.write("new", to: file)
    #expect(readProcText(file) == "new")
    #expect(permissions(file) == 0o600)
    #expect(entryNames(of: folder.path) == ["vm.json"])
  }

  @Test func whoHasTheFileOpenReadsTheOldTextToItsEnd() throws {
    try makeFile(file, "the old text")
    let reader = try Descriptor.open(file, O_RDONLY)
    try AtomicFile.write("new", to: file)
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(reader.number, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "the old text")
  }

  @Test func aSymlinkIsReplacedAndItsTargetIsNot() throws {
    try makeFile(folder.file("target"), "kept")
    symlink("target", file)
    try AtomicFile.write("new", to: file)
    #expect(readProcText(folder.file("target")) == "kept")
    #expect(fileType(file) == S_IFREG && readProcText(file) == "new")
  }

  @Test func aFileThatCannotBeReplacedLeavesNoTemporaryOne() throws {
    try makeFolder(file)
    try makeFile("\(file)/inside", "kept")
    let before = folder.contents()
    let error = #expect(throws: SystemError.self) { try AtomicFile.write("new", to: file) }
    #expect(error?.description.contains("rename to \"\(file)\"") == true)
    #expect(folder.contents() == before)
  }

  @Test func aFolderThatIsNotThereIsToldByTheFilesName() throws {
    let file = folder.file("gone/vm.json")
    let error = #expect(throws: SystemError.self) { try AtomicFile.write("new", to: file) }
    #expect(error?.number == ENOENT)
    #expect(error?.operation.contains(file) == true)
  }

  /// A limit on a file's size stands for a full disk; it holds for a whole process, so it has one of its own.
  @Test func aDiskThatIsFullLeavesTheOldTextAndNoTemporaryFile() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let file = folder.file("vm.json")
      try makeFile(file, "old")
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let error = #expect(throws: SystemError.self) {
        try AtomicFile.write(String(repeating: "n", count: 2000), to: file)
      }
      #expect(error?.number == EFBIG)
      #expect(readProcText(file) == "old")
      #expect(entryNames(of: folder.path) == ["vm.json"])
    }
  }

  @Test func manyWritersAtOnceNeverLeaveAPart() async throws {
    let file = file
    let texts = (0..<8).map { String(repeating: "\($0)", count: 1 << 18) }
    try await withThrowingTaskGroup { group in
      for text in texts {
        group.addTask {
          for _ in 0..<20 {
            try AtomicFile.write(text, to: file)
            let isWhole = texts.contains(readProcText(file) ?? "")
            #expect(isWhole, "a part was read")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(entryNames(of: folder.path) == ["vm.json"])
  }
}
