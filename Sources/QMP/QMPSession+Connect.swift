extension QMPSession {
  /// Connects to a monitor's Unix socket and waits until QEMU has executed its first command.
  ///
  /// QEMU serves one client a monitor: while another holds it, no greeting comes.
  /// - Parameters:
  ///   - path: the socket; a path over 107 bytes is reached through its folder.
  ///   - deadline: how long QEMU may take, from now.
  ///   - log: receives what belongs to no command: a late reply, an error without an id.
  /// - Throws: ``QMPError``: `unreachable`, `timedOut`, `notQMP`, `connectionLost`, `cancelled`.
  ///
  /// QMP: `qmp_capabilities`
  public static func connect(
    path: String, deadline: Duration = defaultDeadline, log: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws(QMPError) -> QMPSession {
    let socket: Descriptor
    do throws(SystemError) {
      socket = try UnixSocketPath(path).connect()
    } catch {
      throw QMPError(.unreachable, "\(error)")
    }
    // A monitor may hand a client the late reply of its predecessor: ids begin where that one's did not.
    let session = QMPSession(socket: socket, firstID: .random(in: 1000...999_000), log: log)
    try await session.negotiate(deadline: deadline)
    return session
  }
}
