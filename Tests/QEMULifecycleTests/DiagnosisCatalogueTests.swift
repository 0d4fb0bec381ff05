import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// The recorded failures against the rules: each is explained, each rule is needed, and no general one hides a specific one.
@Suite struct DiagnosisCatalogueTests {
  @Test func theTableHoldsTheWholeCatalogue() {
    #expect(RecordedStart.all.count > 830)
    #expect(Set(RecordedStart.all.map(\.name)).count == 668)
    for version in ["7.2", "10.0", "11.1"] {
      #expect(RecordedStart.failures.count { $0.versions.contains(version) } > 300)
    }
  }

  @Test(arguments: RecordedStart.failures)
  func eachFailureIsExplainedByItsRule(_ recorded: RecordedStart) {
    let diagnosis = recorded.diagnosis
    #expect(diagnosis.rule == recorded.rule)
    #expect(!diagnosis.cause.isEmpty && !diagnosis.remedy.isEmpty)
    for text in [diagnosis.cause, diagnosis.remedy] {
      #expect(!text.contains("{"), "an empty hole: \(text)")
      #expect(!text.contains("''"), "an empty capture: \(text)")
      #expect(!text.contains("\n"))
    }
  }

  /// A failure without a rule is reported with QEMU's message. These are all recorded failures without a rule.
  @Test func onlyTheseFailuresHaveNoRule() {
    let names = Set(RecordedStart.failures.filter { $0.rule == nil }.map(\.name))
    #expect(names == ["end unknown", "exit of an unknown code"])
  }

  @Test(arguments: RecordedStart.failures)
  func noneOfQEMUsLinesIsLost(_ recorded: RecordedStart) {
    let diagnosis = recorded.diagnosis
    let kept = ([diagnosis.messages] + diagnosis.warnings).flatMap { $0.split(separator: "\n") }
    let lines = recorded.standardError.split(separator: "\n")
    #expect(kept.sorted() == lines.sorted())
  }

  @Test(arguments: DiagnosisRule.all.map(\.name) + UnexplainedExit.all.map(\.name))
  func eachRuleIsNeeded(_ name: String) {
    #expect(RecordedStart.failures.contains { $0.rule == name })
  }

  @Test func noNameIsUsedTwice() {
    let names = DiagnosisRule.all.map(\.name) + UnexplainedExit.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(WarningRule.all.map(\.name)).count == WarningRule.all.count)
  }

  @Test(arguments: RecordedStart.failures.filter { !$0.standardError.isEmpty })
  func noGeneralRuleHidesASpecificOne(_ recorded: RecordedStart) {
    guard let first = matches(of: recorded).first else { return }
    for later in matches(of: recorded).dropFirst() where later.text == first.text {
      #expect(later.says <= first.says, "\(first.rule) hides \(later.rule), which says more")
    }
  }

  @Test(arguments: DiagnosisRule.all.map(\.name))
  func whatARuleTellsWasCaptured(_ name: String) throws {
    let rule = try #require(DiagnosisRule.all.first { $0.name == name })
    for pattern in rule.patterns {
      for hole in holes(rule.cause) + holes(rule.remedy) {
        #expect(pattern.names.contains(hole), "\(pattern.source) does not capture \(hole)")
      }
      #expect(!["}*", "*{", "}{", "**"].contains { pattern.source.contains($0) }, "two holes in a row")
    }
  }

  private func holes(_ template: String) -> [String] {
    template.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first.map(String.init) }
  }

  /// Each rule that matches, in the table's order, with how much its best pattern says.
  private func matches(of recorded: RecordedStart) -> [(rule: String, text: [UInt8], says: Specificity)] {
    let text = StandardErrorText(recorded.standardError, arguments: recorded.arguments)
    let circumstances = Circumstances(
      end: recorded.end ?? .unknown, phase: recorded.phase, arguments: recorded.arguments)
    let candidates = Candidate.all(of: text.errorsOrNotes, notes: text.messages(.note))
    return DiagnosisRule.all.flatMap { rule in
      candidates.compactMap { candidate in
        guard rule.match(candidate, circumstances) != nil else { return nil }
        let matching = rule.patterns.filter { pattern in
          pattern.match((pattern.source.hasPrefix("-") ? candidate.located : candidate.plain)[...]) != nil
        }
        return matching.map(Specificity.init).max().map { (rule.name, candidate.plain, $0) }
      }
    }
  }
}

/// A pattern that names the option says more than one that does not, an open beginning less; then the longer one.
private struct Specificity: Comparable {
  let level: Int
  let length: Int

  init(_ pattern: WordPattern) {
    level = pattern.source.hasPrefix("-") ? 2 : pattern.source.hasPrefix("*") ? 0 : 1
    length = pattern.literalLength
  }

  static func < (left: Specificity, right: Specificity) -> Bool {
    (left.level, left.length) < (right.level, right.length)
  }
}
