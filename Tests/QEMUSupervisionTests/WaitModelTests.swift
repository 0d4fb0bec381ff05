import QEMUSupervision
import Testing

/// Something that happens to a machine.
private enum Happening {
  case event(String)
  case console(String)
  case state(MachineState)

  static func random(_ generator: inout SeededRandom) -> Happening {
    switch Int.random(in: 0...9, using: &generator) {
    case 0...2: .event(["A", "B", "C", "GUEST_PANICKED"].randomElement(using: &generator) ?? "A")
    case 3...5:
      .console(
        (0..<3).map { _ in "ab\n\0".randomElement(using: &generator) ?? "a" }.map(String.init).joined())
    default: .state(Self.states.randomElement(using: &generator) ?? .starting)
    }
  }

  private static let states: [MachineState] = [
    .starting, .live(runState: "running"), .live(runState: "running"), .live(runState: "paused"), .restarting,
    .live(runState: "guest-panicked"), .ended(RunEnd(.guestShutdown, exit: .exited(0))),
    .ended(RunEnd(.guestPanic(.poweroff), exit: .exited(0))),
  ]
}

/// A naive wait, which looks at the whole history again after each step.
private struct WaitModel {
  let conditions: [String]
  let mode: Wait.Mode
  /// Everything since the cursor.
  var history: [Happening] = []
  /// The number of happenings before the wait began, of which only the last state counts.
  var before = 0

  enum Outcome: Equatable { case waiting, met, impossible }

  var outcome: Outcome {
    for count in before...max(before, history.count) {
      let met = conditions.filter { isMet($0, history.prefix(count)) }
      if mode == .any ? !met.isEmpty : met.count == conditions.count { return .met }
      if let last = state(history.prefix(count)), case .ended = last { return .impossible }
    }
    return .waiting
  }

  private func state(_ history: ArraySlice<Happening>) -> MachineState? {
    for case .state(let state) in history.reversed() { return state }
    return nil
  }

  private func states(_ history: ArraySlice<Happening>) -> [MachineState] {
    let present = state(history.prefix(before)) ?? .starting
    let later = history.dropFirst(before).compactMap { if case .state(let state) = $0 { state } else { nil } }
    return [present] + later
  }

  private func isMet(_ condition: String, _ history: ArraySlice<Happening>) -> Bool {
    let events = history.compactMap { if case .event(let name) = $0 { name } else { nil } }
    switch condition {
    case "event:A", "event:B": return events.contains(String(condition.suffix(1)))
    case "console:aba": return lines(history).contains { $0.contains("aba") }
    case "running": return states(history).contains(.live(runState: "running"))
    case "paused": return states(history).contains(.live(runState: "paused"))
    case "stopped": return states(history).contains { if case .ended = $0 { true } else { false } }
    default:
      let isPanic = states(history).contains {
        if case .ended(let end) = $0 {
          end.word == "guest-panic"
        } else {
          $0 == .live(runState: "guest-panicked")
        }
      }
      return isPanic || events.contains("GUEST_PANICKED")
    }
  }

  private func lines(_ history: ArraySlice<Happening>) -> [Substring] {
    var text = ""
    for (index, happening) in history.enumerated() {
      switch happening {
      case .console(let part): text += part.filter { $0 != "\0" }
      case .state(.starting) where index >= before, .state(.restarting) where index >= before: text += "\n"
      default: break
      }
    }
    // The state at the beginning of the wait also ends the line if there is no run.
    return text.split(separator: "\n")
  }
}

@Suite("A wait that begins at any time") struct WaitModelTests {
  @Test(
    "has the outcome of a model that sees everything since the cursor", arguments: 0..<40 as Range<UInt64>)
  func interleavings(seed: UInt64) throws {
    for round in 0..<50 {
      var generator = SeededRandom(seed: seed * 1000 + UInt64(round))
      try check(&generator, seed: seed * 1000 + UInt64(round))
    }
  }

  private func check(_ generator: inout SeededRandom, seed: UInt64) throws {
    var all = ["running", "paused", "stopped", "panicked", "event:A", "event:B", "console:aba"]
    all.shuffle(using: &generator)
    let chosen = Array(all.prefix(Int.random(in: 1...4, using: &generator)))
    let mode: Wait.Mode = Bool.random(using: &generator) ? .any : .all
    var wait = Wait(
      try chosen.map { text throws(ConditionError) in try WaitCondition(parsing: text) }, mode: mode)
    var model = WaitModel(conditions: chosen, mode: mode)
    model.history = (0..<Int.random(in: 0...8, using: &generator)).map { _ in .random(&generator) }
    // A line that a restart ended before the wait is not visible in the console's bytes: end on a line of its
    // own.
    model.history.append(.console("\n"))
    model.before = model.history.count
    begin(&wait, after: model.history)
    #expect(simple(wait.outcome) == model.outcome, "seed \(seed), begin")
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      let next = Happening.random(&generator)
      model.history.append(next)
      note(next, in: &wait)
      #expect(simple(wait.outcome) == model.outcome, "seed \(seed), \(chosen) \(mode)")
    }
  }

  private func begin(_ wait: inout Wait, after history: [Happening]) {
    var files = JournalFiles()
    var console: [UInt8] = []
    var state = MachineState.starting
    for happening in history {
      switch happening {
      case .event(let name): files.write(JournalFiles.event(name))
      case .console(let text): console += text.utf8
      case .state(let present): state = present
      }
    }
    _ = wait.begin(state: state, journal: files.reader.lines(after: 0), console: console[...])
  }

  private func note(_ happening: Happening, in wait: inout Wait) {
    switch happening {
    case .event(let name): _ = wait.note(event: name, data: nil)
    case .console(let text): _ = wait.note(console: Array(text.utf8)[...])
    case .state(let state): _ = wait.note(state: state)
    }
  }

  private func simple(_ outcome: Wait.Outcome) -> WaitModel.Outcome {
    switch outcome {
    case .waiting: .waiting
    case .met: .met
    case .impossible: .impossible
    }
  }
}
