import Foundation
import QEMU
import Testing

/// Words of a command that name nothing: the nearest name is told, and no list of options.
@Suite(.serialized) struct MisspellingTests {
  static let usage: [(words: [String], said: [String])] = [
    (["strat", "web"], ["no command \"strat\"", "did you mean \"start\"?"]),
    (["stauts"], ["did you mean \"status\"?"]), (["start", "--nam", "x", "--", "-S"], ["--nam", "--name"]),
    (["run", "--timeot", "3", "--", "-S"], ["--timeout"]),
    (["verify", "--sockt", "x", "--", "-S"], ["--socket"]),
    (["parse", "--formt=json", "--", "-S"], ["--format"]),
    (["start", "-m", "1G"], ["-m is an option of QEMU", "--"]),
    (["check", "-acel", "tcg"], ["did you mean QEMU's -accel?"]), (["--versoin"], ["--version"]),
    (["parse", "/no/such.yaml"], ["/no/such.yaml", "No such file"]),
    (["convert", "--to", "argv", "/"], ["Is a dir"]),
    (["qmp", "--socket", "/x", "migrate-set-parameters", "multifd-channels=256"], ["from 0 to 255", "256"]),
    (["qmp", "--socket", "/x", "migrate-set-parameters", "max-bandwidth=-1"], ["max-bandwidth"]),
    (["qmp", "--socket", "/x", "set_link", "name=a", "up=on", "x=1"], ["x: there is no such member"]),
  ]

  @Test(arguments: usage.map(\.words))
  func theNearestWordIsToldAndNoUsage(words: [String]) async throws {
    let said = try #require(Self.usage.first { $0.words == words }?.said)
    try await withCommand { command in
      let result = try await command.run(words)
      #expect(result.status == 64 && result.output.isEmpty)
      #expect(!result.errors.contains("Usage:") && result.errors.contains("what to do: "), "\(result.errors)")
      for part in said { #expect(result.errors.contains(part), "\(result.errors)") }
    }
  }

  @Test func aFaultInAFileIsToldWithTheFilesName() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "fault-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = directory.appending(path: "web.yaml").path
    try Data("m: 1G\naccel: {accel: tcg, thraed: multi}\n".utf8).write(to: URL(filePath: path))
    try await withCommand { command in
      let start = try await command.run(["start", path])
      #expect(start.status == 65 && start.errors.contains("\(path), -accel, line 2"), "\(start.errors)")
      try Data("m: 1G\n  x: [".utf8).write(to: URL(filePath: path))
      let parsed = try await command.run(["parse", path])
      #expect(parsed.status == 65 && parsed.errors.contains("\(path), line 2"), "\(parsed.errors)")
    }
  }

  static let refused: [(words: [String], nearest: String)] = [
    (["-machine", "q53"], "q35"), (["-M", "none", "-device", "e1001"], "e1000"),
    (["-cpu", "qemu46"], "qemu64"),
    (["-M", "none", "-netdev", "usr,id=n"], "user"),
    (["-M", "none", "-object", "memory-backend-rma,id=m,size=1M"], "memory-backend-ram"),
    (["-M", "pc", "-device", "virtio-net-pci,macc=1"], "mac"),
  ]

  @Test(arguments: QEMUMatrix.any)
  func aNameThatQEMURefusesAtAStartHasTheNearestOne(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      for (words, nearest) in Self.refused {
        let start = try await command.run(["start", "--qemu", qemu.path, "--", "-display", "none"] + words)
        #expect(start.status == 1 && start.errors.contains("did you mean \"\(nearest)\"?"), "\(start.errors)")
      }
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func virtualMachinesAndCommandsHaveTheNearestAndSocketsAreTCPToo(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let address = "tcp:127.0.0.1:\(Int.random(in: 20000..<30000))"
      let words = ["-M", "none", "-display", "none", "-qmp", "\(address),server=on,wait=off"]
      let start = try await command.run(["start", "--qemu", qemu.path, "--name", "web", "--"] + words)
      #expect(start.status == 0, "\(start.errors)")
      let status = try await command.run(["status", "wbe"])
      #expect(status.status == 1 && status.errors.contains("did you mean \"web\"?"), "\(status.errors)")
      let unknown = try await command.run(["qmp", "web", "query-blokc"])
      #expect(
        unknown.status == 1 && unknown.errors.contains("did you mean \"query-block\"?"), "\(unknown.errors)")
      let asked = try await command.run(["qmp", "--socket", address, "query-status"])
      #expect(try asked.json["running"] == true, "\(asked.errors)")
      let there = try await command.run(["qmp", "--socket", "\(address),server=on", "query-blokc"])
      #expect(there.errors.contains("did you mean \"query-block\"?"), "\(there.errors)")
      let verified = try await command.run(["verify", "--socket", address, "--", "-M", "none"])
      #expect(verified.output.contains("verdict: confirmed"), "\(verified.output)\(verified.errors)")
      #expect(try await command.run(["stop", "web", "--powerdown", "0"]).status == 0)
    }
  }
}
