import QEMUCommandLine

extension Diagnosis {
  /// The part of a run in which QEMU exited.
  package enum Stage: String {
    case start = "QEMU did not start"
    case verification = "QEMU exited during verification"
    case run = "QEMU exited while the guest was running"
  }

  /// Returns the error for a start or a run that failed, with QEMU's messages and its command line.
  /// - Parameters:
  ///   - stage: the part of the run.
  ///   - name: the name that was probably meant, if QEMU refused one.
  package func error(at stage: Stage, meant name: String? = nil) -> LifecycleError {
    let diagnosis = stage == .start ? self : whenReady
    let suggestion = name.map { "did you mean \"\($0)\"? " } ?? ""
    return LifecycleError(
      .startFailed, "\(stage.rawValue) (\(end)): \(diagnosis.cause)", evidence: diagnosis.evidence,
      remedy: suggestion + diagnosis.remedy)
  }

  /// A Boolean value that indicates whether QEMU refused a name; this QEMU may have a similar one.
  package var refusesName: Bool { Self.rulesOfNames.contains(rule ?? "") }

  private static let rulesOfNames: Set = [
    "machine-unknown", "machine-removed", "machine-property-unknown", "cpu-model-unknown",
    "cpu-feature-unknown", "device-unknown", "device-property-unknown", "object-type-unknown",
    "object-undefined", "accelerator-absent", "accelerator-property-unknown", "option-unknown",
    "parameter-unknown", "property-not-applied", "chardev-type-unknown", "netdev-type-unknown",
    "display-unknown", "audio-driver-unknown", "block-driver-unknown", "value-not-offered", "vga-unknown",
  ]

  /// QEMU's messages, its warnings, and its command line.
  private var evidence: [String] {
    let warned = warnings.isEmpty ? [] : ["warnings: \(Self.lastLines(warnings.joined(separator: "\n")))"]
    return [Self.said(messages)] + warned + [Self.sent(command)]
  }

  /// Returns QEMU's last messages and its command line.
  package static func evidence(_ standardError: String, _ command: [String]) -> [String] {
    let redaction = Redaction(arguments: command)
    return [said(redaction.redacting(standardError)), sent(redaction.arguments)]
  }

  private static func said(_ words: String) -> String {
    words.isEmpty
      ? "QEMU wrote nothing to its standard error" : "error output: \(lastLines(words))"
  }

  private static func sent(_ command: [String]) -> String {
    "command: \(command.map(quoted).joined(separator: " "))"
  }

  private static func lastLines(_ text: String) -> String {
    text.split(separator: "\n").suffix(20).joined(separator: "\n")
  }
}
