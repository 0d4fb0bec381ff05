@_exported public import QAPI
import QEMUJSON

extension QMPSession {
  /// Executes a command that is a type, and decodes what QEMU answers.
  /// - Parameters:
  ///   - command: the command with its arguments.
  ///   - deadline: how long the reply may take, from now; by default what ``Options/deadlines`` say.
  /// - Returns: the response.
  /// - Throws: ``QMPError`` as ``execute(_:arguments:deadline:)``, and `notUnderstood` for a reply of another form than the
  ///   command's type promises; the command has been executed then.
  public func execute<Command: QAPICommand>(
    _ command: Command, deadline: Duration? = nil
  ) async throws(QMPError) -> Command.Response {
    try Self.understand(
      Command.self, try await execute(Command.name, arguments: command.arguments(), deadline: deadline))
  }

  /// Executes a command that is a type and with which a file descriptor travels to QEMU.
  /// - Parameters:
  ///   - command: the command with its arguments.
  ///   - descriptor: an open descriptor of this process; it is duplicated, and stays the caller's.
  ///   - deadline: how long the reply may take, from now; by default what ``Options/deadlines`` say.
  /// - Returns: the response.
  /// - Throws: as without a descriptor.
  ///
  /// QMP: `getfd`, `add-fd`
  public func execute<Command: QAPICommand>(
    _ command: Command, passing descriptor: Int32, deadline: Duration? = nil
  ) async throws(QMPError) -> Command.Response {
    let reply = try await execute(
      Command.name, arguments: command.arguments(), passing: descriptor, deadline: deadline)
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
  /// Decodes the event as `type`.
  /// - Returns: nil where this is another event.
  /// - Throws: ``QMPError`` `notUnderstood` for data of another form than the type promises.
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
  /// A message of QEMU that does not have the form that the type of the command or event `name` promises.
  fileprivate init(_ error: QAPIError, of name: String) {
    self.init(
      .notUnderstood, "\(name): \(error.summary)", evidence: error.evidence, remedy: error.remedy)
  }
}
