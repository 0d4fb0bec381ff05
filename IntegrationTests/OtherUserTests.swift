import Foundation
import QEMU
import QEMULifecycle
import QMP
import Testing

/// Tests that each command refuses, and does not change, files that another user could have changed, and terminates no
/// process because of them.
@Suite(.enabled(if: geteuid() == 0, "only root can act as two users")) struct OtherUserTests {
  private static let (first, second): (uid_t, uid_t) = (61_001, 61_002)
  private static let names = [
    "status", "stop", "kill", "rm", "verify", "accel", "inspect", "logs", "recover",
  ]

  /// A place that every user can reach, with a copy of the command in it.
  private func withCommonPlace(_ body: (_ directory: String, _ program: String) async throws -> Void)
    async throws
  {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "users-\(UUID().uuidString.prefix(8))"
    )
    .path(percentEncoded: false)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    // As /tmp is.
    chmod(directory, 0o1777)
    let program = "\(directory)/qemuctl"
    try CommandUnderTest.copyPrograms(to: directory)
    try await body(directory, program)
  }

  /// Gives the body a process of a user's that does nothing.
  private func withDecoy(of user: uid_t, _ body: (ProcessIdentity) async throws -> Void) async throws {
    // It holds nothing that this process has open: the ends of other tests' commands are told by descriptors.
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let decoy = try ChildProcess.spawn(
      "/usr/bin/setpriv", Self.become(user) + ["/bin/sleep", "1000"], environment: [],
      passing: (0...2).map { .init(null.number, as: $0) })
    defer { try? decoy.send(signal: SIGKILL) }
    let words = URL(filePath: "/proc/\(decoy.pid)/cmdline")
    while try FileHandle(forReadingFrom: words).readToEnd() != Data("/bin/sleep\u{0}1000\u{0}".utf8) {
      try await Task.sleep(for: .milliseconds(5))
    }
    try await body(try #require(ProcessIdentity(reading: decoy.pid)))
    #expect(decoy.end == nil, "the process was ended")
  }

  private static func become(_ user: uid_t) -> [String] {
    ["--reuid=\(user)", "--regid=\(user)", "--clear-groups"]
  }

  /// Writes a record that names a process, in a state directory of a user's.
  private func forge(_ state: String, of user: uid_t, naming process: ProcessIdentity) throws {
    try FileManager.default.createDirectory(atPath: "\(state)/vm", withIntermediateDirectories: true)
    let record = """
      {"name":"vm","pid":\(process.pid),"start-time":\(process.startTime),"boot-id":"\(process.bootID)","socket":"qmp-1.sock",\
      "binary":"/bin/sleep","version":"1","requested":[],"command":["/bin/sleep","1000"],"started":1}
      """
    try record.write(toFile: "\(state)/vm/vm.json", atomically: false, encoding: .utf8)
    for path in [state, "\(state)/vm", "\(state)/vm/vm.json"] {
      chown(path, user, user)
      chmod(path, path.hasSuffix("json") ? 0o600 : 0o755)
    }
    chmod("\(state)/vm/vm.json", 0o644)
  }

  private func run(_ program: String, as user: uid_t, _ arguments: [String], _ state: String) async throws
    -> CommandResult
  {
    let command = CommandUnderTest(state: StateDirectory(path: state))
    let become = user == 0 ? [] : Self.become(user)
    return try await command.run(
      arguments,
      through: ["/usr/bin/setpriv"] + become + ["env", "HOME=/nonexistent", "XDG_RUNTIME_DIR=", program],
      isWholeWrapper: true)
  }

  private func contents(_ directory: String) throws -> [String: String] {
    var all: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      all[name] = (try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? ""
    }
    return all
  }

  private func expectRefusals(_ program: String, _ user: uid_t, _ state: String, _ why: String) async throws {
    let before = try contents(state)
    let commands =
      Self.names.map { [$0, "vm"] } + [["list"], ["start", "--name", "vm", "--", "-machine", "none"]]
    for words in commands {
      let result = try await run(program, as: user, words, state)
      #expect(
        result.status == 1 && result.errors.contains(why), "\(words): \(result.status) \(result.errors)")
      #expect(result.errors.contains("what to do: "))
    }
    #expect(try contents(state) == before)
  }

  /// The record names the second user's own process, and all of it is true.
  @Test func aStateDirectoryThatAnotherUserMadeIsRefusedAndNothingIsEnded() async throws {
    try await withCommonPlace { directory, program in
      try await withDecoy(of: Self.second) { decoy in
        let state = "\(directory)/qemuctl-\(Self.second)"
        try forge(state, of: Self.first, naming: decoy)
        try await expectRefusals(program, Self.second, state, "it belongs to another user")
      }
    }
  }

  @Test func rootRefusesTheStateDirectoryOfAUser() async throws {
    try await withCommonPlace { directory, program in
      try await withDecoy(of: 0) { decoy in
        let state = "\(directory)/state"
        try forge(state, of: Self.first, naming: decoy)
        try await expectRefusals(program, 0, state, "it belongs to another user")
      }
    }
  }

  @Test(arguments: [0o777, 0o775] as [mode_t])
  func aStateDirectoryThatOthersMayWriteIsRefused(_ mode: mode_t) async throws {
    try await withCommonPlace { directory, program in
      try await withDecoy(of: Self.second) { decoy in
        let state = "\(directory)/state"
        try forge(state, of: Self.second, naming: decoy)
        chmod(state, mode)
        try await expectRefusals(program, Self.second, state, "it can be written by")
      }
    }
  }

  @Test func aDirectoryAboveOfAnotherUserIsRefused() async throws {
    try await withCommonPlace { directory, program in
      try await withDecoy(of: Self.second) { decoy in
        let above = "\(directory)/above"
        try forge("\(above)/state", of: Self.second, naming: decoy)
        chown(above, Self.first, Self.first)
        chmod(above, 0o755)
        try await expectRefusals(
          program, Self.second, "\(above)/state", "above, a directory above it, belongs to another user")
      }
    }
  }

  @Test(arguments: ["", "/vm", "/vm/vm.json"]) func aLinkIsNotFollowed(_ part: String) async throws {
    try await withCommonPlace { directory, program in
      try await withDecoy(of: Self.second) { decoy in
        let (real, state) = ("\(directory)/real", "\(directory)/state")
        try forge(real, of: Self.second, naming: decoy)
        if !part.isEmpty { try forge(state, of: Self.second, naming: decoy) }
        try FileManager.default.removeItem(atPath: state + part, isMissingFine: part.isEmpty)
        try FileManager.default.createSymbolicLink(atPath: state + part, withDestinationPath: real + part)
        lchown(state + part, Self.second, Self.second)
        for name in Self.names {
          let result = try await run(program, as: Self.second, [name, "vm"], state)
          #expect(
            result.status == 1 && result.errors.contains("is a symbolic link"), "\(name): \(result.errors)")
        }
      }
    }
  }

  /// Capabilities that another user has cached are not used, and nothing is written to that directory.
  @Test func theCapabilitiesThatAnotherUserKeptAreNotRead() async throws {
    try await withCommonPlace { directory, program in
      let state = "\(directory)/state"
      try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
      let own = try await run(program, as: Self.second, ["capabilities"], "\(directory)/own")
      #expect(own.status == 0, "\(own.errors)")
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(directory)/own") {
        let text = try String(contentsOfFile: "\(directory)/own/\(name)", encoding: .utf8)
        try text.replacingOccurrences(of: "virtio-net-pci", with: "forged-device").write(
          toFile: "\(state)/\(name)", atomically: false, encoding: .utf8)
      }
      for path in [state]
        + (try FileManager.default.subpathsOfDirectory(atPath: state)).map({ "\(state)/\($0)" })
      {
        chown(path, Self.first, Self.first)
        chmod(path, path == state ? 0o755 : 0o644)
      }
      let before = try contents(state)
      let result = try await run(program, as: Self.second, ["capabilities", "--format", "json"], state)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("virtio-net-pci") && !result.output.contains("forged-device"))
      #expect(try contents(state) == before)
    }
  }
}

extension FileManager {
  fileprivate func removeItem(atPath path: String, isMissingFine: Bool) throws {
    if !isMissingFine || fileExists(atPath: path) { try removeItem(atPath: path) }
  }
}

/// Only QEMU's user may access the files that it creates, regardless of the umask of the command.
@Suite struct FileModeTests {
  @Test(arguments: QEMUMatrix.any) func socketsThatQEMUMakesAreForItsUserAlone(qemu: QEMUUnderTest)
    async throws
  {
    try await withCommand { command in
      let directory = FileManager.default.temporaryDirectory.appending(
        path: "modes-\(UUID().uuidString.prefix(8))"
      )
      .path(percentEncoded: false)
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let options = [
        "-monitor", "unix:\(directory)/hmp,server=on,wait=off", "-serial", "file:\(directory)/serial",
      ]
      let start = try await command.run(
        [
          "start", "--name", "m", "--qemu", qemu.path, "--", "-accel", "tcg", "-machine", "q35", "-display",
          "none",
        ]
          + options, through: ["/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"])
      #expect(start.status == 0, "\(start.errors)")
      for name in ["hmp", "serial"] {
        var status = stat()
        #expect(lstat("\(directory)/\(name)", &status) == 0 && status.st_mode & 0o077 == 0, "\(name)")
      }
      #expect(try await command.run(["kill", "m"]).status == 0)
    }
  }
}
