import CLinux
import Glibc
package import LinuxSystem
package import QMP

/// A temporary QEMU, paused and with an unnamed monitor socket, for queries about the binary.
///
/// The process ends when the object is released, and when this process ends, also by SIGKILL.
package final class QEMUProbe: Sendable {
  /// The monitor.
  package let session: QMPSession
  private let process: ChildProcess
  private let standardErrorFile: Descriptor

  private static let monitorDescriptor: Int32 = 3
  private static let timeout = Duration.seconds(5)

  private init(_ process: ChildProcess, _ session: QMPSession, _ standardErrorFile: consuming Descriptor) {
    self.process = process
    self.session = session
    self.standardErrorFile = standardErrorFile
  }

  /// Starts the program paused, without a display, with additional arguments.
  /// - Throws: ``SystemError`` if the program cannot be executed.
  package static func start(
    _ program: String, _ arguments: [String]
  ) async throws(SystemError) -> QEMUProbe {
    var ends: [Int32] = [-1, -1]
    _ = try checked(clinux_socket_pair(&ends), "make a socket pair")
    let ours = Descriptor(owning: ends[0])
    let theirs = Descriptor(owning: ends[1])
    let standardErrorFile = Descriptor(owning: try checked(clinux_memory_file(), "make a file in memory"))
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let monitor = [
      "-chardev", "socket,id=probe,fd=\(monitorDescriptor)", "-mon", "chardev=probe,mode=control",
    ]
    let process = try await ChildProcess.spawnEndingWithThisProcess(
      program, monitor + ["-S", "-display", "none"] + arguments, environment: ProcessEnvironment.ofQEMU,
      passing: [
        .init(null.number, as: 0), .init(null.number, as: 1), .init(standardErrorFile.number, as: 2),
        .init(theirs.number, as: monitorDescriptor),
      ])
    return QEMUProbe(process, QMPSession(socket: ours, isFirstClient: true), standardErrorFile)
  }

  deinit { try? process.send(signal: SIGKILL) }

  /// Waits for the first answer; machine initialization is complete then.
  package func negotiate(timeout: Duration) async throws(QMPError) -> QMPGreeting {
    try await session.negotiate(timeout: timeout)
  }

  /// Ends the process, with `quit` if it still answers and else with SIGKILL, and returns after it has exited.
  @discardableResult
  package func end() async -> ProcessEnd {
    await Task { [session, process] in
      if await session.endReason == nil {
        _ = try? await session.execute("quit", timeout: Self.timeout)
      }
      await session.close()
      if let end = await process.waitForEnd(within: Self.timeout) { return end }
      try? process.send(signal: SIGKILL)
      return await process.waitForEnd(within: Self.timeout) ?? .unknown
    }.value
  }

  /// The text that QEMU has written to its standard error.
  package var standardError: String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < 16 << 20 {
      let count = pread(standardErrorFile.number, &chunk, chunk.count, off_t(bytes.count))
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
