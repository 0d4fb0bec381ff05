import QEMU

extension Output {
  /// Prints what would have to change.
  static func plan(_ plan: ChangePlan, of machine: MachineSummary, _ format: OutputFormat) {
    switch format {
    case .json, .yaml:
      var document: JSONObject = ["vm": .object(machine.json)]
      for member in plan.json { document[member.name] = member.value }
      Output.document(.object(document), format)
    case .table:
      line(machine.line)
      if plan.isEmpty { line("nothing is to be changed") } else { changes(plan.changes) }
    }
  }

  /// Prints what was changed and what was not.
  static func outcome(_ outcome: ApplyOutcome, of machine: MachineSummary, _ format: OutputFormat) {
    switch format {
    case .json, .yaml:
      var document: JSONObject = [
        "vm": .object(machine.json), "done": .array(outcome.done.map(\.json)), "failed": .null,
        "left": .array(outcome.left.map(\.json)), "verdict": .string(outcome.report.verdict.rawValue),
      ]
      if let failure = outcome.failure {
        var failed = failure.change.json.objectValue ?? [:]
        failed["error"] = .string(failure.error.summary)
        failed["remedy"] = .string(failure.error.remedy)
        document["failed"] = .object(failed)
      }
      Output.document(.object(document), format)
    case .table:
      line(machine.line)
      for change in outcome.done { line("done: \(change.title)") }
      if let failure = outcome.failure { line("failed: \(failure.change.title): \(failure.error.summary)") }
      if !outcome.left.isEmpty {
        line("left:")
        changes(outcome.left)
      }
      if outcome.done.isEmpty, outcome.failure == nil, outcome.left.isEmpty {
        line("nothing was to be changed")
      }
      line("verdict: \(outcome.report.verdict.rawValue)")
    }
  }

  private static func changes(_ changes: [Change]) {
    table(
      [["KIND", "OPTION", "WHAT", "HOW"]]
        + changes.map { change in
          let option = change.instance == "0" ? change.option : "\(change.option) \(change.instance)"
          return [
            change.kind.rawValue, option, change.action,
            change.reason ?? change.commands.map(\.name).joined(separator: ", then "),
          ]
        })
  }
}
