public import QEMUJSON

/// What became of the accelerator that was asked for.
public struct AcceleratorFinding: Sendable, Hashable {
  /// The accelerators that the request allows, the most wanted first; empty where it names none.
  public let requested: [String]
  /// The accelerator that runs the guest; nil where it cannot be told.
  public let live: String?
  /// What became of it.
  public let verdict: Verdict
  /// Why it fell back, drifted, or cannot be told; in QEMU's own words where it has any.
  public let reason: String?
  /// What was seen, and where.
  public let evidence: [Evidence]
  /// What to do about a drift.
  public let remedy: Remedy?
  /// Whether the user waived this drift.
  public internal(set) var isAccepted = false
}

/// The comparison of a request with the live virtual machine.
public struct VerificationReport: Sendable, Hashable {
  /// What became of the accelerator.
  public let accelerator: AcceleratorFinding
  /// One finding for each property that the request names.
  public let findings: [Finding]

  /// The whole: drifted where anything contradicts the request and was not accepted; else fell back; else confirmed.
  public var verdict: Verdict {
    if !drifts.isEmpty || (accelerator.verdict == .drifted && !accelerator.isAccepted) { return .drifted }
    return accelerator.verdict == .fellBack ? .fellBack : .confirmed
  }

  /// What contradicts the request and was not accepted.
  public var drifts: [Finding] { findings.filter { $0.verdict == .drifted && !$0.isAccepted } }

  /// How many findings have each verdict, the accelerator's included.
  public var counts: [Verdict: Int] {
    var counts: [Verdict: Int] = [:]
    for verdict in findings.map(\.verdict) + [accelerator.verdict] { counts[verdict, default: 0] += 1 }
    return counts
  }
}

extension VerificationReport {
  /// The report's part of the JSON document: verdict, accelerator, findings and counts.
  public var json: JSONObject {
    [
      "verdict": .string(verdict.rawValue), "accelerator": accelerator.json,
      "findings": .array(findings.map(\.json)),
      "counts": .object(
        JSONObject(Verdict.allCases.map { ($0.rawValue, .integer(Int64(counts[$0] ?? 0))) })),
    ]
  }
}

extension AcceleratorFinding {
  fileprivate var json: JSON {
    var object: JSONObject = [
      "requested": .array(requested.map(JSON.string)), "live": live.map(JSON.string) ?? .null,
      "verdict": .string(verdict.rawValue),
    ]
    object["reason"] = reason.map(JSON.string)
    object["evidence"] = .array(evidence.map(\.json))
    object["remedy"] = remedy?.json
    if isAccepted { object["accepted"] = true }
    return .object(object)
  }
}

extension Finding {
  fileprivate var json: JSON {
    var object: JSONObject = [
      "option": .string(option), "instance": .string(instance), "property": .string(property),
      "requested": .string(requested), "observed": observed.map(JSON.string) ?? .null,
      "verdict": .string(verdict.rawValue), "evidence": .array(evidence.map(\.json)),
    ]
    object["tier"] = tier.map { .string($0.rawValue) }
    object["reason"] = reason.map(JSON.string)
    object["remedy"] = remedy?.json
    if isAccepted { object["accepted"] = true }
    return .object(object)
  }
}

extension Evidence {
  var json: JSON { ["source": .string(source), "observed": .string(observed)] }
}

extension Remedy {
  fileprivate var json: JSON { ["kind": .string(kind.rawValue), "text": .string(text)] }
}
