import QEMUCommandLine

/// Why QEMU ended: its own words, how it ended, and what that means.
struct Diagnosis {
  let end: ProcessEnd
  /// The lines that say why, warnings apart.
  let words: [String]
  let warnings: [String]
  private let command: [String]
  private let match: FailureRule.Match?

  init(end: ProcessEnd, standardError: String, command: [String]) {
    self.end = end
    self.command = command
    let lines = standardError.split(whereSeparator: \.isNewline).map(String.init)
    warnings = lines.filter { $0.contains("warning: ") }
    words = lines.filter { !$0.contains("warning: ") && !$0.contains("falling back to ") }
    match = FailureRule.firstMatch(words.joined(separator: "\n"))
  }

  /// What went wrong, in one sentence.
  var cause: String { match?.cause ?? silentCause ?? "QEMU refused to start" }

  /// What to do about it; never empty.
  var remedy: String {
    match?.remedy ?? silentRemedy ?? "correct what QEMU's words name; the command line is shown above"
  }

  func error(afterReadiness: Bool) -> LifecycleError {
    let stage = afterReadiness ? "QEMU ended while it was verified" : "QEMU did not start"
    return LifecycleError(
      .startFailed, "\(stage) (\(end)): \(cause)",
      evidence: Self.evidence((words + warnings).joined(separator: "\n"), command), remedy: remedy)
  }

  static func evidence(_ standardError: String, _ command: [String]) -> [String] {
    let words = standardError.split(whereSeparator: \.isNewline).suffix(20).joined(separator: "\n")
    return [
      words.isEmpty ? "QEMU wrote nothing to its standard error" : "QEMU said: \(words)",
      "command: \(command.map(quoted).joined(separator: " "))",
    ]
  }
}

// MARK: - When QEMU said nothing

extension Diagnosis {
  private var silentCause: String? {
    guard words.isEmpty else { return nil }
    switch end {
    case .exited(code: 0): return "it ended at once without a failure, as an option that prints help does"
    case .exited(let code): return "it exited with \(code) and gave no reason"
    case .signalled(9, _): return "it was killed: by the kernel for want of memory, or by somebody's SIGKILL"
    case .signalled(31, _): return "its own sandbox stopped it: a system call was made that -sandbox denies"
    case .signalled(11, _): return "it crashed; a backend whose module is not installed does that"
    case .signalled(6, _): return "it aborted on an internal check"
    case .signalled(5, _): return "it ran out of memory"
    case .signalled(15, _): return "somebody ended it with SIGTERM while it started"
    case .signalled(let number, _): return "signal \(number) ended it"
    case .unknown: return "it ended, and nobody saw how"
    }
  }

  private var silentRemedy: String? {
    guard words.isEmpty else { return nil }
    switch end {
    case .exited(code: 0): return "remove options whose value is help, or run the binary itself for its help"
    case .signalled(9, _):
      return "see dmesg for \"Out of memory\"; give the guest less memory or the host more"
    case .signalled(31, _):
      return "relax -sandbox (spawn=, elevateprivileges=), or drop the option that needs the call"
    case .signalled(11, _), .signalled(6, _):
      return
        "start without the options one by one to find the one that crashes; install the module of its backend"
    case .signalled(5, _):
      return "raise the memory limit of the process (ulimit -v), or give the guest less memory"
    default: return "start again; if it happens again run the command by hand"
    }
  }
}
