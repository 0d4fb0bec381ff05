extension QMPSession {
  /// How a session behaves.
  public struct Options: Sendable {
    /// How long commands may take unless their callers say otherwise.
    public var deadlines = QMPDeadlines()
    /// Whether commands may overtake those that wait: QEMU executes them on the monitor's own thread, even while its main loop
    /// is busy. Only a few commands can, such as `migrate-pause` and `migrate-recover`.
    ///
    /// QMP: `"enable": ["oob"]`
    public var isOutOfBandEnabled = false
    /// Receives what belongs to no command: a late reply, an error without an id.
    public var log: @Sendable (String) -> Void = { _ in }
    /// Receives every message, secrets struck out; by default what `QMP_TRACE` in the environment asks for.
    public var trace: (@Sendable (QMPTrace) -> Void)? = QMPTrace.environmentSink

    /// Makes options: the usual deadlines, in-band only, no log.
    public init() {}
  }

  /// Connects to a monitor, and waits until QEMU has executed its first command.
  ///
  /// QEMU serves one client a monitor: while another holds it, no greeting comes.
  /// - Parameters:
  ///   - address: where the monitor is.
  ///   - deadline: how long QEMU may take, from now.
  ///   - options: how the session behaves.
  /// - Throws: ``QMPError``: `unreachable`, `timedOut`, `notQMP`, `connectionLost`, `cancelled`; `unsupported` where it offers
  ///   no out-of-band commands.
  ///
  /// QMP: `qmp_capabilities`
  public static func connect(
    to address: QMPAddress, deadline: Duration = defaultDeadline, options: Options = Options()
  ) async throws(QMPError) -> QMPSession {
    let socket = try await address.connect()
    if case .tcp = address {
      options.log("QMP over TCP: whoever reaches \(address) commands QEMU and its host's files")
    }
    let session = QMPSession(socket: socket, options: options)
    try await session.negotiate(deadline: deadline)
    return session
  }

  /// Connects to a monitor's Unix socket, and waits until QEMU has executed its first command.
  /// - Parameters:
  ///   - path: the socket; a path over 107 bytes is reached through its directory.
  ///   - deadline: how long QEMU may take, from now.
  ///   - log: receives what belongs to no command: a late reply, an error without an id.
  /// - Throws: as ``connect(to:deadline:options:)``.
  ///
  /// QMP: `qmp_capabilities`
  public static func connect(
    path: String, deadline: Duration = defaultDeadline, log: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(QMPError) -> QMPSession {
    var options = Options()
    options.log = log
    return try await connect(to: .unix(path: path), deadline: deadline, options: options)
  }
}
