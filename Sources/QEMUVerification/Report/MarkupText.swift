import QEMUCommandLine

extension String {
  /// The text escaped for XML and HTML; a character that is invalid in XML or that controls a terminal becomes U+FFFD.
  var escapedForMarkup: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r", "\u{20}"..."\u{7E}", "\u{A0}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}",
        "\u{10000}"..."\u{10FFFF}":
        result.unicodeScalars.append(scalar)
      default: result += "\u{FFFD}"
      }
    }
    return result
  }
}

extension Finding {
  /// The lines of the evidence, each with its source.
  var evidenceLines: [String] { evidence.map { "\($0.source): \($0.observed)" } }
}

extension VerificationReport {
  /// The findings of the accelerator and all properties, as rows.
  var rows: [Finding] {
    let accelerator = Finding(
      option: "accel", instance: "", property: "",
      requested: accelerator.requested.map(\.description).joined(separator: ", then "),
      observed: accelerator.live?.description, verdict: accelerator.verdict, evidence: accelerator.evidence,
      reason: accelerator.reason, remedy: accelerator.remedy, isAccepted: accelerator.isAccepted,
      isFailure: accelerator.isFailure)
    return ([accelerator] + findings).map { $0.redacting(redaction) }
  }
}
