package import QEMU

/// The counts of judged lines.
package struct Tally: Sendable {
  package private(set) var lines = 0
  package private(set) var started = 0
  package private(set) var findings = 0
  package private(set) var verdicts: [Verdict: Int] = [:]
  /// The drifts that no known one explains, by kind, each with the first line that shows it.
  package private(set) var drifts: [String: (count: Int, line: JudgedLine, drift: Drift)] = [:]
  package private(set) var known: [String: Int] = [:]
  package private(set) var refusals: [String: (count: Int, line: JudgedLine)] = [:]
  package private(set) var unread: [String: (count: Int, line: JudgedLine)] = [:]
  package private(set) var faults: [String: (count: Int, line: JudgedLine)] = [:]

  package init(_ judged: [JudgedLine], known table: [KnownDrift]) {
    for line in judged { add(line, table) }
  }

  private mutating func add(_ line: JudgedLine, _ table: [KnownDrift]) {
    lines += 1
    for fault in line.faults { faults[fault, default: (0, line)].count += 1 }
    switch line.outcome {
    case .unread(let message): unread[message, default: (0, line)].count += 1
    case .late: refusals["not ready in time", default: (0, line)].count += 1
    case .refused(let message): refusals[message, default: (0, line)].count += 1
    case .judged(let report):
      started += 1
      findings += report.findings.count
      verdicts.merge(report.counts, uniquingKeysWith: +)
      for drift in line.drifts { add(drift, line, table) }
    }
  }

  private mutating func add(_ drift: Drift, _ line: JudgedLine, _ table: [KnownDrift]) {
    if let entry = table.first(where: { $0.explains(drift) }) {
      known[entry.title, default: 0] += 1
    } else {
      drifts[drift.kind, default: (0, line, drift)].count += 1
    }
  }

  /// A Boolean value that indicates whether every line was read, and no line shows a fault or a drift that is not known.
  package var isClean: Bool { drifts.isEmpty && faults.isEmpty && unread.isEmpty }

  /// The number of drifts, known ones included.
  package var driftCount: Int { drifts.values.reduce(0) { $0 + $1.count } + known.values.reduce(0, +) }
}

extension Drift {
  /// The property, and what it was and became where these are words or numbers of which there are few.
  package var kind: String {
    "\(name): \(Self.shape(requested)) -> \(Self.shape(observed))"
  }

  private static func shape(_ text: String) -> String {
    String(
      text.replacing(#/[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}/#, with: "MAC").replacing(
        #/qemu-line-[-0-9A-F]+/#, with: "DIR"
      )
      .replacing(#/[0-9]{2,}/#, with: "N").prefix(100))
  }
}
