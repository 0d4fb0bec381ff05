import Foundation
import QEMU
import QEMULifecycle
import QMP
import Testing

/// A record that cannot be read is made anew of the QEMU that runs, and nothing is ended or started meanwhile.
@Suite struct RecoverTests {
  private static let options = [
    "-accel", "tcg", "-machine", "none", "-m", "32", "-object", "secret,id=s,data=swordfish",
  ]

  @Test(arguments: QEMUMatrix.x86)
  func aDamagedRecordIsMadeAnewOfTheLiveQEMU(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--name", "v", "--qemu", qemu.path, "--"] + Self.options
      #expect(try await command.run(start).status == 0)
      let before = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      for damage in ["", "{", "[]", "{\"name\":\"w\"}"] {
        try damage.write(toFile: "\(command.state.path)/v/vm.json", atomically: false, encoding: .utf8)
        for refused in [["status", "v"], ["stop", "v"], ["kill", "v"], start] {
          let result = try await command.run(refused)
          #expect(result.status == 1 && result.errors.contains("qemuctl recover v"), "\(result.errors)")
        }
        let removal = try await command.run(["rm", "v"])
        #expect(removal.status == 1 && removal.errors.contains("\"v\" runs"), "\(removal.errors)")
        let recovery = try await command.run(["recover", "v"])
        #expect(recovery.output == "v: recovered, running\n", "\(recovery.errors)")
      }
      let after = try await command.run(["status", "v", "--format", "json"]).json["vm"]
      for member in ["pid", "state", "version"] {
        #expect(after?[member] == before?[member], "\(member)")
      }
      let plan = try await command.run(["plan", "v", "--"] + Self.options)
      #expect(plan.output.contains("no changes"), "\(plan.output)")
      #expect(try await command.run(["verify", "v"]).output.contains("confirmed"))
      #expect(try await command.run(["stop", "v", "--powerdown", "0"]).status == 0)
    }
  }

  @Test func whereNothingRunsTheRunBeforeIsRecoveredOrTheRestIsRemoved() async throws {
    try await withCommand { command in
      let record = "\(command.state.path)/v/vm.json"
      let start = ["start", "--name", "v", "--"] + Self.options
      for _ in 0..<2 {
        #expect(try await command.run(start).status == 0)
        #expect(try await command.run(["kill", "v"]).status == 0)
      }
      try "{".write(toFile: record, atomically: false, encoding: .utf8)
      #expect(try await command.run(["recover", "v"]).status == 0)
      #expect(try await command.run(["status", "v"]).output.contains("stopped by kill"))
      try FileManager.default.removeItem(atPath: "\(command.state.path)/v/previous-vm.json")
      try "{".write(toFile: record, atomically: false, encoding: .utf8)
      let nothing = try await command.run(["recover", "v"])
      #expect(nothing.status == 1 && nothing.errors.contains("qemuctl rm v"))
      #expect(try await command.run(["rm", "v"]).status == 0)
      #expect(try await command.run(["recover", "v"]).errors.contains("there is no virtual machine"))
    }
  }

  /// The name of a process says nothing of what it runs.
  @Test func aProcessThatOnlyHasTheNameOfQEMUIsNotVerified() async throws {
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let impostor = try QEMUProcess.spawn(
      "/bin/bash", ["-c", "exec -a qemu-system-x86_64 /bin/sleep 1000"], environment: [],
      passing: (0...2).map { .init(null.number, as: $0) })
    defer { try? impostor.send(signal: SIGKILL) }
    let words = URL(filePath: "/proc/\(impostor.pid)/cmdline")
    // A file of /proc has no size: it is read to its end.
    while try FileHandle(forReadingFrom: words).readToEnd()?.starts(with: Data("qemu".utf8)) != true {
      try await Task.sleep(for: .milliseconds(5))
    }
    try await withCommand { command in
      let result = try await command.run(["verify", "--pid", String(impostor.pid)])
      #expect(result.status == 69 && result.errors.contains("is not QEMU"), "\(result.errors)")
      // It has QEMU's words in its file itself.
      let own = try await command.run(
        ["verify", "--pid", "$$"],
        through: CommandUnderTest.shell(#"set -- "$1" "$2" "$3" $$ "$5" "$6"; exec "$@""#))
      #expect(own.status == 69 && own.errors.contains("is not QEMU"), "\(own.errors)")
    }
  }
}
