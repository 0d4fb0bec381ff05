public import QEMUCommandLine
public import QEMUJSON

/// The verdict on the requested accelerator.
public struct AcceleratorFinding: Sendable, Hashable {
  /// The accelerators in the request, in order of preference; empty if it has none.
  public let requested: [AcceleratorName]
  /// The accelerator that runs the guest; nil if it is unknown.
  public let live: AcceleratorName?
  /// The verdict.
  public internal(set) var verdict: Verdict
  /// The reason why it fell back, drifted, or is unknown; QEMU's own message if there is one.
  public internal(set) var reason: String?
  /// The evidence, with its sources.
  public let evidence: [Evidence]
  /// The way to get the preferred accelerator.
  public var remedy: Remedy?
  /// A Boolean value that indicates whether the user accepted this finding.
  public internal(set) var isAccepted = false
  /// A Boolean value that indicates whether it is a failure.
  public internal(set) var isFailure = false
}

/// The comparison of a request with the running virtual machine.
public struct VerificationReport: Sendable, Hashable {
  /// The verdict on the accelerator.
  public var accelerator: AcceleratorFinding
  /// One finding for each property of the request.
  public let findings: [Finding]
  /// The secrets to redact in the report's documents; initially those of the request.
  public var redaction = Redaction()

  /// The worst verdict of: drifted, unproven, fell back, confirmed. Findings that the user accepted are ignored.
  public var verdict: ReportVerdict {
    if accelerator.isFailure || findings.contains(where: \.isFailure) { return .drifted }
    let isDetermined = accelerator.isAccepted || ![.unobservable, .unobserved].contains(accelerator.verdict)
    if !isDetermined || findings.contains(where: { $0.verdict == .unobserved && !$0.isAccepted }) {
      return .unproven
    }
    return accelerator.verdict == .fellBack ? .fellBack : .confirmed
  }

  /// The findings that drifted and were not accepted.
  public var drifts: [Finding] { findings.filter { $0.verdict == .drifted && !$0.isAccepted } }

  /// The number of findings with each verdict, including the accelerator's.
  public var counts: [Verdict: Int] {
    var counts: [Verdict: Int] = [:]
    for verdict in findings.map(\.verdict) + [accelerator.verdict] { counts[verdict, default: 0] += 1 }
    return counts
  }
}

extension VerificationReport {
  /// The report's members of the JSON document: verdict, accelerator, findings and counts.
  public var json: JSONObject {
    [
      "verdict": .string(verdict.rawValue), "accelerator": accelerator.json,
      "findings": .array(findings.map { $0.redacting(redaction).json }),
      "counts": .object(
        JSONObject(Verdict.allCases.map { ($0.rawValue, .integer(Int64(counts[$0] ?? 0))) })),
    ]
  }
}

extension Finding {
  /// Returns the finding with secrets redacted in its texts, such as those in addresses.
  public func redacting(_ redaction: Redaction) -> Finding {
    if redaction.isEmpty { return self }
    return Finding(
      option: option, instance: instance, property: redaction.redacting(property),
      requested: redaction.redacting(requested), observed: observed.map(redaction.redacting),
      verdict: verdict,
      evidence: evidence.map { $0.redacting(redaction) },
      reason: reason.map(redaction.redacting),
      remedy: remedy.map { Remedy($0.kind, redaction.redacting($0.text)) }, isAccepted: isAccepted,
      imageMove: imageMove, isFailure: isFailure)
  }
}

extension AcceleratorFinding {
  fileprivate var json: JSON {
    var object: JSONObject = [
      "requested": .array(requested.map { .string($0.description) }),
      "live": live.map { .string($0.description) } ?? .null,
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
  var json: JSON {
    ["source": .string(source), "tier": .string(tier.rawValue), "observed": .string(observed)]
  }
}

extension Remedy {
  fileprivate var json: JSON { ["kind": .string(kind.rawValue), "text": .string(text)] }
}
