@_exported public import QAPI
import QEMUJSON

extension QMPSession {
  /// Executes a typed command, and decodes the reply.
  /// - Parameters:
  ///   - command: the command with its arguments.
  ///   - timeout: the timeout for the reply, from now; by default the one in ``Options/timeouts``.
  /// - Returns: the response.
  /// - Throws: ``QMPError`` as ``execute(_:arguments:timeout:)``, and `undecodable` if the reply does not match the
  ///   command's type; QEMU has then executed the command.
  public func execute<Command: QAPICommand>(
    _ command: Command, timeout: Duration? = nil
  ) async throws(QMPError) -> Command.Response {
    try Self.understand(
      Command.self, try await execute(Command.name, arguments: command.arguments(), timeout: timeout))
  }

  /// Executes a typed command and passes a file descriptor to QEMU with it.
  /// - Parameters:
  ///   - command: the command with its arguments.
  ///   - descriptor: an open descriptor of this process. It is duplicated; the caller keeps the original.
  ///   - timeout: the timeout for the reply, from now; by default the one in ``Options/timeouts``.
  /// - Returns: the response.
  /// - Throws: as ``execute(_:timeout:)``.
  ///
  /// QMP: `getfd`, `add-fd`
  public func execute<Command: QAPICommand>(
    _ command: Command, passing descriptor: Int32, timeout: Duration? = nil
  ) async throws(QMPError) -> Command.Response {
    let reply = try await execute(
      Command.name, arguments: command.arguments(), passing: descriptor, timeout: timeout)
    return try Self.understand(Command.self, reply)
  }

  private static func understand<Command: QAPICommand>(
    _: Command.Type, _ reply: JSON
  ) throws(QMPError) -> Command.Response {
    do throws(QAPIError) {
      return try Command.response(from: reply)
    } catch {
      throw QMPError(error, of: Command.name)
    }
  }
}

extension QMPEventMessage {
  /// Returns the event decoded as `type`.
  /// - Returns: the event; nil if this is another event.
  /// - Throws: ``QMPError`` `undecodable` if the data does not match the type.
  public func decoded<Event: QAPIEvent>(as type: Event.Type) throws(QMPError) -> Event? {
    guard name == type.name else { return nil }
    do throws(QAPIError) {
      return try Event(data: data)
    } catch {
      throw QMPError(error, of: name)
    }
  }
}

extension QMPError {
  /// Creates an error for a message that does not match the type of the command or event `name`.
  fileprivate init(_ error: QAPIError, of name: String) {
    self.init(
      .undecodable, "\(name): \(error.summary)", evidence: error.evidence, remedy: error.remedy)
  }
}
