/// A condition about the state of a machine.
package enum StateCondition: String, Sendable, Hashable, CaseIterable {
  /// The guest runs.
  case running
  /// The virtual CPUs are stopped.
  case paused
  /// QEMU has exited, and no restart is due.
  case stopped
  /// The guest has panicked.
  case panicked
}

/// A condition for which `qemuctl wait` waits.
package enum WaitCondition: CustomStringConvertible {
  /// The machine is in a state.
  case state(StateCondition)
  /// QEMU emits an event.
  case event(EventPattern)
  /// A line of the console matches, or the text after the last line end.
  case console(ConsolePattern)

  /// Reads `running`, `paused`, `stopped`, `panicked`, `event:NAME[,key=value…]` or `console:REGEX`.
  package init(parsing text: String) throws(ConditionError) {
    if let state = StateCondition(rawValue: text) {
      self = .state(state)
    } else if text.hasPrefix("event:") {
      self = .event(try EventPattern(parsing: text.dropFirst("event:".count)))
    } else if text.hasPrefix("console:") {
      self = .console(try ConsolePattern(String(text.dropFirst("console:".count))))
    } else {
      throw ConditionError(
        summary: "\"\(text)\" is not a condition",
        remedy: "expected running, paused, stopped, panicked, event:NAME[,key=value…] or console:REGEX")
    }
  }

  /// The text as `init(parsing:)` reads it.
  package var description: String {
    switch self {
    case .state(let state): state.rawValue
    case .event(let pattern): "event:\(pattern)"
    case .console(let pattern): "console:\(pattern.text)"
    }
  }
}
