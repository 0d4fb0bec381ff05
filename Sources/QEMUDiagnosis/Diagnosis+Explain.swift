import LinuxSystem

extension Diagnosis {
  /// The explanation of an exit by the rule tables.
  struct Explanation {
    let rule: String?
    let cause: String
    let remedy: String
    var message: StandardErrorText.Message?
  }

  /// Explains an exit by QEMU's messages. If another process sent a signal, or if QEMU exited with 0, most messages are
  /// not the cause, and the exit status or the signal explains the exit.
  static func explain(_ text: StandardErrorText, _ circumstances: Circumstances) -> Explanation {
    switch circumstances.end {
    case .exited(code: 0):
      return byRules(text.errorsOrNotes, text, circumstances, in: LifecycleRules.orderly)
        ?? byEnd(text, circumstances)
    case .signalled(let number, _) where !UnexplainedExit.messagesExplain(beforeSignal: number):
      return byRules(text.messages(.note), text, circumstances, in: LifecycleRules.waiting)
        ?? byEnd(text, circumstances)
    default:
      return byRules(text.relevantMessages, text, circumstances, in: DiagnosisRule.all)
        ?? byEnd(text, circumstances)
    }
  }

  /// Returns the explanation of the first rule, in the order of the table, that matches one of the messages.
  private static func byRules(
    _ messages: [StandardErrorText.Message], _ text: StandardErrorText, _ circumstances: Circumstances,
    in rules: [DiagnosisRule]
  ) -> Explanation? {
    let candidates = Candidate.all(of: messages, notes: text.messages(.note))
    return DiagnosisRule.explanation(of: candidates, circumstances, in: rules)
  }

  private static func byEnd(_ text: StandardErrorText, _ circumstances: Circumstances) -> Explanation {
    if let last = text.relevantMessages.last, case .exited(let code) = circumstances.end, code != 0,
      code < 126
    {
      return ownMessage(last, code)
    }
    if let last = text.messages(.error).last, case .signalled(let number, _) = circumstances.end {
      if UnexplainedExit.messagesExplain(beforeSignal: number) {
        return ownMessage(last, beforeSignal: circumstances.end)
      }
    }
    guard let known = UnexplainedExit.all.first(where: { $0.applies(circumstances) }) else {
      return Explanation(
        rule: nil, cause: "QEMU exited without a message (\(circumstances.end))",
        remedy:
          "run the same command line in a shell and read its output; see also `journalctl`")
    }
    return Explanation(
      rule: known.name, cause: known.cause(circumstances), remedy: known.remedy(circumstances))
  }

  /// Explains an exit by a signal that QEMU raised itself, by its last message.
  private static func ownMessage(
    _ message: StandardErrorText.Message, beforeSignal end: ProcessEnd
  ) -> Explanation {
    let reason = message.text.split(separator: "\n").first.map(String.init) ?? message.text
    return Explanation(
      rule: nil, cause: "QEMU crashed after the message: \(reason)",
      remedy:
        "remove the option that the messages refer to; `coredumpctl info` has the backtrace for a report to the QEMU "
        + "project",
      message: message)
  }

  private static func ownMessage(_ message: StandardErrorText.Message, _ code: Int32) -> Explanation {
    let reason = message.text.split(separator: "\n").first.map(String.init) ?? message.text
    guard let location = message.location else {
      return Explanation(
        rule: nil, cause: "QEMU exited: \(reason)",
        remedy:
          "correct the option that the messages refer to; the manual page explains each option",
        message: message)
    }
    return Explanation(
      rule: nil, cause: "QEMU refused \(location): \(reason)",
      remedy: "correct this option; the manual page of QEMU explains it", message: message)
  }
}

extension DiagnosisRule {
  /// Returns the explanation of the first rule, in the order of the table, that matches one of the texts.
  static func explanation(
    of candidates: [Candidate], _ circumstances: Circumstances, in rules: [DiagnosisRule]
  ) -> Diagnosis.Explanation? {
    for rule in rules {
      for candidate in candidates {
        guard let captures = rule.match(candidate, circumstances) else { continue }
        let filled = captures.merging(circumstances.placeholders) { own, _ in own }
        return Diagnosis.Explanation(
          rule: rule.name, cause: fill(rule.cause, filled), remedy: fill(rule.remedy, filled),
          message: candidate.message)
      }
    }
    return nil
  }

  /// Returns the explanation of the first rule, in the order of the table, that matches one of a message's lines.
  static func explanation(
    of message: StandardErrorText.Message, _ circumstances: Circumstances, in rules: [DiagnosisRule]
  ) -> Diagnosis.Explanation? {
    explanation(of: Candidate.all(of: [message], notes: []), circumstances, in: rules)
  }
}
