import QEMUSupervision

/// The calls that wait for conditions or for lines of the journal.
struct WaitTable {
  private var waits: [(wait: Wait, call: Int, client: Multiplexer.Client)] = []
  private var followers: [(call: Int, client: Multiplexer.Client, after: Int)] = []

  /// The number of lines that one answer has at most.
  private static let mostLines = 256

  /// Adds a call, or answers it at once.
  mutating func add(_ wait: Wait, _ call: Int, _ client: Multiplexer.Client, _ supervisor: Supervisor) {
    waits.append((wait, call, client))
    settle(supervisor)
  }

  /// Adds a call for lines of the journal, or answers it at once.
  mutating func follow(_ call: Int, _ client: Multiplexer.Client, after: Int, _ supervisor: Supervisor) {
    followers.append((call, client, after))
    if after < supervisor.journal.sequence { answerFollowers(supervisor) }
  }

  /// Removes the calls of a client.
  mutating func remove(client: Multiplexer.Client) {
    waits.removeAll { $0.client == client }
    followers.removeAll { $0.client == client }
  }

  mutating func note(event name: String, data: JSONText?, _ supervisor: Supervisor) {
    for index in waits.indices { _ = waits[index].wait.note(event: name, data: data) }
    settle(supervisor)
  }

  mutating func note(console output: ArraySlice<UInt8>, _ supervisor: Supervisor) {
    for index in waits.indices { _ = waits[index].wait.note(console: output) }
    settle(supervisor)
  }

  mutating func note(state: MachineState, _ supervisor: Supervisor) {
    for index in waits.indices { _ = waits[index].wait.note(state: state) }
    settle(supervisor)
  }

  /// Answers the calls that wait for lines of the journal, after a new one.
  mutating func answerFollowers(_ supervisor: Supervisor) {
    let due = followers.filter { $0.after < supervisor.journal.sequence }
    followers.removeAll { $0.after < supervisor.journal.sequence }
    for follower in due {
      let lines = supervisor.journal.lines(after: follower.after).prefix(Self.mostLines)
      // Lines that could not be written are missing, and are not waited for again.
      let last = lines.last?.sequence ?? supervisor.journal.sequence
      let answer = JSONText.object([("lines", .array(lines.map(\.text))), ("sequence", .integer(last))])
      supervisor.multiplexer.answer(follower.call, with: .success(answer))
    }
  }

  /// Answers the calls whose outcome is final.
  private mutating func settle(_ supervisor: Supervisor) {
    for (wait, call, _) in waits {
      guard let answer = Self.answer(wait.outcome, supervisor) else { continue }
      supervisor.multiplexer.answer(call, with: .success(answer))
    }
    waits.removeAll { $0.wait.outcome != .waiting }
  }

  private static func answer(_ outcome: Wait.Outcome, _ supervisor: Supervisor) -> JSONText? {
    switch outcome {
    case .waiting: nil
    case .met(let index):
      .object([("met", .integer(index)), ("sequence", .integer(supervisor.journal.sequence))])
    case .impossible(let reason): .object([("impossible", .string(reason))])
    }
  }
}
