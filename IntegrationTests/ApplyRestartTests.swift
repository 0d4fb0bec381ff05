import Foundation
import Glibc
import QEMU
import QEMUJSON
import Testing

/// A restart that cannot succeed is known before anything is stopped.
@Suite struct ApplyRestartTests {
  /// Additional options, with `DIR` for a directory and `PORT` for a port that this test holds.
  struct Obstacle: Sendable {
    let more: String
    /// A part of the reason; nil where nothing is in the way.
    let reason: String?

    init(_ more: String, _ reason: String?) { (self.more, self.reason) = (more, reason) }
  }

  static let obstacles: [Obstacle] = [
    Obstacle("-drive if=none,id=x,format=raw,file=DIR/gone", "DIR/gone cannot be read: No such file"),
    Obstacle("-blockdev file,node-name=x,filename=DIR/gone", "DIR/gone cannot be read: No such file"),
    Obstacle("-drive if=none,id=x,format=raw,file=DIR/image", nil),
    Obstacle("-object secret,id=k,file=DIR/gone", "DIR/gone cannot be read: No such file"),
    Obstacle("-netdev user,id=n,hostfwd=tcp:127.0.0.1:PORT-:22", "another process holds tcp port PORT"),
    Obstacle("-netdev user,id=n,hostfwd=tcp:127.0.0.1:0-:22", nil),
    Obstacle(
      "-chardev socket,id=c,host=127.0.0.1,port=PORT,server=on,wait=off",
      "another process holds tcp port PORT"),
    Obstacle("-chardev socket,id=c,path=DIR/peer", "no process listens on DIR/peer"),
    Obstacle("-chardev socket,id=c,path=DIR/peer,server=on,wait=off", nil),
    Obstacle("-chardev socket,id=c,path=DIR/none/l,server=on,wait=off", "DIR/none/l cannot be created"),
    Obstacle("-vnc unix:DIR/none/v", "DIR/none/v cannot be created"),
  ]

  private static let board = ["-machine", "none", "-nodefaults", "-display", "none"]

  /// A port of this host that is taken while the body runs.
  private static func withTakenPort(_ body: (UInt16) async throws -> Void) async throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Bool in
        bind(descriptor, generic, length) == 0 && listen(descriptor, 1) == 0
          && getsockname(descriptor, generic, &length) == 0
      }
    }
    try #require(port)
    try await body(UInt16(bigEndian: address.sin_port))
  }

  @Test(arguments: QEMUMatrix.any)
  func aRestartThatCannotSucceedIsRefusedBeforeTheStop(qemu: QEMUUnderTest) async throws {
    try await Self.withTakenPort { port in
      try await withCommand { command in
        let directory = command.state.path + "-files"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data(count: 1 << 16).write(to: URL(filePath: "\(directory)/image"))
        func text(_ words: String) -> String {
          words.replacing("DIR", with: directory).replacing("PORT", with: String(port))
        }
        func wanted(_ more: [String]) -> [String] {
          Self.board + ["-uuid", "6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e"]
            + more.flatMap { text($0).split(separator: " ").map(String.init) }
        }
        let start = try await command.run(["start", "--name", "a", "--qemu", qemu.path, "--"] + Self.board)
        #expect(start.status == 0)
        let before = try await command.run(["status", "a", "--format", "json"]).json["vm"]?["pid"]
        for (more, reason) in Self.obstacles.compactMap({ one in one.reason.map { (one.more, text($0)) } }) {
          let plan = try await command.run(["plan", "a", "--format", "json", "--"] + wanted([more])).json
          let found = plan["obstacles"]?.arrayValue?.first
          #expect(found?["reason"]?.stringValue?.contains(reason) == true, "\(more): \(plan)")
          #expect(found?["certain"] == true)
          let applied = try await command.run(["apply", "a", "--restart", "--"] + wanted([more]))
          #expect(applied.status == 1)
          #expect(applied.errors.contains(reason), "\(more): \(applied.errors)")
        }
        let after = try await command.run(["status", "a", "--format", "json"]).json["vm"]?["pid"]
        #expect(after == before)
        let free = wanted(Self.obstacles.filter { $0.reason == nil }.map(\.more))
        let applied = try await command.run(["apply", "a", "--restart", "--"] + free)
        #expect(applied.status == 0, "\(applied.errors)")
        let anew = try await command.run(["status", "a", "--format", "json"]).json["vm"]?["pid"]
        #expect(anew != before)
      }
    }
  }

  /// 0 where nothing is to be changed, 2 where something is; without the flag every plan is 0.
  @Test(arguments: QEMUMatrix.any)
  func theExitStatusOfAPlanTellsOfChanges(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run(["start", "--name", "a", "--qemu", qemu.path, "--"] + Self.board)
      #expect(start.status == 0)
      let other = Self.board + ["-object", "iothread,id=t"]
      for (name, words, detailed, status) in [
        ("a", Self.board, true, Int32(0)), ("a", other, true, 2), ("a", other, false, 0),
        ("a", Self.board + ["-name", "b"], true, 2), ("none", other, true, 1),
      ] {
        let flag = detailed ? ["--detailed-exitcode"] : []
        let plan = try await command.run(["plan", name] + flag + ["--"] + words)
        #expect(plan.status == status, "\(words)")
      }
    }
  }

  /// Members that a program may rely on.
  @Test(arguments: QEMUMatrix.any)
  func aPlanTellsEachChangeInItsParts(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = Self.board + ["-object", "iothread,id=t,poll-max-ns=5", "-name", "a"]
      #expect(try await command.run(["start", "--name", "a", "--qemu", qemu.path, "--"] + start).status == 0)
      let wanted =
        Self.board + ["-object", "iothread,id=t,poll-max-ns=6", "-name", "b", "-chardev", "null,id=c"]
      let plan = try await command.run(["plan", "a", "--format", "json", "--"] + wanted).json
      let changes = (plan["changes"]?.arrayValue ?? []).map { change in
        ["option", "instance", "property", "action", "from", "to", "how"].map {
          change[$0]?.stringValue ?? "-"
        }
      }
      #expect(
        changes == [
          ["chardev", "c", "", "add", "-", "-", "live"],
          ["object", "t", "poll-max-ns", "set", "5", "6", "live"],
          ["name", "0", "guest", "set", "a", "b", "restart"],
        ], "\(changes)")
    }
  }

  /// A second attempt after one that failed counts what was asked for once.
  @Test(arguments: QEMUMatrix.x86)
  func aDeviceWithoutAnIDIsNotCountedTwiceAfterAFailure(qemu: QEMUUnderTest) async throws {
    let board = ["-machine", qemu.machine, "-m", "128", "-device", "virtio-rng-pci"]
    try await withMachine(on: qemu, board) { machine in
      let same = try QEMUConfiguration(arguments: ["-nodefaults", "-display", "none"] + board)
      let failing = try QEMUConfiguration(
        arguments: ["-nodefaults", "-display", "none"] + board
          + ["-device", "virtio-balloon-pci", "-blockdev", "file,node-name=f,filename=/nonexistent"])
      let outcome = try await machine.apply(failing)
      #expect(outcome.failure != nil)
      #expect(try await machine.plan(same).changes.map(\.title) == [])
    }
  }
}
