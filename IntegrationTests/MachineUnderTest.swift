import Foundation
import QEMU
import Testing

/// A state directory of a test's own, removed with all that is in it.
func withStateDirectory<Result>(
  _ body: (StateDirectory) async throws -> Result
) async throws -> Result {
  let path = FileManager.default.temporaryDirectory.appending(
    path: "swift-qemu-\(UUID().uuidString.prefix(8))")
  defer { try? FileManager.default.removeItem(at: path) }
  return try await body(StateDirectory(path: path.path(percentEncoded: false)))
}

/// A virtual machine that was started frozen, and is gone when the body returns.
func withMachine<Result: Sendable>(
  on qemu: QEMUUnderTest, _ arguments: [String], accepting accepted: [String] = [],
  _ body: (VirtualMachine) async throws -> Result
) async throws -> Result {
  try await withStateDirectory { state in
    let request = try launchRequest(qemu, arguments, state, accepting: accepted)
    let machine = try await VirtualMachine.start(request)
    do {
      let result = try await body(machine)
      await machine.discard()
      return result
    } catch {
      await machine.discard()
      throw error
    }
  }
}

/// A request without display and default devices.
func launchRequest(
  _ qemu: QEMUUnderTest, _ arguments: [String], _ state: StateDirectory, name: String = "test",
  accepting accepted: [String] = []
) throws -> LaunchRequest {
  let words = ["-nodefaults", "-display", "none"] + arguments
  var request = LaunchRequest(
    name: try MachineName(name), configuration: try QEMUConfiguration(arguments: words),
    binary: try qemu.binary,
    state: state)
  request.accepted = accepted
  return request
}

/// Starts, verifies, and gives the report.
func report(
  on qemu: QEMUUnderTest, _ arguments: [String], accepting accepted: [String] = []
) async throws -> VerificationReport {
  try await withMachine(on: qemu, arguments, accepting: accepted) { try await $0.verify().report }
}

extension VerificationReport {
  /// The finding of a property, such as `accel.tb-size`.
  func finding(_ name: String) throws -> Finding {
    let found = findings.filter { "\($0.option).\($0.property)" == name }
    try #require(found.count == 1, "\(found.count) findings of \(name) among \(findings.map(\.property))")
    return found[0]
  }
}

/// Returns the number of open descriptors of processes that have exited; each of them should have been closed.
func deadProcessDescriptorCount() -> Int {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fdinfo")) ?? []
  return names.filter { name in
    (try? String(contentsOfFile: "/proc/self/fdinfo/\(name)", encoding: .utf8))?.contains("\nPid:\t-1")
      == true
  }.count
}

extension VirtualMachine {
  /// Formats an image by QEMU's own job.
  func format(_ options: JSON) async throws {
    let events = await events()
    _ = try await execute("blockdev-create", ["job-id": "format", "options": options])
    _ = try await events.first(within: .seconds(30)) { event in
      event.name == "JOB_STATUS_CHANGE" && event.data["status"] == "concluded"
    }
    _ = try await execute("job-dismiss", ["id": "format"])
  }
}
