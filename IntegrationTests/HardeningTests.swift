import Foundation
import QEMU
import Testing

/// QEMU is started with no more rights than its request needs, on every version.
@Suite struct HardeningTests {
  private static func words(_ qemu: QEMUUnderTest) -> [String] {
    ["-machine", qemu.machine, "-accel", "tcg", "-nodefaults", "-display", "none"]
  }

  private struct Live {
    let pid: Int32
    let command: CommandUnderTest

    init(_ name: String, of command: CommandUnderTest) async throws {
      self.command = command
      let status = try await command.run(["status", name, "--format", "json"])
      pid = Int32(try #require(try status.json["vm"]?["pid"]?.integerValue))
    }

    func field(_ name: String) throws -> String? {
      let text = String(decoding: try read("status"), as: UTF8.self)
      return text.split(separator: "\n").first { $0.hasPrefix(name + ":") }?.split(separator: "\t")
        .dropFirst()
        .joined(separator: " ")
    }

    func read(_ file: String) throws -> Data {
      try FileHandle(forReadingFrom: URL(filePath: "/proc/\(pid)/\(file)")).readToEnd() ?? Data()
    }
  }

  @Test(arguments: QEMUMatrix.all) func aQEMUIsConfinedUnasked(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "c", "--qemu", qemu.path, "--"] + Self.words(qemu),
        through: CommandUnderTest.shell(
          #"export BUILD_TOKEN=sword LC_ALL=C QEMU_STRANGE=1; ulimit -S -c unlimited; exec "$@""#))
      #expect(start.status == 0, "\(start)")
      let live = try await Live("c", of: command)
      #expect(try live.field("Seccomp") == "2")
      #expect(try live.field("NoNewPrivs") == "1")
      #expect(try live.field("Umask") == "0077")
      let limits = String(decoding: try live.read("limits"), as: UTF8.self)
      let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
      #expect(core.split(separator: " ")[4] == "0", "\(core)")
      let variables = String(decoding: try live.read("environ"), as: UTF8.self).split(separator: "\0")
      #expect(!variables.contains { $0.hasPrefix("BUILD_TOKEN") })
      #expect(variables.contains("QEMU_STRANGE=1") && variables.contains("LC_ALL=C"))
      let status = try await command.run(["status", "c", "--all"])
      #expect(status.output.contains("-no-user-config -sandbox on,obsolete=deny,elevateprivileges=deny,"))
      #expect(!status.output.contains("warning"))
    }
  }

  /// QEMU starts the command when the guest connects: 7.2 would be killed then.
  @Test(arguments: QEMUMatrix.x86) func aHelperProgramIsNotForbidden(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "h", "--policy", "warn", "--qemu", qemu.path, "--"] + Self.words(qemu)
          + ["-netdev", "user,id=n,guestfwd=tcp:10.0.2.100:80-cmd:cat"])
      #expect([0, 4].contains(start.status), "\(start)")
      let status = try await command.run(["status", "h", "--all"])
      #expect(status.output.contains(",elevateprivileges=allow,spawn=allow "), "\(status.output)")
      #expect(try await Live("h", of: command).field("Seccomp") == "2")
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: QEMUMatrix.all)
  func rootIsDroppedAndTheUserIsProved(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let begin = ["start", "--qemu", qemu.path, "--name"]
      let asked = try await command.run(begin + ["u", "--user", "nobody", "--all", "--"] + Self.words(qemu))
      #expect(asked.status == 0, "\(asked)")
      #expect(asked.output.contains("65534:65534 nobody"), "\(asked.output)")
      #expect(try await Live("u", of: command).field("Uid") == "65534 65534 65534 65534")
      let file = command.state.path + "/configuration.json"
      let text = """
        {"machine":"\(qemu.machine)","accel":"tcg","nodefaults":true,"display":"none",
         "lifecycle":{"user":"nobody"}}
        """
      try Data(text.utf8).write(to: URL(filePath: file))
      let plan = try await command.run(["plan", "u", file, "--detailed-exitcode"])
      #expect(plan.status == 0, "the same user is nothing to be changed: \(plan)")
      try await command.run(["kill", "u"])
      let configured = try await command.run(begin + ["f", file])
      #expect(configured.status == 0 && !configured.errors.contains("lifecycle"), "\(configured)")
      #expect(try await Live("f", of: command).field("Uid") == "65534 65534 65534 65534")
      let check = try await command.run(["check", "--qemu", qemu.path, file])
      #expect(check.status == 0, "\(check)")
      try FileManager.default.removeItem(atPath: file)
    }
  }

  /// A restart with another size of memory keeps the user of QEMU.
  @Test(.enabled(if: geteuid() == 0), arguments: QEMUMatrix.any)
  func anotherStartKeepsTheUser(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(
        ["start", "--name", "u", "--user", "nobody", "--qemu", qemu.path, "--"] + Self.words(qemu))
      let plan = try await command.run(["plan", "u", "--detailed-exitcode", "--"] + Self.words(qemu))
      #expect(plan.status == 0, "\(plan)")
      // A rebuilt record keeps the user, too.
      try FileManager.default.removeItem(atPath: command.state.path + "/u/vm.json")
      #expect(try await command.run(["recover", "u"]).output == "u: recovered, running\n")
      for (options, expected) in [([], "65534"), (["--user", "1:1"], "1"), ([], "1")] {
        let size = ["-m", String(Int.random(in: 16...64) * 4)]
        let apply = try await command.run(
          ["apply", "u", "--restart"] + options + ["--"] + Self.words(qemu) + size)
        #expect(apply.status == 0, "\(apply)")
        let ids = try await Live("u", of: command).field("Uid")
        #expect(ids == Array(repeating: expected, count: 4).joined(separator: " "))
      }
    }
  }

  @Test func aKeyOfTheLifecycleThatIsMistypedStartsNothing() async throws {
    try await withCommand { command in
      let file = command.state.path + ".json"
      try Data(#"{"machine":"none","lifecycle":{"usr":"nobody"}}"#.utf8).write(to: URL(filePath: file))
      for words in [["check", file], ["start", "--name", "k", file]] {
        let result = try await command.run(words)
        #expect(result.status == 65 && result.errors.contains("lifecycle has no key \"usr\""), "\(result)")
        #expect(result.errors.contains(file), "\(result)")
      }
      try command.expectNothingLeft()
      let text = #"{"machine":"none","lifecycle":{"user":"nobody"},"verify":{"policy":"warn"}}"#
      try Data(text.utf8).write(to: URL(filePath: file))
      let yaml = try await command.run(["convert", "--to", "yaml", file])
      #expect(yaml.output.contains("user: nobody") && yaml.output.contains("policy: warn"), "\(yaml)")
      let shell = try await command.run(["convert", "--to", "shell", file])
      #expect(shell.errors.contains("lifecycle and verify are omitted"), "\(shell)")
      try FileManager.default.removeItem(atPath: file)
    }
  }

  @Test(arguments: QEMUMatrix.any) func aUserThatDoesNotExistIsRefused(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(
        ["start", "--name", "u", "--user", "no-such-user", "--qemu", qemu.path, "--"] + Self.words(qemu))
      #expect(start.status == 1 && start.errors.contains("no-such-user"), "\(start)")
      let two = try await command.run(
        ["start", "--name", "u", "--user", "nobody", "--qemu", qemu.path, "--"] + Self.words(qemu)
          + ["-runas", "daemon"])
      #expect(two.errors.contains("the user is nobody, but QEMU's options specify daemon"), "\(two)")
      try command.expectNothingLeft()
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: QEMUMatrix.any)
  func aRootWithoutASandboxIsTold(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(
        ["start", "--name", "r", "--qemu", qemu.path, "--"] + Self.words(qemu) + ["-sandbox", "off"])
      let status = try await command.run(["status", "r"])
      #expect(status.output.contains("warning      QEMU runs as root without a sandbox"), "\(status)")
      let json = try await command.run(["status", "r", "--format", "json"])
      #expect(try json.json["vm"]?["warning"]?.stringValue?.contains("--user") == true)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func aHelperThatTheSandboxForbidsNeedsARestart(qemu: QEMUUnderTest) async throws {
    let network = ["-netdev", "user,id=n,guestfwd=tcp:10.0.2.100:80-cmd:cat"]
    try await withCommand { command in
      try await command.run(["start", "--name", "p", "--qemu", qemu.path, "--"] + Self.words(qemu))
      let plan = try await command.run(["plan", "p", "--"] + Self.words(qemu) + network)
      #expect(plan.output.contains("the sandbox forbids starting programs (spawn=deny)"), "\(plan.output)")
      let apply = try await command.run(["apply", "p", "--restart", "--"] + Self.words(qemu) + network)
      #expect([0, 4].contains(apply.status), "\(apply)")
      let status = try await command.run(["status", "p", "--all"])
      #expect(status.output.contains("spawn=allow"), "\(status.output)")
    }
  }
}
