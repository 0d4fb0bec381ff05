import QEMUJSON
import QMP

/// A session that is spoken to: a line `>NAME` submits a command, `xN` gives up the command with the id N, and any other
/// line comes from the peer.
///
/// Each command ends once and as itself, an id that may still be replied to is not given again, no other reply is
/// outstanding when a command is sent without an id, and after the end nothing happens any more.
struct Conversation {
  private var machine = SessionStateMachine()
  /// The commands that have not ended, by id.
  private var open: Set<Int64> = []
  /// The commands that were given up when their reply might come yet.
  private var late: Set<Int64> = []
  private var sent: Set<Int64> = []
  /// The command that was sent without an id, until its reply comes.
  private var anonymous: Int64?
  private var isReady = false
  private var hasEnded = false

  mutating func take(_ line: [UInt8]) throws(FuzzFinding) {
    let text = String(decoding: line.dropFirst(), as: UTF8.self)
    switch line.first {
    case UInt8(ascii: ">"): try submit(text)
    case UInt8(ascii: "x"): if let id = Int64(text) { giveUp(id) }
    default: try hear(line)
    }
    try require(
      machine.pendingCount == open.count, "\(machine.pendingCount) commands wait, not \(open.count)")
  }

  mutating func end() throws(FuzzFinding) {
    let actions = machine.endOfStream("closed")
    try require(actions.count == (hasEnded ? 0 : 1), "an end that is none, or a second one")
    try require(machine.endOfStream("closed").isEmpty, "a second end")
  }

  private mutating func submit(_ name: String) throws(FuzzFinding) {
    guard let (id, line) = try? machine.submit(name, [:]) else {
      return try require(hasEnded, "\(name) was refused")
    }
    try require(!hasEnded, "\(name) was taken after the end")
    try require(!late.contains(id), "the id \(id) is given while a late reply with it may come")
    try require(open.insert(id).inserted, "the id \(id) is given twice")
    if let line { try send(line, of: id) }
  }

  private mutating func giveUp(_ id: Int64) {
    machine.abandon(id)
    if open.remove(id) != nil, sent.contains(id) { late.insert(id) }
  }

  private mutating func hear(_ line: [UInt8]) throws(FuzzFinding) {
    var actions: [SessionStateMachine.Action] = []
    let trace = line.withUnsafeBufferPointer {
      machine.receive($0, into: &actions)
      return QMPSecrets.struckOut(of: $0)
    }
    try require(!trace.utf8.contains(UInt8(ascii: "\n")), "a trace of more than a line: \(trace)")
    if case .note(let words) = actions.first, words.contains("too late") { try forget(line) }
    try require(!hasEnded || actions.isEmpty, "something happens after the end")
    for action in actions { try perform(action, line) }
  }

  /// A late reply has come, so that its id is free again.
  private mutating func forget(_ line: [UInt8]) throws(FuzzFinding) {
    let message = try? JSON.parse(line)
    let id = message?["id"] == nil ? anonymous : message?["id"]?.integerValue
    if id == anonymous { anonymous = nil }
    try require(id.map { late.remove($0) != nil } ?? false, "a reply came too late to nothing")
  }

  private mutating func perform(
    _ action: SessionStateMachine.Action, _ line: [UInt8]
  ) throws(FuzzFinding) {
    switch action {
    case .send(let line): try send(line, of: nil)
    case .becomeReady:
      try require(!isReady, "ready twice")
      isReady = true
    case .finish(let id, _):
      try require(open.remove(id) != nil && sent.contains(id), "\(id) ends, and was not to")
      sent.remove(id)
      let replied = (try? JSON.parse(line))?["id"]
      try require(
        anonymous == id ? replied == nil : replied?.integerValue == id, "\(id) ends by the reply to another")
      if anonymous == id { anonymous = nil }
    case .deliver, .note: break
    case .end: hasEnded = true
    }
  }

  /// A line is one message; those of the session's own negotiation are no command.
  private mutating func send(_ bytes: [UInt8], of submitted: Int64?) throws(FuzzFinding) {
    let line = String(decoding: bytes, as: UTF8.self)
    try require(line.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1, "not one line: \(line)")
    guard let message = try? JSON.parse(line), let id = message["id"]?.integerValue ?? submitted else {
      throw FuzzFinding(description: "no message: \(line)")
    }
    if message["id"] == nil {
      try require(open == [id] && late.isEmpty, "\(id) has no id while another reply is outstanding")
      anonymous = id
    }
    if isReady { sent.insert(id) }
  }
}
