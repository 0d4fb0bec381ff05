import Glibc
import Testing

@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// The directory of all virtual machines is this user's alone, or it is not used.
@Suite struct StateDirectoryTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func refusal(of path: String) -> LifecycleError? {
    let error = #expect(throws: LifecycleError.self) { try StateDirectory(path: path).create() }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary.contains("the state directory \"\(path)\" cannot be used: ") == true)
    #expect(error?.remedy.contains("--state-dir") == true)
    return error
  }

  @Test(arguments: ["state", "a/b/c", "a//b/", "with space/é"])
  func itIsMadeForThisUserAloneWithThoseAboveIt(_ name: String) throws {
    try StateDirectory(path: directory.file(name)).create()
    var path = directory.path
    for component in name.split(separator: "/") {
      path += "/\(component)"
      #expect(fileType(path) == S_IFDIR && permissions(path) == 0o700)
    }
    #expect(directory.contents().count == name.split(separator: "/").count)
  }

  @Test(arguments: [0o700, 0o755, 0o750] as [mode_t])
  func oneThatIsThereIsTakenAsItIs(_ mode: mode_t) throws {
    let path = directory.file("state")
    try makeDirectory(path)
    chmod(path, mode)
    try makeFile("\(path)/kept")
    let before = directory.contents()
    try StateDirectory(path: path).create()
    #expect(directory.contents() == before)
  }

  @Test(arguments: ["", "/inside", "/far/inside"])
  func aFileInItsPlaceIsRefusedAndUntouched(_ below: String) throws {
    let file = directory.file("state")
    try makeFile(file, "kept")
    let before = directory.contents()
    let why =
      below.isEmpty ? "it is not a directory" : "mkdir \"\(file)/\(below.dropFirst().prefix { $0 != "/" })\""
    #expect(refusal(of: file + below)?.summary.contains(why) == true)
    #expect(directory.contents() == before)
  }

  @Test func aSymlinkToNothingIsRefused() throws {
    symlink("nowhere", directory.file("state"))
    #expect(refusal(of: directory.file("state"))?.summary.hasSuffix("it is a symbolic link") == true)
  }

  /// Not even root makes a directory there.
  @Test func whereNoDirectoryCanBeMadeTheKernelsWordsAreTold() {
    let error = refusal(of: "/proc/none/qemuctl")
    #expect(error?.summary.hasSuffix("mkdir \"/proc/none\": No such file or directory") == true)
  }

  /// Root may write everywhere.
  @Test(.enabled(if: geteuid() != 0))
  func oneThatCannotBeWrittenIsRefused() throws {
    try makeDirectory(directory.file("state"), mode: 0o500)
    #expect(refusal(of: directory.file("state"))?.summary.hasSuffix("Permission denied") == true)
    #expect(refusal(of: directory.file("state/inside"))?.summary.hasSuffix("Permission denied") == true)
  }

  /// Only root can give a directory away.
  @Test(.enabled(if: geteuid() == 0))
  func oneOfAnotherUsersIsRefused() throws {
    try makeDirectory(directory.file("state"))
    chown(directory.file("state"), 1, 1)
    #expect(refusal(of: directory.file("state"))?.summary.hasSuffix("it belongs to another user") == true)
  }

  @Test(arguments: [0o777, 0o1777, 0o702] as [mode_t])
  func oneThatEveryUserMayWriteIsRefused(_ mode: mode_t) throws {
    try makeDirectory(directory.file("state"))
    chmod(directory.file("state"), mode)
    #expect(
      refusal(of: directory.file("state"))?.summary.hasSuffix("it can be written by every user") == true)
  }

  /// A user who can write to a parent directory can replace the directory.
  @Test(
    arguments: [
      (0o777, "can be written by every user and is not sticky"), (0o1777, nil), (0o775, nil),
    ] as [(mode_t, String?)])
  func aDirectoryAboveThatOthersMayWriteIsRefusedUnlessItIsSticky(mode: mode_t, fault: String?) throws {
    let above = directory.file("above")
    try makeDirectory(above)
    try makeDirectory("\(above)/state")
    chmod(above, mode)
    let state = StateDirectory(path: "\(above)/state")
    guard let fault else { return try state.create() }
    for use in [{ try state.create() }, { _ = try state.names() }] {
      let error = #expect(throws: LifecycleError.self, performing: use)
      #expect(
        error?.summary.hasSuffix("above, a directory above it, \(fault)") == true, "\(error?.summary ?? "")")
    }
  }

  /// Only root can give a directory away.
  @Test(.enabled(if: geteuid() == 0))
  func aDirectoryAboveOfAnotherUsersIsRefused() throws {
    try makeDirectory(directory.file("above"))
    try makeDirectory(directory.file("above/state"))
    chown(directory.file("above"), 1, 1)
    let why = "above, a directory above it, belongs to another user"
    #expect(refusal(of: directory.file("above/state"))?.summary.hasSuffix(why) == true)
  }

  @Test func aLinkAboveIsFollowedAndWhatItLeadsToIsChecked() throws {
    try makeDirectory(directory.file("real"))
    symlink("real", directory.file("link"))
    try StateDirectory(path: directory.file("link/state")).create()
    #expect(fileType(directory.file("real/state")) == S_IFDIR)
    chmod(directory.file("real"), 0o777)
    #expect(refusal(of: directory.file("link/state"))?.summary.contains("is not sticky") == true)
  }

  @Test func namesAreThoseWithARecordInOrder() throws {
    let state = StateDirectory(path: directory.path)
    #expect(try state.names() == [])
    for name in ["web", "db", "empty", ".hidden", "-odd"] {
      try makeDirectory(directory.file(name))
      if name != "empty" { try makeFile(directory.file("\(name)/vm.json")) }
    }
    try makeFile(directory.file("binaries.json"))
    #expect(try state.names() == ["db", "web"])
    #expect(try StateDirectory(path: directory.file("none")).names() == [])
  }

  @Test(arguments: [("/a/b/", "/a/b"), ("/a/b", "/a/b"), ("/", "/"), ("a/", "a")])
  func aSlashAtTheEndIsNoPartOfIt(given: String, path: String) {
    #expect(StateDirectory(path: given).path == path)
  }

  /// The working directory and the environment are a whole process's, so the test has one of its own.
  @Test func aRelativePathBeginsAtTheWorkingDirectory() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      try #require(chdir(directory.path) == 0)
      try StateDirectory(path: "a/b").create()
      #expect(permissions(directory.file("a/b")) == 0o700)
    }
  }

  @Test func theUsualPlaceIsTheUsersRuntimeDirectory() async {
    await #expect(processExitsWith: .success) {
      setenv("XDG_RUNTIME_DIR", "/run/user/4711", 1)
      #expect(StateDirectory().path == "/run/user/4711/qemuctl")
      setenv("QEMUCTL_STATE_DIR", "/var/machines", 1)
      #expect(StateDirectory().path == "/var/machines")
      setenv("QEMUCTL_STATE_DIR", "", 1)
      #expect(StateDirectory().path == "/run/user/4711/qemuctl")
      let fallback = geteuid() == 0 ? "/run/qemuctl" : "/tmp/qemuctl-\(geteuid())"
      setenv("XDG_RUNTIME_DIR", "", 1)
      #expect(StateDirectory().path == fallback)
      unsetenv("XDG_RUNTIME_DIR")
      #expect(StateDirectory().path == fallback)
    }
  }
}
