import CLinux
import Glibc
package import LinuxSystem
package import QEMUDiagnosis
import QEMUJSON

/// The facts about a binary that a start needs: that it is QEMU, the form of its monitor options, and its sandbox.
///
/// Querying the binary takes as long as a start, so the answer is cached in a file while the binary is the same file.
package struct BinaryProfile: Sendable, Hashable {
  /// The version, such as `7.2.22`.
  package let version: String
  /// A Boolean value that indicates whether `-object monitor-qmp` exists; if it does, `-mon` is deprecated.
  package let hasMonitorObject: Bool
  /// A Boolean value that indicates whether trace events can be written to its log.
  package var hasTraceLog: Bool
  /// A Boolean value that indicates whether it was built with a system call filter.
  package let hasSandbox: Bool

  private static let timeout = Duration.seconds(10)

  package init(
    version: String, hasMonitorObject: Bool, hasTraceLog: Bool = false, hasSandbox: Bool = false
  ) {
    (self.version, self.hasMonitorObject) = (version, hasMonitorObject)
    (self.hasTraceLog, self.hasSandbox) = (hasTraceLog, hasSandbox)
  }

  /// Queries the binary.
  /// - Throws: ``LifecycleError``: `binaryUnusable`, `notQEMU`, `hostUnusable`, `timedOut`, `cancelled`.
  package static func probe(_ binary: QEMUBinary) async throws(LifecycleError) -> BinaryProfile {
    async let versionAnswer = result(of: binary, ["--version"])
    async let objectAnswer = result(of: binary, ["-object", "help"])
    async let logAnswer = result(of: binary, ["-d", "help"])
    async let sandboxAnswer = result(of: binary, ["-sandbox", "on", "--version"])
    let (about, objects) = (try await versionAnswer.get(), try await objectAnswer.get().text)
    let (version, log) = (about.text, try await logAnswer.get().text)
    let sandbox = try await sandboxAnswer.get().text
    if Task.isCancelled {
      throw LifecycleError(.cancelled, "the start was cancelled", remedy: "repeat the command")
    }
    let marker = "QEMU emulator version "
    guard let found = version.firstRange(of: marker) else {
      if !about.hasEnded { throw unending(binary, "--version") }
      throw notQEMU(binary, "it does not print \"\(marker)\"", [String(version.prefix(200))])
    }
    let number = version[found.upperBound...].prefix { $0.isNumber || $0 == "." }
    return BinaryProfile(
      version: String(number), hasMonitorObject: objects.contains("monitor-qmp"),
      hasTraceLog: log.contains("trace:PATTERN"), hasSandbox: sandbox.contains(marker))
  }

  /// Returns the answer as a result, because `async let` loses the type of an error.
  private static func result(
    of binary: QEMUBinary, _ arguments: [String]
  ) async -> Result<Answer, LifecycleError> {
    do throws(LifecycleError) { return .success(try await run(binary, arguments)) } catch {
      return .failure(error)
    }
  }

  /// The output of a program.
  struct Answer {
    let text: String
    /// A Boolean value that indicates whether it ended before the timeout.
    let hasEnded: Bool
  }

  /// Runs the binary until it exits or the timeout expires, and returns its output. Output that exceeds the buffer of a
  /// socket blocks it.
  /// - Throws: ``LifecycleError``: `binaryUnusable`, `hostUnusable`.
  static func run(_ binary: QEMUBinary, _ arguments: [String]) async throws(LifecycleError) -> Answer {
    do throws(SystemError) {
      var ends: [Int32] = [-1, -1]
      _ = try checked(clinux_socket_pair(&ends), "make a socket pair")
      let reading = Descriptor(owning: ends[0])
      let writing = Descriptor(owning: ends[1])
      let null = try Descriptor.open("/dev/null", O_RDWR)
      let process = try await ChildProcess.spawnEndingWithThisProcess(
        binary.path, arguments, environment: ProcessEnvironment.ofQEMU,
        passing: [.init(null.number, as: 0), .init(writing.number, as: 1), .init(writing.number, as: 2)])
      let hasEnded = await process.waitForEnd(within: timeout) != nil
      if !hasEnded { try process.send(signal: SIGKILL) }
      return Answer(text: drain(reading), hasEnded: hasEnded)
    } catch {
      throw unusable(binary, error)
    }
  }

  /// Returns the error for a binary that could not be executed.
  package static func unusable(_ binary: QEMUBinary, _ error: SystemError) -> LifecycleError {
    if !error.operation.hasPrefix("execute") || [EMFILE, ENFILE, ENOMEM, EAGAIN].contains(error.number) {
      return .ofHost(error)
    }
    return LifecycleError(
      .binaryUnusable, "\(error)", remedy: "specify a program that this host can execute with --qemu")
  }

  private static func unending(_ binary: QEMUBinary, _ word: String) -> LifecycleError {
    LifecycleError(
      .timedOut, "\"\(binary.path) \(word)\" did not end within \(timeout)",
      remedy: "run it in a terminal to see why, or specify another program with --qemu")
  }

  private static func drain(_ socket: borrowing Descriptor) -> String {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = clinux_receive(socket.number, &chunk, chunk.count)
      if count <= 0 { break }
      output.append(contentsOf: chunk[..<Int(count)])
    }
    return String(decoding: output, as: UTF8.self)
  }

  fileprivate static func notQEMU(_ binary: QEMUBinary, _ why: String, _ evidence: [String]) -> LifecycleError
  {
    LifecycleError(
      .notQEMU, "\"\(binary.path)\" is not QEMU: \(why)", evidence: evidence.filter { !$0.isEmpty },
      remedy: "specify a qemu-system program with --qemu")
  }
}

extension QEMUBinary {
  /// Returns the identity of the binary's file; the profile is valid while it is the same.
  package func identity() throws(LifecycleError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { throw BinaryProfile.notQEMU(self, "it no longer exists", []) }
    return
      "\(path) \(status.st_dev):\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}
