public import QEMUJSON

extension FakeQEMU {
  /// A fault of a monitor, or valid behavior that looks like a fault.
  ///
  /// Each script expects a client that connects, negotiates, and executes `query-name`.
  public enum Fault: String, Sendable, CaseIterable {
    // Before the session is ready.
    /// Accepts the connection and sends no greeting, as if another client held the monitor, or QEMU were stuck.
    case neverGreets
    /// Closes the connection at once.
    case closesAtOnce
    /// Closes the connection in the middle of the greeting.
    case closesAmidGreeting
    /// Answers like a web server.
    case speaksHTTP
    /// Sends bytes that are not text.
    case sendsGarbage
    /// Sends JSON that is not a greeting.
    case sendsOtherJSON
    /// Sends a line that does not end.
    case sendsEndlessLine
    /// Refuses the client's capabilities.
    case refusesCapabilities
    /// Greets and never answers, as if QEMU's main loop did not run.
    case neverAcknowledges
    /// Greets, and closes the connection when the client answers, as if machine initialization had failed.
    case closesAfterGreeting
    /// Sends an event between the greeting and the acknowledgement, as QEMU can.
    case sendsEventBeforeAcknowledgement
    /// Sends an error without an id before the acknowledgement, as QEMU does for a line that it cannot parse.
    case sendsErrorWithoutID

    // After a command.
    /// Closes the connection instead of answering.
    case closesInsteadOfReply
    /// Closes the connection in the middle of the reply.
    case closesAmidReply
    /// Never answers.
    case neverReplies
    /// Stops reading, and never answers.
    case stopsReading
    /// Answers a command that the client did not send, then the one that it sent.
    case repliesToUnknownCommand
    /// Answers with neither a value nor an error.
    case repliesWithoutValue
    /// Refuses with an error that has neither class nor description.
    case refusesWithoutWords
    /// Answers with nested arrays, 100,000 levels deep.
    case sendsNestingBomb
    /// Answers with a string that is not UTF-8.
    case sendsInvalidUTF8
    /// Answers with a NUL byte in the line.
    case sendsNULByte
    /// Answers with an object that has a duplicate key.
    case sendsDuplicateKey
    /// Greets a second time, then answers.
    case greetsTwice

    // Valid behavior that looks like a fault.
    /// Answers one byte at a time.
    case dribbles
    /// Answers with blank lines around the reply.
    case sendsBlankLines
    /// Answers with 16 MiB on one line.
    case sendsHugeLine
    /// Sends many events before the reply, in a single write.
    case floodsWithEvents
    /// Refuses the command, as QEMU does if the command fails.
    case refuses
  }

  /// Starts a server with a fault.
  /// - Throws: ``FakeQEMUError`` if the socket cannot be created.
  public convenience init(_ fault: Fault, timeout: Duration = .seconds(120)) throws(FakeQEMUError) {
    try self.init(timeout: timeout, fault.script)
  }
}

extension FakeQEMU.Fault {
  /// The return value of `query-name`, for faults that answer it.
  public static let answer: JSON = ["name": "fake"]

  /// The script that plays the fault.
  public var script: FakeQEMU.Script {
    switch self {
    case .neverGreets: return { try $0.awaitClose() }
    case .closesAtOnce: return { _ in }
    case .closesAmidGreeting: return { try $0.send(text: #"{"QMP": {"version": {"qe"#) }
    case .speaksHTTP: return Self.saying(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
    case .sendsGarbage: return Self.saying((0...255).reversed() + [0x0A])
    case .sendsOtherJSON: return Self.saying(Array("{\"jsonrpc\": \"2.0\"}\r\n".utf8))
    case .sendsEndlessLine: return Self.sayingWithoutEnd
    case .refusesCapabilities:
      return Self.greeting { try $0.refuse($1, "capabilities are for others") }
    case .neverAcknowledges: return Self.greeting { _, _ in }
    case .closesAfterGreeting: return Self.greeting { monitor, _ in monitor.close() }
    case .sendsEventBeforeAcknowledgement:
      return Self.interjecting { try $0.event("NIC_RX_FILTER_CHANGED", ["path": "/machine"]) }
    case .sendsErrorWithoutID:
      return Self.interjecting {
        try $0.send(["error": ["class": "GenericError", "desc": "JSON parse error"]])
      }
    default: return Self.answering(answer)
    }
  }

  private func answer(_ monitor: ScriptedMonitor, _ request: ScriptedMonitor.Request) throws {
    switch self {
    case .closesInsteadOfReply: monitor.close()
    case .closesAmidReply:
      try monitor.send(text: #"{"return": {"na"#)
      monitor.close()
    case .neverReplies: break
    case .stopsReading: try monitor.awaitHangUp()
    case .refuses: try monitor.refuse(request, class: "DeviceNotFound", "there is no such name")
    case .refusesWithoutWords: try monitor.send(.object(request.answer(["error": 7])))
    case .repliesWithoutValue: try monitor.send(.object(request.answer([:])))
    case .dribbles, .sendsBlankLines, .sendsHugeLine, .floodsWithEvents: try seemWrong(monitor, request)
    case .repliesToUnknownCommand:
      try monitor.send(["return": ["name": "another's"], "id": 987_654_321])
      try monitor.reply(to: request, Self.answer)
    case .greetsTwice:
      try monitor.greet()
      try monitor.reply(to: request, Self.answer)
    default:
      try monitor.send(
        bytes: brokenReply(try request.answer([:]).map { try ", \"\($0.name)\": \($0.value.serialized())" }))
    }
  }

  /// Returns a reply that no client can parse.
  private func brokenReply(_ members: [String]) -> [UInt8] {
    let depth = 100_000
    let value: [UInt8] =
      switch self {
      case .sendsNestingBomb: Array(repeating: 0x5B, count: depth) + Array(repeating: 0x5D, count: depth)
      case .sendsInvalidUTF8: Array("{\"name\": \"".utf8) + [0xC3, 0x28, 0xFF] + Array("\"}".utf8)
      case .sendsNULByte: Array("{\"name\": \"a".utf8) + [0] + Array("b\"}".utf8)
      default: Array("{\"name\": \"a\", \"name\": \"b\"}".utf8)
      }
    return Array("{\"return\": ".utf8) + value + Array("\(members.joined())}\r\n".utf8)
  }

  /// Sends a valid reply that looks like a fault.
  private func seemWrong(_ monitor: ScriptedMonitor, _ request: ScriptedMonitor.Request) throws {
    let reply = try JSON.object(request.answer(["return": Self.answer])).serialized() + "\r\n"
    switch self {
    case .dribbles: for byte in reply.utf8 { try monitor.send(bytes: [byte]) }
    case .sendsBlankLines: try monitor.send(text: "\r\n\n  \r\n\(reply)\r\n\n")
    case .sendsHugeLine:
      let padding = JSON.string(String(repeating: "x", count: 16 << 20))
      try monitor.reply(to: request, ["name": "fake", "padding": padding])
    default:
      let event =
        #"{"event": "RTC_CHANGE", "data": {"offset": 1}, "timestamp": {"seconds": 1, "microseconds": 2}}"#
      try monitor.send(text: String(repeating: event + "\r\n", count: 10_000) + reply)
    }
  }
}

// MARK: - Shapes of scripts

extension FakeQEMU.Fault {
  private static func saying(_ bytes: [UInt8]) -> FakeQEMU.Script {
    { monitor in
      try monitor.send(bytes: bytes)
      try monitor.awaitClose()
    }
  }

  private static let sayingWithoutEnd: FakeQEMU.Script = { monitor in
    let piece = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
    // Until the client closes the connection, as it should at some point.
    while try monitor.sendUnlessClosed(piece) {}
  }

  private static func interjecting(
    _ message: @escaping @Sendable (ScriptedMonitor) throws -> Void
  ) -> FakeQEMU.Script {
    { monitor in
      try monitor.greet()
      let request = try monitor.expect("qmp_capabilities")
      try message(monitor)
      try monitor.reply(to: request)
      try monitor.reply(to: monitor.expect("query-name"), answer)
      try monitor.awaitClose()
    }
  }

  private static func greeting(
    _ body: @escaping @Sendable (ScriptedMonitor, ScriptedMonitor.Request) throws -> Void
  ) -> FakeQEMU.Script {
    { monitor in
      try monitor.greet()
      try body(monitor, try monitor.expect("qmp_capabilities"))
      try monitor.awaitClose()
    }
  }

  private static func answering(
    _ body: @escaping @Sendable (ScriptedMonitor, ScriptedMonitor.Request) throws -> Void
  ) -> FakeQEMU.Script {
    { monitor in
      try monitor.negotiate()
      try body(monitor, try monitor.expect("query-name"))
      try monitor.awaitClose()
    }
  }
}
