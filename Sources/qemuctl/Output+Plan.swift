import QEMU

extension Output {
  /// Prints a plan.
  static func plan(_ plan: ChangePlan, of machine: MachineSummary, _ format: OutputFormat) {
    switch format {
    case .json, .yaml:
      var document: JSONObject = ["vm": .object(machine.json)]
      for member in plan.json { document[member.name] = member.value }
      Output.document(document, format)
    case .table:
      line(machine.line)
      if plan.isEmpty { line("no changes") } else { changes(plan.changes) }
      for obstacle in plan.obstacles {
        line("a restart \(obstacle.isCertain ? "fails" : "may fail"): \(obstacle.reason)")
        line("  what to do: \(obstacle.remedy)")
      }
    }
  }

  /// Prints the changes that were made and those that were not.
  /// - Parameter restart: the report of the restart that made the remaining changes; nil if there was none.
  static func outcome(
    _ outcome: ApplyOutcome, of machine: MachineSummary, after restart: VerificationReport? = nil,
    _ format: OutputFormat
  ) {
    let (left, restarted) = restart == nil ? (outcome.left, []) : ([], outcome.left)
    let verdict = (restart ?? outcome.report).verdict.rawValue
    switch format {
    case .json, .yaml:
      var document: JSONObject = [
        "vm": .object(machine.json), "done": .array(outcome.done.map(\.json)), "failed": .null,
        "restarted": .array(restarted.map(\.json)), "left": .array(left.map(\.json)),
        "verdict": .string(verdict),
      ]
      if let failure = outcome.failure {
        var failed = failure.change.json.objectValue ?? [:]
        failed["error"] = .string(failure.error.summary)
        failed["remedy"] = .string(failure.error.remedy)
        document["failed"] = .object(failed)
      }
      Output.document(document, format)
    case .table:
      line(machine.line)
      for change in outcome.done { line("done: \(change.title)") }
      if let failure = outcome.failure { line("failed: \(failure.change.title): \(failure.error.summary)") }
      for change in restarted { line("restarted: \(change.title)") }
      if !left.isEmpty {
        line("not changed:")
        changes(left)
      }
      if outcome.done.isEmpty, outcome.failure == nil, outcome.left.isEmpty {
        line("no changes")
      }
      line("verdict: ", verdict: verdict, "")
    }
  }

  private static func changes(_ changes: [Change]) {
    table(
      [["KIND", "CHANGE", "COMMAND OR REASON"]]
        + changes.map { change in
          [
            change.kind.rawValue, change.title,
            change.reason ?? change.commands.map(\.name).joined(separator: ", then "),
          ]
        })
  }
}
