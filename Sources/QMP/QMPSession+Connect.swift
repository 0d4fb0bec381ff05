extension QMPSession {
  /// The options of a session.
  public struct Options: Sendable {
    /// The default timeouts of commands.
    public var timeouts = QMPTimeouts()
    /// A Boolean value that indicates whether commands may be executed out of band: QEMU executes them on the monitor's
    /// own thread, before those that wait and even while its main loop is busy. Only a few commands can be, such as
    /// `migrate-pause` and `migrate-recover`.
    ///
    /// QMP: `"enable": ["oob"]`
    public var isOutOfBandEnabled = false
    /// Receives a note on each message that belongs to no command: a late reply, an error without an id.
    public var log: @Sendable (String) -> Void = { _ in }
    /// Receives every message with its secrets redacted; by default the sink that `QMP_TRACE` in the environment
    /// selects.
    public var trace: (@Sendable (QMPTrace) -> Void)? = QMPTrace.environmentSink

    /// Creates options with the default timeouts, without out-of-band commands and without a log.
    public init() {}
  }

  /// Connects to a monitor, and waits until QEMU has executed its first command.
  ///
  /// A monitor serves one client at a time: while another is connected, QEMU sends no greeting.
  /// - Parameters:
  ///   - address: the address of the monitor.
  ///   - timeout: the timeout for the reply to the first command, from now.
  ///   - options: the options of the session.
  /// - Throws: ``QMPError``: `unreachable`, `timedOut`, `notQMP`, `connectionLost`, `cancelled`; `unsupported` if QEMU
  ///   does not offer the out-of-band commands that the options enable.
  ///
  /// QMP: `qmp_capabilities`
  public static func connect(
    to address: QMPAddress, timeout: Duration = defaultTimeout, options: Options = Options()
  ) async throws(QMPError) -> QMPSession {
    let socket = try await address.connect()
    if case .tcp = address {
      options.log("QMP over TCP: any client of \(address) controls QEMU and can access host files")
    }
    let session = QMPSession(socket: socket, options: options)
    try await session.negotiate(timeout: timeout)
    return session
  }

  /// Connects to a monitor's Unix socket, and waits until QEMU has executed its first command.
  /// - Parameters:
  ///   - path: the socket; a path over 107 bytes is reached through its directory.
  ///   - timeout: the timeout for the reply to the first command, from now.
  ///   - log: receives a note on each message that belongs to no command: a late reply, an error without an id.
  /// - Throws: as ``connect(to:timeout:options:)``.
  ///
  /// QMP: `qmp_capabilities`
  public static func connect(
    path: String, timeout: Duration = defaultTimeout, log: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(QMPError) -> QMPSession {
    var options = Options()
    options.log = log
    return try await connect(to: .unix(path: path), timeout: timeout, options: options)
  }
}
