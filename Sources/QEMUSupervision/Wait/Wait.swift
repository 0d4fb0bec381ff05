/// A wait for conditions.
///
/// The supervisor calls `begin` once and then the `note` methods for everything that happens, on one thread.
/// Nothing is therefore missed between them. Conditions about the state are true if they are so at any moment
/// of the wait; events and console output count from the cursor of the caller.
package struct Wait {
  /// The number of conditions that complete the wait.
  package enum Mode: String, Sendable, Hashable {
    /// Each condition has been true, at the same time or one after the other.
    case all
    /// One condition is true.
    case any
  }

  /// The result so far. Except for `waiting`, it is final.
  package enum Outcome: Sendable, Hashable {
    /// Not enough conditions have been true yet.
    case waiting
    /// The condition with this index completed the wait.
    case met(Int)
    /// The conditions can no longer come true.
    case impossible(String)
  }

  /// The result so far.
  package private(set) var outcome = Outcome.waiting

  private let conditions: [WaitCondition]
  private let mode: Mode
  private var isMet: [Bool]
  private var line = ConsoleLine()
  private let hasConsole: Bool

  /// Creates a wait, which `begin` begins.
  package init(_ conditions: [WaitCondition], mode: Mode = .all) {
    self.conditions = conditions
    self.mode = mode
    isMet = conditions.map { _ in false }
    hasConsole = conditions.contains { if case .console = $0 { true } else { false } }
    if conditions.isEmpty { outcome = .impossible("there is no condition") }
  }

  /// Begins the wait.
  ///
  /// - Parameters:
  ///   - state: The present state.
  ///   - journal: The lines of the journal after the cursor.
  ///   - console: The output of the console after the cursor.
  package mutating func begin(
    state: MachineState, journal: [JournalLine] = [], console: ArraySlice<UInt8> = []
  ) -> Outcome {
    for line in journal where line.kind == "event" {
      if let name = line["event"]?.string { _ = note(event: name, data: line["data"]) }
    }
    _ = note(console: console)
    return note(state: state)
  }

  /// Records an event of QEMU.
  package mutating func note(event name: String, data: JSONText?) -> Outcome {
    latch { condition in
      switch condition {
      case .event(let pattern): pattern.matches(name, data: data)
      // With the default action of QEMU, the run ends without the run state guest-panicked.
      case .state(.panicked): name == "GUEST_PANICKED"
      default: false
      }
    }
    return outcome
  }

  /// Records output of the console.
  package mutating func note(console output: ArraySlice<UInt8>) -> Outcome {
    guard hasConsole, outcome == .waiting else { return outcome }
    var line = self.line
    self.line = ConsoleLine()
    line.append(output) { text, atStart, atEnd in
      latch { condition in
        guard case .console(let pattern) = condition else { return false }
        return pattern.matches(text, atStart: atStart, atEnd: atEnd)
      }
    }
    self.line = line
    return outcome
  }

  /// Records the state, after each change.
  package mutating func note(state: MachineState) -> Outcome {
    latch { condition in
      if case .state(let expected) = condition { state.satisfies(expected) } else { false }
    }
    switch state {
    case .ended(let end): giveUp(after: end)
    case .starting, .restarting: line.end()
    case .live: break
    }
    return outcome
  }

  /// Records each unmet condition that is true now.
  private mutating func latch(where isTrue: (WaitCondition) -> Bool) {
    for index in conditions.indices where outcome == .waiting && !isMet[index] && isTrue(conditions[index]) {
      isMet[index] = true
      if mode == .any || isMet.allSatisfy({ $0 }) { outcome = .met(index) }
    }
  }

  /// All conditions except `stopped`, which is met now, need a QEMU that runs.
  private mutating func giveUp(after end: RunEnd) {
    guard outcome == .waiting else { return }
    let unmet = zip(conditions, isMet).filter { !$0.1 }.map { "\($0.0)" }.joined(separator: ", ")
    outcome = .impossible("\(unmet) cannot come true: the machine has ended, and no restart is due: \(end)")
  }
}
