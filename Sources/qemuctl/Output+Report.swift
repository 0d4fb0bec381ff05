import QEMU

extension Output {
  /// Prints a verification report in the requested format.
  static func report(
    _ report: VerificationReport, of machine: MachineSummary, _ timing: StartTiming?,
    _ options: ReportFormatOptions
  ) {
    let report = struck(report)
    switch options.format {
    case .junit: text(report.junit(named: struck(machine.line)))
    case .html: text(report.html(titled: struck(machine.line)))
    case .json, .yaml:
      var document: JSONObject = ["vm": struck(.object(machine.json))]
      for member in report.json { document[member.name] = member.value }
      if let timing { document["timing"] = .object(timing.json) }
      redactedDocument(document, options.format == .yaml ? .yaml : .json)
    case .table:
      line(machine.line)
      accelerator(report.accelerator, isCut: !options.all)
      findings(report.findings.inOrderOfConcern, showingAll: options.all)
      line("verdict: ", verdict: report.verdict.rawValue, summary(report))
    }
  }

  /// Prints the findings as a table; confirmed ones are only counted, unless all are shown.
  private static func findings(_ findings: [Finding], showingAll: Bool) {
    let shown = showingAll ? findings : findings.filter { $0.verdict != .confirmed }
    if !shown.isEmpty {
      table(
        [["VERDICT", "PROPERTY", "REQUESTED", "OBSERVED", "EVIDENCE"]] + rows(shown), verdictColumn: 0,
        isCut: !showingAll)
    }
    remarks(shown)
    let rest = findings.count - shown.count
    if rest > 0 { line("confirmed and not shown: \(rest) (--all shows all properties)") }
  }

  private static func accelerator(_ finding: AcceleratorFinding, isCut: Bool) {
    let requested =
      finding.requested.isEmpty
      ? "nothing" : finding.requested.map(\.description).joined(separator: ", then ")
    line(
      "accelerator: \(finding.live ?? "unknown") (requested: \(requested)): ",
      verdict: finding.verdict.rawValue, finding.isAccepted ? " (accepted)" : "")
    evidence(finding.evidence, isCut: isCut)
    if let reason = finding.reason { line("  reason: \(reason)") }
    if let remedy = finding.remedy { line("  what to do: \(remedy.text)") }
  }

  private static func evidence(_ evidence: [Evidence], isCut: Bool) {
    let text = "  evidence: \(text(of: evidence))"
    line(isCut ? cut(text, to: Terminal.columns ?? .max) : text)
  }

  private static func text(of evidence: [Evidence]) -> String {
    evidence.map { "\($0.source): \($0.observed)" }.joined(separator: "; ")
  }

  private static func rows(_ findings: [Finding]) -> [[String]] {
    findings.map { finding in
      [
        finding.verdict.rawValue + (finding.isAccepted ? " (accepted)" : ""), finding.title,
        finding.requested,
        finding.observed ?? "-",
        text(of: finding.evidence),
      ]
    }
  }

  /// Prints the reasons and remedies; a reason that more than three findings share is printed once.
  private static func remarks(_ findings: [Finding]) {
    func isRemark(_ finding: Finding) -> Bool {
      finding.remedy == nil && [.unobservable, .unobserved].contains(finding.verdict)
    }
    let groups = Dictionary(grouping: findings.filter(isRemark)) { $0.reason }.filter { $0.value.count > 3 }
    var told: Set<String> = []
    for finding in findings {
      guard isRemark(finding), let reason = finding.reason, let group = groups[reason] else {
        remarks(finding)
        continue
      }
      if told.insert(reason).inserted { line("\(group.count) properties: \(reason)") }
    }
  }

  private static func remarks(_ finding: Finding) {
    guard finding.reason != nil || finding.remedy != nil else { return }
    line("\(finding.title): \(finding.reason ?? finding.verdict.rawValue)")
    if let remedy = finding.remedy { line("  what to do: \(remedy.text)") }
  }

  /// Returns the part of the last line after the verdict.
  private static func summary(_ report: VerificationReport) -> String {
    let accepted = report.acceptedCount
    var counts = Verdict.allCases.compactMap { verdict in
      report.counts[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    if accepted > 0 { counts.append("\(accepted) of them accepted") }
    let strict = report.verdict == .drifted && report.counts[.drifted] == nil ? " by --strict" : ""
    return "\(strict) (\(counts.joined(separator: ", ")))"
  }

  /// Prints the live accelerator and its properties.
  static func accelerator(
    _ inspection: AcceleratorInspection, of machine: MachineSummary, _ options: DetailedFormatOptions
  ) {
    switch options.format {
    case .json, .yaml:
      document(["vm": .object(machine.json), "accelerator": .object(inspection.json)], options.format)
    case .table:
      line(machine.line)
      line("accelerator: \(inspection.live ?? "unknown")")
      evidence(inspection.evidence, isCut: !options.all)
      if inspection.properties.isEmpty { return }
      table(
        [["PROPERTY", "LIVE", "EVIDENCE"]]
          + inspection.properties.map { property in
            [
              property.name, property.observed ?? "-",
              property.reason ?? text(of: property.evidence),
            ]
          }, isCut: !options.all)
    }
  }
}

extension VerificationReport {
  fileprivate var acceptedCount: Int {
    findings.count(where: \.isAccepted) + (accelerator.isAccepted ? 1 : 0)
  }
}

extension [Finding] {
  /// The findings in the order of a report: failures, then unobserved and unobservable ones, then confirmed ones.
  fileprivate var inOrderOfConcern: [Finding] {
    let order: [Verdict] = [.drifted, .fellBack, .unobserved, .unobservable, .confirmed]
    return order.flatMap { verdict in filter { $0.verdict == verdict } }
  }
}

extension StartTiming {
  fileprivate var json: JSONObject {
    func seconds(_ time: Duration) -> JSON { .number((time / .microseconds(1)).rounded() / 1e6) }
    var object: JSONObject = ["spawned": seconds(spawned), "ready": seconds(ready)]
    object["greeting"] = greeting.map(seconds)
    object["verified"] = verified.map(seconds)
    return object
  }
}
