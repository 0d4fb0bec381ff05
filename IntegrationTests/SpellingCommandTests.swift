import Foundation
import QEMU
import Testing

/// `qemuctl parse`, `convert` and `schema`, and configurations in YAML and JSON.
@Suite(.serialized) struct SpellingCommandTests {
  static let yaml = """
    name: web
    accel: {accel: tcg, thread: multi, tb-size: 128}
    machine: {type: q35, hpet: off}
    m: 256M
    device: [{driver: virtio-rng-pci, id: rng, max-bytes: 4096}]
    display: none
    """

  private func file(_ name: String, _ text: String) throws -> String {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spelling-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = directory.appending(path: name)
    try Data(text.utf8).write(to: path)
    return path.path
  }

  @Test(arguments: QEMUMatrix.any)
  func aYAMLConfigurationIsStartedAndProved(qemu: QEMUUnderTest) async throws {
    let path = try file("web.yaml", Self.yaml + "\nverify: {policy: warn}\n")
    try await withCommand { command in
      let start = try await command.run(["start", "--qemu", qemu.path, "--format", "json", path])
      #expect(start.status == 0, "\(start.errors)")
      let findings = try start.json["findings"]?.arrayValue ?? []
      #expect(findings.contains { $0["property"] == "tb-size" && $0["verdict"] == "confirmed" })
      #expect(try await command.run(["stop", "web", "--powerdown", "0"]).status == 0)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func theConfigurationsPolicyHoldsUnlessTheCommandSaysOtherwise(qemu: QEMUUnderTest) async throws {
    let drifting = "accel: tcg,tb-size=4096\nmachine: none\ndisplay: none\nname: d\nverify: {policy: warn}\n"
    let path = try file("d.yml", drifting)
    try await withCommand { command in
      #expect(try await command.run(["start", "--qemu", qemu.path, path]).status == 3)
      #expect(try await command.run(["status", "d"]).output.contains("running"))
      #expect(try await command.run(["stop", "d", "--powerdown", "0"]).status == 0)
      let enforced = ["start", "--qemu", qemu.path, "--policy", "enforce", path]
      #expect(try await command.run(enforced).status == 3)
      let status = try await command.run(["status", "d"])
      #expect(!status.output.contains("running"))
    }
  }

  @Test func eachSpellingIsWrittenSoThatItReadsBack() async throws {
    let path = try file("web.yaml", Self.yaml)
    try await withCommand { command in
      let argv = try await command.run(["convert", "--to", "argv", path])
      #expect(argv.status == 0, "\(argv.errors)")
      #expect(argv.output.contains("\n-accel\ntcg,thread=multi,tb-size=128\n"))
      for spelling in ["yaml", "json", "shell", "argv0"] {
        let text = try await command.run(["convert", "--to", spelling, path])
        #expect(text.status == 0, "\(text.errors)")
        let again = try file(
          "again." + (["yaml", "json"].contains(spelling) ? spelling : "args"), text.output)
        #expect(try await command.run(["convert", "--to", "argv", again]).output == argv.output)
      }
      let zeros = try await command.run(["convert", "--to", "argv0", path])
      #expect(zeros.output == argv.output.replacingOccurrences(of: "\n", with: "\0"))
      let lines = try await command.run(["convert", "--to", "argv", "--", "-append", "a\nb"])
      #expect(lines.status == 64 && lines.errors.contains("argv0"))
    }
  }

  @Test func parseListsWhatItOnlyPassesThrough() async throws {
    try await withCommand { command in
      let parsed = try await command.run(
        ["parse", "--format", "json", "--", "-accel", "tcg,thread=multi,novel=1", "-novel", "-m", "64"])
      #expect(parsed.status == 0, "\(parsed.errors)")
      let json = try parsed.json
      let options = json["options"]?.arrayValue ?? []
      #expect(options.map { $0["name"]?.stringValue } == ["accel", "novel", "m"])
      #expect(options.first?["properties"]?["thread"] == "multi")
      #expect(options.first?["argv"] == ["-accel", "tcg,thread=multi,novel=1"])
      #expect(options.map { $0["typed"] } == [false, false, true])
      #expect(json["untyped"] == ["accel.novel", "novel"])
      #expect(
        try await command.run(["parse", "--format", "yaml", "--", "-m", "64"]).output.contains("size: 64"))
    }
  }

  static let malformed: [(words: [String], said: [String])] = [
    (["-netdev", "user,id=n,restrict=maybe"], ["-netdev", "restrict", "boolean"]),
    (["-machine", "q35", "-accel", "kvm", "-accel", "tcg,tb-size=x"], ["-accel, occurrence 2, character 5"]),
    (["-blockdev", "{\"driver\":}"], ["-blockdev, character 11", "JSON"]),
    (["-set", "a.b"], ["-set", "GROUP.ID.PROPERTY=VALUE"]), (["-uuid", "x"], ["-uuid", "UUID"]),
    (["-object", "memory-backend-ram,id=m,size=1e6"], ["-object", "size"]),
    (["-chardev", "socket,id=c,sevrer=on"], ["did you mean \"server\"?"]),
  ]

  @Test(arguments: malformed.map(\.words))
  func whatIsMalformedIsRefusedWithItsPlace(words: [String]) async throws {
    let said = try #require(Self.malformed.first { $0.words == words }?.said)
    try await withCommand { command in
      let start = try await command.run(["start", "--name", "x", "--"] + words)
      #expect(start.status == 65)
      for part in said { #expect(start.errors.contains(part), "\(start.errors)") }
      #expect(start.errors.contains("what to do: "))
    }
  }

  @Test func aScriptIsReadAndWrittenWithItsPrefix() async throws {
    let script = "#!/bin/sh\nset -e\nexport LC_ALL=C\nexec nice -n 5 qemu-system-x86_64 \\\n  -m 1G \"$@\"\n"
    let path = try file("run.sh", script)
    try await withCommand { command in
      let shell = try await command.run(["convert", "--to", "shell", path])
      #expect(shell.output == "nice -n 5 env LC_ALL=C qemu-system-x86_64 -m 1G\n", "\(shell.errors)")
      let parsed = try await command.run(["parse", "--format", "json", path])
      #expect(try parsed.json["prefix"] == ["nice", "-n", "5"])
    }
  }

  static let slips: [(text: String, said: [String])] = [
    ("qemu -m 1G\nqemu -S\n", ["line 2, character 1", "second command"]),
    ("qemu \\\n -m $MEM\n", ["line 2, character 5", "printf '%s\\0'", "/proc/PID/cmdline"]),
    ("cd /srv && qemu -S", ["line 1, character 1", "cd", "relative paths"]),
  ]

  @Test(arguments: slips.map(\.text))
  func whatOnlyAShellCanTellIsRefusedWithItsLine(text: String) async throws {
    let said = try #require(Self.slips.first { $0.text == text }?.said)
    let path = try file("run.sh", text)
    try await withCommand { command in
      let parsed = try await command.run(["parse", path])
      #expect(parsed.status == 65 && parsed.output.isEmpty)
      for part in said { #expect(parsed.errors.contains(part), "\(parsed.errors)") }
    }
  }

  @Test(arguments: [["-qmp", "-device", "e1000"], ["\u{2013}m", "1G"]])
  func aSlipBehindTheDashesIsRefusedAndTheWordsOfAProcessAreKept(words: [String]) async throws {
    try await withCommand { command in
      let typed = try await command.run(["convert", "--to", "argv", "--"] + words)
      #expect(typed.status == 65 && typed.errors.contains("what to do"), "\(typed.errors)")
      let path = try file("cmdline", "qemu\0" + words.joined(separator: "\0") + "\0")
      let read = try await command.run(["convert", "--to", "argv", path])
      #expect(read.output == (["qemu"] + words).joined(separator: "\n") + "\n", "\(read.errors)")
    }
  }

  @Test func theSchemaDescribesEveryOption() async throws {
    try await withCommand { command in
      let schema = try await command.run(["schema"]).json
      #expect(schema["properties"]?["accel"]?["anyOf"] != nil)
      #expect(schema["properties"]?["netdev"] != nil && schema["$defs"]?["Netdev"] != nil)
    }
  }
}
