import Foundation
import QEMU
import Testing

/// In a container a virtual machine of the host has a process that cannot be seen: nothing is taken for ended, and nothing is started over it.
@Suite(.enabled(if: geteuid() == 0, "only root can make a PID namespace")) struct ContainerTests {
  private static let container = ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
  private static let options = ["-accel", "tcg", "-machine", "none", "-m", "32"]

  private var start: [String] { ["start", "--name", "v", "--"] + Self.options }

  @Test func aMachineOfTheHostIsUnknownInAContainer() async throws {
    try await withCommand { command in
      #expect(try await command.run(start).status == 0)
      let before = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      for words in [start, ["stop", "v"], ["kill", "v"], ["rm", "v"], ["verify", "v"]] {
        let result = try await command.run(words, through: Self.container)
        #expect(
          result.status == 1 && result.errors.contains("another container"), "\(words): \(result.errors)")
      }
      let status = try await command.run(["status", "v", "--format", "json"], through: Self.container)
      #expect(try status.json["vm"]?["state"]?.stringValue == "unknown")
      let list = try await command.run(["list", "--format", "json"], through: Self.container)
      #expect(try list.json["vms"]?.arrayValue?.first?["state"]?.stringValue == "unknown")
      #expect(try await command.run(["status", "v", "--format", "json"]).json["vm"] == before)
      #expect(try await command.run(["kill", "v"]).status == 0)
      // Nothing of it is in use any more: here it can be started.
      #expect(try await command.run(start, through: Self.container).status == 0)
    }
  }

  /// An older record must not take the place of a QEMU that cannot be seen.
  @Test(arguments: [container, ["/usr/bin/unshare", "--user", "--map-root-user"]])
  func aRecordIsNotRecoveredWhereItsQEMUCannotBeSeen(container: [String]) async throws {
    try await withCommand { command in
      #expect(try await command.run(start).status == 0)
      #expect(try await command.run(["kill", "v"]).status == 0)
      #expect(try await command.run(start).status == 0)
      let record = "\(command.state.path)/v/vm.json"
      for damage in ["{", nil] {
        try FileManager.default.removeItem(atPath: record)
        if let damage { try damage.write(toFile: record, atomically: false, encoding: .utf8) }
        for words in [["recover", "v"], start, ["rm", "v"]] {
          let result = try await command.run(words, through: container)
          // In a user namespace root sees what the test's own user runs.
          let isSeen = container.contains("--user") && result.output.contains("recovered, running")
          #expect(result.status == 1 || isSeen, "\(words): \(result)")
        }
      }
      #expect(try await command.run(["recover", "v"]).output == "v: recovered, running\n")
    }
  }

  /// It ends with the container, and that is seen from outside.
  @Test func aMachineOfAContainerThatIsGoneHasEnded() async throws {
    try await withCommand { command in
      #expect(try await command.run(start, through: Self.container).status == 0)
      let status = try await command.run(["status", "v", "--format", "json"])
      #expect(
        ["stopped", "failed"].contains(try status.json["vm"]?["state"]?.stringValue), "\(status.output)")
      #expect(try await command.run(start).status == 0)
      #expect(try await command.run(["kill", "v"]).output.contains("killed"))
    }
  }
}
