import Foundation
import QEMU
import QEMULifecycle
import Testing

/// QEMUs that are asked for what they have, and that nobody keeps.
@Suite struct ProbeTests {
  /// A command that is killed cannot end the QEMU that it asks: the kernel does.
  @Test(arguments: [["capabilities"], ["check", "--qemu"]])
  func aQEMUThatIsAskedEndsWithTheCommandThatAsksIt(words: [String]) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString.prefix(8))")
      .path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await withStandIn("echo $$ >\(file).new; mv \(file).new \(file); exec sleep 1000") { qemu in
      try await withCommand { command in
        let arguments = words + [qemu] + (words.count > 1 ? ["--", "-S"] : [])
        let result = try await command.run(arguments) { command in
          let probe = try await Self.process(namedIn: file)
          kill(command, SIGKILL)
          #expect(await probe.waitForEnd(within: .seconds(120)) != nil)
        }
        #expect(result.status == -SIGKILL)
      }
    }
  }

  /// The process whose id a file has, as soon as it is there.
  private static func process(namedIn file: String) async throws -> ChildProcess {
    while true {
      if let text = try? String(contentsOfFile: file, encoding: .utf8),
        let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
        let identity = ProcessIdentity(reading: pid)
      {
        return try #require(try ChildProcess.adopt(identity))
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
