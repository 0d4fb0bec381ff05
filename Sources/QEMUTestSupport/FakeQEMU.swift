import CLinux
import Glibc
import LinuxSystem
public import QMP

/// A QMP server that plays a script, on a real Unix socket.
///
/// ```swift
/// let qemu = try FakeQEMU { monitor in
///   try monitor.negotiate()
///   try monitor.reply(to: monitor.expect("query-name"), ["name": "web"])
/// }
/// let session = try await qemu.connect()
/// ```
/// Like QEMU it serves one client at a time. The script starts from the beginning for each client, on its own
/// thread; the connection is closed when it returns. The socket's directory is removed when the value is deallocated.
public final class FakeQEMU: Sendable {
  /// The behavior of the server on one connection.
  public typealias Script = @Sendable (ScriptedMonitor) throws -> Void

  /// The path of the socket.
  public let path: String
  /// The timeout for each step of the script.
  public let timeout: Duration

  private let directory: String
  private let stop: SharedDescriptor
  private let outcome = Promise<FakeQEMUError?>()

  /// Starts to listen.
  /// - Parameters:
  ///   - timeout: the timeout for each step of the script.
  ///   - script: the behavior on each connection.
  /// - Throws: ``FakeQEMUError`` if the socket cannot be created.
  public init(timeout: Duration = .seconds(120), _ script: @escaping Script) throws(FakeQEMUError) {
    directory = try Self.makeDirectory()
    path = "\(directory)/qmp.sock"
    self.timeout = timeout
    do throws(SystemError) {
      stop = SharedDescriptor(Descriptor(owning: try checked(clinux_eventfd(), "eventfd")))
      let listener = SharedDescriptor(try UnixSocketPath(path).listen())
      let (stop, outcome) = (stop, outcome)
      startThread { outcome.fulfil(Self.serve(listener, until: stop, timeout, script)) }
    } catch {
      throw FakeQEMUError("\(error)")
    }
  }

  deinit {
    _ = clinux_eventfd_signal(stop.descriptor.number)
    unlink(path)
    rmdir(directory)
  }

  /// Connects a session, and waits until it is ready.
  /// - Throws: `QMPError` as `QMPSession.connect(to:timeout:options:)`.
  public func connect(
    timeout: Duration = .seconds(60), options: QMPSession.Options = QMPSession.Options()
  ) async throws(QMPError) -> QMPSession {
    try await QMPSession.connect(to: .unix(path: path), timeout: timeout, options: options)
  }

  /// Waits until a script fails, or, after ``end()``, until the last script has ended.
  /// - Returns: the error of the script that failed; nil if none did.
  public func failure() async -> FakeQEMUError? { await outcome.value() ?? nil }

  /// Accepts no more connections, and waits until the current script has ended.
  /// - Throws: ``FakeQEMUError`` if a script failed.
  public func end() async throws(FakeQEMUError) {
    _ = clinux_eventfd_signal(stop.descriptor.number)
    if let error = await failure() { throw error }
  }

  private static func makeDirectory() throws(FakeQEMUError) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/fake-qemu-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FakeQEMUError("no directory in \(parent): \(String(cString: strerror(errno)))")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// MARK: - Serving

extension FakeQEMU {
  private static func serve(
    _ listener: SharedDescriptor, until stop: SharedDescriptor, _ timeout: Duration, _ script: Script
  ) -> FakeQEMUError? {
    do {
      while let socket = try accept(listener.descriptor.number, unless: stop.descriptor.number) {
        try script(ScriptedMonitor(socket: Descriptor(owning: socket), timeout: timeout))
      }
      return nil
    } catch {
      return error as? FakeQEMUError ?? FakeQEMUError("\(error)")
    }
  }

  /// Returns the next connection; nil once the server is to stop.
  private static func accept(_ listener: Int32, unless stop: Int32) throws -> Int32? {
    var entries = [
      pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&entries, 2, -1) <= 0 {}
    if entries[0].revents != 0 { return nil }
    return try checked(clinux_accept(listener), "accept")
  }
}
