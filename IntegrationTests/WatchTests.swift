import QEMU
import Testing

/// A virtual machine that is watched while somebody changes it.
@Suite struct WatchTests {
  @Test(arguments: QEMUMatrix.all.prefix(2))
  func aDriftIsToldWhenItComesAndWhenItGoes(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = try await command.run([
        "start", "--name", "web", "--qemu", qemu.path, "--", "-M", "none", "-display", "none", "-object",
        "iothread,id=t,poll-max-ns=5",
      ])
      #expect(start.status == 0, "\(start.errors)")
      let watch = try await command.run(["watch", "web", "--interval", "100ms"]) { _ in
        for (value, verdict) in [("6", "drifted"), ("5", "confirmed"), ("7", "drifted")] {
          let change = try await command.run(
            ["qmp", "web", "qom-set", "path=/objects/t", "property=poll-max-ns", "value=\(value)"])
          #expect(change.status == 0, "\(change.errors)")
          try await Self.wait(for: verdict, of: command)
        }
        try await command.run(["kill", "web"])
      }
      #expect(watch.status == 3, "\(watch.errors)")
      #expect(
        watch.output.split(separator: "\n") == [
          "drifted: object t poll-max-ns: requested 5, observed 6",
          "resolved: object t poll-max-ns: requested 5, observed 5",
          "drifted: object t poll-max-ns: requested 5, observed 7",
        ])
    }
  }

  @Test func watchingWhatIsNotThereIsAnError() async throws {
    try await withCommand { command in
      let watch = try await command.run(["watch", "nobody"])
      #expect(watch.status == 1)
      #expect(watch.errors.contains("there is no virtual machine \"nobody\""))
      #expect(try await command.run(["watch", "nobody", "--interval", "0s"]).status == 64)
    }
  }

  /// Until the watcher has written its verdict down.
  private static func wait(for verdict: String, of command: CommandUnderTest) async throws {
    for _ in 0..<300 {
      let status = try await command.run(["status", "web", "--format", "json"]).json
      if status["vm"]?["verdict"]?.stringValue == verdict { return }
    }
    Issue.record("the verdict did not become \(verdict)")
  }
}
