package import QEMUJSON

/// The protocol of one QMP connection, without any I/O.
///
/// ```
/// awaitingGreeting ──greeting──▶ negotiating ──reply to qmp_capabilities──▶ ready
///        └────────────────── end of stream, not QMP ──────────────────▶ ended
/// ```
/// Every input returns the actions that the owner must perform, in order. A reply is matched by its id alone. The id of
/// a command that timed out or was cancelled is quarantined, so that its late reply is never taken for the reply to
/// another.
///
/// A command is sent without an id if no other reply is outstanding, because QEMU reads one byte per iteration of its
/// main loop. All later commands have an id until the reply to that command has arrived, so at most one reply without
/// an id is outstanding. The id that ``submit(_:_:isOutOfBand:)`` returns for it is never sent.
package struct SessionStateMachine {
  package typealias RequestID = Int64

  package enum State: Equatable {
    case awaitingGreeting
    case negotiating(QMPGreeting)
    case ready(QMPGreeting)
    case ended
  }

  package enum Action {
    /// Write this line.
    case send([UInt8])
    /// The session is ready: machine initialization is complete, and QEMU executes commands.
    case becomeReady(QMPGreeting)
    /// A command completed or failed.
    case finish(RequestID, Result<JSON, QMPError>)
    /// An event arrived.
    case deliver(QMPEventMessage)
    /// A message arrived that belongs to no command; the text is for the log.
    case note(String)
    /// Close the connection; all waiting commands fail with the error.
    case end(QMPError)
  }

  package private(set) var state = State.awaitingGreeting
  private var pending = RequestTable<String>()
  private var quarantined: Set<RequestID> = []
  /// The command that was sent without an id and has not been answered; it is pending or quarantined.
  private var anonymous: RequestID?
  private var waiting: [(id: RequestID, line: [UInt8])] = []
  private let negotiation: RequestID
  private let parser = JSONParser()
  private var ids = RequestIDs()
  private let capabilities: [String]

  /// - Parameters:
  ///   - negotiation: the id of `qmp_capabilities`, the first command. QEMU may send a client a late reply to a command
  ///     of the previous client of the monitor. A client that is not the first therefore specifies an id that no other
  ///     client uses. QEMU executes commands in order, so no such reply arrives after the reply to this command, and
  ///     later commands may use short ids.
  ///   - capabilities: the capabilities to enable; the session ends if the peer does not offer one of them.
  package init(negotiation: RequestID = 0, enabling capabilities: [String] = []) {
    self.negotiation = negotiation
    self.capabilities = capabilities
  }

  /// The number of commands that wait for a reply.
  package var pendingCount: Int { pending.count }
}

// MARK: - Commands

extension SessionStateMachine {
  /// Adds a command, and returns its id and the line to send. The line is nil before the session is ready; it is then
  /// sent by an action when the session becomes ready.
  package mutating func submit(
    _ command: String, _ arguments: JSONObject, isOutOfBand: Bool = false
  ) throws(QMPError) -> (RequestID, [UInt8]?) {
    if state == .ended { throw QMPError(.connectionLost, "\(command): the connection has ended") }
    let id = ids.take()
    do throws(QMPError) {
      let isAnonymous = isReady && !isOutOfBand && pending.count == 0 && quarantined.isEmpty
      let line = try Self.encode(
        isOutOfBand ? "exec-oob" : "execute", command, arguments, isAnonymous ? nil : id)
      if isAnonymous { anonymous = id }
      pending.insert(command, for: id)
      if case .ready = state { return (id, line) }
      waiting.append((id, line))
      return (id, nil)
    } catch {
      ids.release(id)
      throw error
    }
  }

  /// Abandons a command; a late reply to it is dropped.
  /// - Parameter isUnsent: `true` if the owner did not write the line that ``submit(_:_:isOutOfBand:)`` returned, and
  ///   will not write it.
  package mutating func abandon(_ id: RequestID, isUnsent: Bool = false) {
    guard pending.remove(id) != nil else { return }
    let count = waiting.count
    waiting.removeAll { $0.id == id }
    if isUnsent || waiting.count < count {
      if anonymous == id { anonymous = nil }
      ids.release(id)
    } else {
      quarantined.insert(id)
    }
  }

  /// Returns the wire name of a command that waits for a reply.
  func command(_ id: RequestID) -> String? { pending[id] }

  /// Returns whether a command waits until the session is ready.
  func isWaiting(_ id: RequestID) -> Bool { waiting.contains { $0.id == id } }

  /// Returns whether the reply to a command may still arrive.
  func isUnanswered(_ id: RequestID) -> Bool { pending[id] != nil || quarantined.contains(id) }

  private static func encode(
    _ verb: String, _ command: String, _ arguments: JSONObject, _ id: RequestID?
  ) throws(QMPError) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(command.utf8.count + 48)
    do throws(JSONError) {
      append("{\"", to: &line)
      append(verb, to: &line)
      append("\":", to: &line)
      try appendName(command, to: &line)
      if !arguments.isEmpty {
        append(",\"arguments\":", to: &line)
        append(try JSON.object(arguments).serialized(), to: &line)
      }
    } catch {
      throw QMPError(.malformedArguments, "\(command): \(error.summary)", remedy: error.remedy)
    }
    if let id { append(",\"id\":\(id)", to: &line) }
    append("}\n", to: &line)
    return line
  }

  /// Appends all bytes at once, not one by one.
  private static func append(_ text: String, to line: inout [UInt8]) {
    text.utf8Span.span.withUnsafeBufferPointer { line.append(contentsOf: $0) }
  }

  /// Appends a command's name as JSON. The names of all QEMU commands need only quotes.
  private static func appendName(_ command: String, to line: inout [UInt8]) throws(JSONError) {
    if !command.utf8.allSatisfy(isPlain) { return append(try JSON.string(command).serialized(), to: &line) }
    line.append(UInt8(ascii: "\""))
    append(command, to: &line)
    line.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

// MARK: - Messages of the peer

extension SessionStateMachine {
  /// Processes a line from the peer.
  /// - Parameter actions: the array to which the resulting actions are appended.
  package mutating func receive(_ line: UnsafeBufferPointer<UInt8>, into actions: inout [Action]) {
    if state == .ended || line.allSatisfy({ $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }) { return }
    do throws(JSONError) {
      switch try parser.parse(line, { QMPMessage(&$0) }) {
      case .event(let event) where state != .awaitingGreeting: actions.append(.deliver(event))
      case .reply(let id, let reply) where isReady: actions.append(finish(id, reply, line))
      case let message: actions += receive(message, line)
      }
    } catch {
      actions += notQMP(line, error.description)
    }
  }

  /// Ends the session because the peer closed the connection, or because it failed.
  package mutating func endOfStream(_ reason: String) -> [Action] {
    end(QMPError(.connectionLost, "the QMP connection ended: \(reason)"))
  }

  private mutating func receive(_ message: QMPMessage, _ line: UnsafeBufferPointer<UInt8>) -> [Action] {
    switch message {
    case .notAnObject: notQMP(line, "it sent a line that is not a JSON object")
    case .greeting(let greeting): greet(greeting)
    case .event: notQMP(line, "it sent an event before the greeting")
    case .reply where state == .awaitingGreeting: notQMP(line, "it sent no greeting")
    case .reply(.number(negotiation), let reply): negotiated(reply, line)
    case .reply: [Self.unexpected(line)]
    }
  }

  private mutating func greet(_ greeting: QMPGreeting) -> [Action] {
    guard state == .awaitingGreeting else { return [.note("a second greeting")] }
    if let absent = capabilities.first(where: { !greeting.capabilities.contains($0) }) {
      return end(QMPError(.unsupported, "this QEMU does not offer the capability \(absent)"))
    }
    let enabled: JSONObject =
      capabilities.isEmpty ? [:] : ["enable": .array(capabilities.map(JSON.string))]
    state = .negotiating(greeting)
    do throws(QMPError) {
      return [.send(try Self.encode("execute", "qmp_capabilities", enabled, negotiation))]
    } catch {
      return end(error)
    }
  }

  private var isReady: Bool { if case .ready = state { true } else { false } }

  private mutating func finish(
    _ replyID: QMPMessage.ID, _ reply: QMPMessage.Reply, _ line: UnsafeBufferPointer<UInt8>
  ) -> Action {
    guard let id = answered(by: replyID) else { return Self.unexpected(line) }
    if anonymous == id { anonymous = nil }
    ids.release(id)
    guard let command = pending.remove(id) else {
      quarantined.remove(id)
      return .note("a reply that came too late: \(Self.excerpt(line))")
    }
    return .finish(id, Self.result(of: command, reply, line))
  }

  /// Returns the unanswered command that a reply with this id belongs to.
  private func answered(by replyID: QMPMessage.ID) -> RequestID? {
    switch replyID {
    case .absent: anonymous
    case .number(let id): id != anonymous && isUnanswered(id) ? id : nil
    case .other: nil
    }
  }

  private static func unexpected(_ line: UnsafeBufferPointer<UInt8>) -> Action {
    .note("a reply to a command that this client did not send: \(excerpt(line))")
  }

  private mutating func negotiated(
    _ reply: QMPMessage.Reply, _ line: UnsafeBufferPointer<UInt8>
  ) -> [Action] {
    guard case .negotiating(let greeting) = state else { return [Self.unexpected(line)] }
    if case .failure(let error) = Self.result(of: "qmp_capabilities", reply, line) { return end(error) }
    state = .ready(greeting)
    let lines = waiting.map { Action.send($0.line) }
    waiting = []
    return [.becomeReady(greeting)] + lines
  }

  private static func result(
    of command: String, _ reply: QMPMessage.Reply, _ line: UnsafeBufferPointer<UInt8>
  ) -> Result<JSON, QMPError> {
    switch reply {
    case .value(let value): .success(value)
    case .refusal(let errorClass, let message):
      .failure(
        QMPError(
          .refused, "QEMU refused \(command): \(message)", evidence: ["\(errorClass): \(message)"],
          errorClass: errorClass, qemuMessage: message))
    case .malformed:
      .failure(
        QMPError(
          .undecodable, "\(command): a reply with neither return nor error", evidence: [excerpt(line)]))
    }
  }

  private mutating func notQMP(_ line: UnsafeBufferPointer<UInt8>, _ reason: String) -> [Action] {
    end(QMPError(.notQMP, "the peer is not a QMP server: \(reason)", evidence: [Self.excerpt(line)]))
  }

  private mutating func end(_ error: QMPError) -> [Action] {
    if state == .ended { return [] }
    state = .ended
    return [.end(error)]
  }

  private static func excerpt(_ line: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: line.prefix(200), as: UTF8.self) + (line.count > 200 ? "…" : "")
  }
}
