import Foundation
import QEMU
import QEMULifecycle
import QMP
import Testing

/// A monitor serves one client: `stop` waits for one that another client holds before it does without.
@Suite struct HeldMonitorTests {
  private static let options = ["-accel", "tcg", "-machine", "none", "-m", "32", "-S"]

  /// Starts a virtual machine and holds its monitor.
  private func withHeldMonitor(
    _ body: (CommandUnderTest, consuming Descriptor) async throws -> Void
  ) async throws {
    try await withCommand { command in
      #expect(
        try await command.run(["start", "--no-supervisor", "--name", "v", "--"] + Self.options).status == 0)
      let directory = "\(command.state.path)/v"
      let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      let socket = try #require(names.first { $0.hasSuffix(".sock") })
      try await body(command, try UnixSocketPath(directory: directory, name: socket).connect())
    }
  }

  @Test func aMonitorThatIsLetGoInTimeIsUsed() async throws {
    try await withHeldMonitor { command, client in
      let held = Held(SharedDescriptor(client))
      let stop = try await command.run(["stop", "v", "--powerdown", "60s"]) { _ in
        let directory = MachineDirectory(try MachineName("v"), in: command.state)
        // The command has taken its lock, and waits.
        while (try? await directory.lock(within: .zero)) != nil {
          try await Task.sleep(for: .milliseconds(20))
        }
        held.release()
      }
      #expect(stop.output.contains("stopped by"), "\(stop.errors)")
      #expect(!stop.errors.contains("signals"), "\(stop.errors)")
    }
  }

  @Test func whereItIsHeldThroughoutQEMUIsEndedBySignalsAndThatIsTold() async throws {
    try await withHeldMonitor { command, client in
      let stop = try await command.run(["stop", "v", "--powerdown", "1s"])
      #expect(stop.output.contains("stopped by terminate"), "\(stop.output)")
      #expect(stop.errors.contains("without its monitor, qemuctl cannot request a power-off"))
      _ = consume client
    }
  }
}

/// A descriptor that one of two may close.
private final class Held: @unchecked Sendable {
  private let lock = NSLock()
  private var descriptor: SharedDescriptor?
  init(_ descriptor: SharedDescriptor) { self.descriptor = descriptor }
  func release() { lock.withLock { descriptor = nil } }
}
