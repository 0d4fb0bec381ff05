public import QEMUJSON

/// A recorded session of a real QEMU with one client, from the greeting to the end.
///
/// There are transcripts of releases 7.2, 10.0 and 11.1, for x86_64 and aarch64 under tcg and for x86_64 under kvm, of
/// a machine with a disk, a NIC and a few objects. Long lists are truncated.
public struct Transcript: Sendable, CustomStringConvertible {
  /// An event that QEMU sent.
  public struct Event: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The event's members; an empty object if it has none.
    public let data: JSON
  }

  /// A reply of QEMU.
  public enum Reply: Sendable, Hashable {
    /// The return value of the command.
    case value(JSON)
    /// The error that QEMU returned.
    case refusal(errorClass: String, words: String)
  }

  /// A command and QEMU's reply.
  public struct Exchange: Sendable, Hashable {
    /// The command's wire name.
    public let command: String
    /// The command's arguments.
    public let arguments: JSONObject
    /// QEMU's reply.
    public let reply: Reply
    /// The events between the command and its reply.
    public let events: [Event]
  }

  /// The release and the machine, `11.1-x86_64`, `7.2-x86_64-kvm`.
  public let name: String
  /// The content of QEMU's greeting.
  public let greeting: JSON
  /// The commands in order, with their replies.
  public let exchanges: [Exchange]
  /// The events after the last reply.
  public let lastEvents: [Event]

  /// The release, `11.1`.
  public var release: String { String(name.prefix { $0 != "-" }) }
  /// The transcript's name.
  public var description: String { name }

  /// All transcripts.
  public static let all: [Transcript] = [
    qemu7_2_x86_64, qemu7_2_x86_64_kvm, qemu7_2_aarch64, qemu10_0_x86_64, qemu10_0_x86_64_kvm,
    qemu10_0_aarch64,
    qemu11_1_x86_64, qemu11_1_x86_64_kvm, qemu11_1_aarch64,
  ]

  /// Returns the transcript of a release and a machine; nil if there is none of this name.
  public static func named(_ name: String) -> Transcript? { all.first { $0.name == name } }

  init(named name: String, text: String) {
    self.name = name
    var greeting = JSON.null
    var exchanges: [Exchange] = []
    var events: [Event] = []
    for line in text.split(separator: "\n") {
      // The tests count the records, so they would notice an invalid line.
      guard let record = try? JSON.parse(String(line)).objectValue else { continue }
      if let version = record["greeting"] { greeting = version }
      if let event = Event(record) { events.append(event) }
      if let exchange = Exchange(record, events) {
        exchanges.append(exchange)
        events = []
      }
    }
    (self.greeting, self.exchanges, lastEvents) = (greeting, exchanges, events)
  }
}

extension Transcript.Event {
  fileprivate init?(_ record: JSONObject) {
    guard let name = record["event"]?.stringValue else { return nil }
    self.init(name: name, data: record["data"] ?? [:])
  }
}

extension Transcript.Exchange {
  fileprivate init?(_ record: JSONObject, _ events: [Transcript.Event]) {
    guard let command = record["command"]?.stringValue else { return nil }
    let reply: Transcript.Reply =
      if let value = record["return"] {
        .value(value)
      } else {
        .refusal(
          errorClass: record["error"]?["class"]?.stringValue ?? "",
          words: record["error"]?["desc"]?.stringValue ?? "")
      }
    self.init(
      command: command, arguments: record["arguments"]?.objectValue ?? [:], reply: reply, events: events)
  }
}

// MARK: - Playing

extension FakeQEMU {
  /// Answers as a recorded QEMU did.
  ///
  /// ```swift
  /// let qemu = try FakeQEMU(playing: .qemu7_2_aarch64)
  /// let session = try await qemu.connect()
  /// let cpus = try await session.execute(QueryCPUsFast())
  /// ```
  /// A command gets the reply of a recorded command with the same arguments: the first one, then the next ones, then
  /// the last one repeatedly. A command that was not recorded gets an error; for an unknown command it is QEMU's own.
  /// - Parameters:
  ///   - transcript: the recording.
  ///   - timeout: the timeout for each command.
  /// - Throws: ``FakeQEMUError`` if the socket cannot be created.
  public convenience init(
    playing transcript: Transcript, timeout: Duration = .seconds(120)
  ) throws(FakeQEMUError) {
    try self.init(timeout: timeout) { monitor in try monitor.play(transcript) }
  }
}

extension ScriptedMonitor {
  /// Answers as a recorded QEMU did, until the client closes the connection or executes `quit`.
  public func play(_ transcript: Transcript) throws {
    try send(["QMP": transcript.greeting])
    var played: [Int: Int] = [:]
    while let request = try receiveIfAny() {
      let matching = transcript.exchanges.indices.filter { index in
        let exchange = transcript.exchanges[index]
        return exchange.command == request.command && exchange.arguments == request.arguments
      }
      guard let first = matching.first else {
        try refuse(request, in: transcript)
        continue
      }
      let turn = played[first, default: 0]
      played[first] = turn + 1
      try play(transcript.exchanges[matching[min(turn, matching.count - 1)]], request)
      if request.command == "quit" { return try transcript.lastEvents.forEach(play) }
    }
  }

  private func play(_ exchange: Transcript.Exchange, _ request: Request) throws {
    try exchange.events.forEach(play)
    switch exchange.reply {
    case .value(let value): try reply(to: request, value)
    case .refusal(let errorClass, let words): try refuse(request, class: errorClass, words)
    }
  }

  private func play(_ event: Transcript.Event) throws { try self.event(event.name, event.data) }

  private func refuse(_ request: Request, in transcript: Transcript) throws {
    if transcript.exchanges.contains(where: { $0.command == request.command }) {
      let arguments = (try? JSON.object(request.arguments).serialized()) ?? ""
      return try refuse(request, "the transcript \(transcript) has no \(request.command) with \(arguments)")
    }
    try refuse(request, class: "CommandNotFound", "The command \(request.command) has not been found")
  }
}
