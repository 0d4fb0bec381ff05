import QEMU

extension Tally {
  /// The counts in one line.
  package var summary: String {
    let rate = findings == 0 ? 0 : (1_000_000 * driftCount / findings)
    let verdicts = Verdict.allCases.map { "\($0.rawValue) \(self.verdicts[$0] ?? 0)" }.joined(separator: ", ")
    return "\(lines) lines, \(started) started, \(count(refusals)) refused, \(count(unread)) not read, "
      + "\(findings) findings (\(verdicts)), \(driftCount) drifts (\(Double(rate) / 10_000) %), "
      + "\(drifts.count) kinds not known"
  }

  /// A row for each kind of drift and each fault, with the line that shows it.
  package func rows(binary: String, seed: UInt64, verbose: Bool) -> [String] {
    func again(_ line: JudgedLine) -> String {
      "    make fuzz-verify SEED=\(seed) LINE=\(line.number) QEMU=\(binary)\n    \(line.commandLine)"
    }
    var rows = drifts.sorted { $0.key < $1.key }.map { kind, entry in
      "  drift \(kind) (\(entry.count))\n    requested \(entry.drift.requested), observed \(entry.drift.observed)\n"
        + "    \(entry.drift.reason) \(entry.drift.evidence.joined(separator: "; ").prefix(300))\n"
        + again(entry.line)
    }
    rows += known.sorted { $0.key < $1.key }.map { "  known: \($0.key) (\($0.value))" }
    rows += faults.sorted { $0.key < $1.key }.map {
      "  fault: \($0.key) (\($0.value.count))\n" + again($0.value.line)
    }
    rows += unread.sorted { $0.key < $1.key }.map { "  not read: \($0.key)\n" + again($0.value.line) }
    guard verbose else { return rows }
    return rows
      + refusals.sorted { $0.key < $1.key }.map { "  refused: \($0.key)\n    \($0.value.line.commandLine)" }
  }

  private func count(_ entries: [String: (count: Int, line: JudgedLine)]) -> Int {
    entries.values.reduce(0) { $0 + $1.count }
  }
}

extension JudgedLine {
  /// The words as a shell reads them.
  package var commandLine: String {
    words.map { word in
      let isPlain =
        !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:+@".contains($0) }
      return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
