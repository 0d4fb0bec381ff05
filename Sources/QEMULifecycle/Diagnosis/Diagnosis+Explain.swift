extension Diagnosis {
  /// The explanation of an exit by the rule tables.
  struct Explanation {
    let rule: String?
    let cause: String
    let remedy: String
    var message: StandardErrorText.Message?
  }

  /// The words decide, save where a signal came from outside or QEMU ended as one that was told to.
  static func explain(_ text: StandardErrorText, _ circumstances: Circumstances) -> Explanation {
    switch circumstances.end {
    case .exited(code: 0):
      return byWords(text.spoken, text, circumstances, in: LifecycleRules.orderly)
        ?? byEnd(text, circumstances)
    case .signalled(let number, _) where !SilentEnd.speaks(beforeSignal: number):
      return byWords(text.messages(.note), text, circumstances, in: LifecycleRules.waiting)
        ?? byEnd(text, circumstances)
    default:
      return byWords(text.told, text, circumstances, in: DiagnosisRule.all) ?? byEnd(text, circumstances)
    }
  }

  /// The first rule in the table's order that one of the messages matches.
  private static func byWords(
    _ messages: [StandardErrorText.Message], _ text: StandardErrorText, _ circumstances: Circumstances,
    in rules: [DiagnosisRule]
  ) -> Explanation? {
    let candidates = Candidate.all(of: messages, notes: text.messages(.note))
    return DiagnosisRule.explanation(of: candidates, circumstances, in: rules)
  }

  private static func byEnd(_ text: StandardErrorText, _ circumstances: Circumstances) -> Explanation {
    if let last = text.told.last, case .exited(let code) = circumstances.end, code != 0, code < 126 {
      return ownWords(last, code)
    }
    if let last = text.messages(.error).last, case .signalled(let number, _) = circumstances.end {
      if SilentEnd.speaks(beforeSignal: number) { return ownWords(last, beforeSignal: circumstances.end) }
    }
    guard let known = SilentEnd.all.first(where: { $0.applies(circumstances) }) else {
      return Explanation(
        rule: nil, cause: "QEMU exited without a reason (\(circumstances.end))",
        remedy:
          "run the same command line by hand in a shell and read what it prints; `journalctl` may know more")
    }
    return Explanation(
      rule: known.name, cause: known.cause(circumstances), remedy: known.remedy(circumstances))
  }

  /// Explains an exit by signal from QEMU's own messages, which say more than the signal.
  private static func ownWords(
    _ message: StandardErrorText.Message, beforeSignal end: ProcessEnd
  ) -> Explanation {
    let reason = message.text.split(separator: "\n").first.map(String.init) ?? message.text
    return Explanation(
      rule: nil, cause: "QEMU ended itself after it said: \(reason)",
      remedy:
        "leave out what these messages name; `coredumpctl info` shows where it ended, for a report to the QEMU project",
      message: message)
  }

  private static func ownWords(_ message: StandardErrorText.Message, _ code: Int32) -> Explanation {
    let reason = message.text.split(separator: "\n").first.map(String.init) ?? message.text
    guard let location = message.location else {
      return Explanation(
        rule: nil, cause: "QEMU exited: \(reason)",
        remedy:
          "correct what these messages name on the command line; the manual page explains each "
          + "option",
        message: message)
    }
    return Explanation(
      rule: nil, cause: "QEMU refused \(location): \(reason)",
      remedy: "correct this option; the manual page of QEMU explains it", message: message)
  }
}

extension DiagnosisRule {
  /// The first rule in the table's order that one of the texts matches.
  static func explanation(
    of candidates: [Candidate], _ circumstances: Circumstances, in rules: [DiagnosisRule]
  ) -> Diagnosis.Explanation? {
    for rule in rules {
      for candidate in candidates {
        guard let captures = rule.match(candidate, circumstances) else { continue }
        let filled = captures.merging(circumstances.words) { own, _ in own }
        return Diagnosis.Explanation(
          rule: rule.name, cause: fill(rule.cause, filled), remedy: fill(rule.remedy, filled),
          message: candidate.message)
      }
    }
    return nil
  }

  /// The first rule in the table's order that one of a message's lines matches.
  static func explanation(
    of message: StandardErrorText.Message, _ circumstances: Circumstances, in rules: [DiagnosisRule]
  ) -> Diagnosis.Explanation? {
    explanation(of: Candidate.all(of: [message], notes: []), circumstances, in: rules)
  }
}
