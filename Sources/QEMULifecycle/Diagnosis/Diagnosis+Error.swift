import QEMUCommandLine

extension Diagnosis {
  /// The failure of a start, with QEMU's words and its command line.
  func error(afterReadiness: Bool) -> LifecycleError {
    let told = afterReadiness ? whenReady : self
    let stage = afterReadiness ? "QEMU ended while it was verified" : "QEMU did not start"
    return LifecycleError(
      .startFailed, "\(stage) (\(end)): \(told.cause)", evidence: told.evidence, remedy: told.remedy)
  }

  /// QEMU's words before its warnings, and the command that it was started with.
  private var evidence: [String] {
    let warned = warnings.isEmpty ? [] : ["QEMU warned: \(Self.lastLines(warnings.joined(separator: "\n")))"]
    return [Self.said(words)] + warned + [Self.sent(command)]
  }

  /// What QEMU said last, and the command that it was started with.
  static func evidence(_ standardError: String, _ command: [String]) -> [String] {
    [said(standardError), sent(command)]
  }

  private static func said(_ words: String) -> String {
    words.isEmpty
      ? "QEMU wrote nothing to its standard error" : "QEMU said: \(lastLines(words))"
  }

  private static func sent(_ command: [String]) -> String {
    "command: \(command.map(quoted).joined(separator: " "))"
  }

  private static func lastLines(_ text: String) -> String {
    text.split(separator: "\n").suffix(20).joined(separator: "\n")
  }
}
