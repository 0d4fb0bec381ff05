import QEMUCommandLine
import QEMUJSON

/// The checks of the properties of `-sandbox`.
let sandboxChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "enable": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let text = try reader.text(.status), let mode = statusField("Seccomp", in: text) else {
        return .unobservable(reader.absence(of: .status))
      }
      return .compare(
        (mode == "2") == Bool(propertyText: wanted), observed: (mode == "2").propertyText,
        [Evidence(.status, "Seccomp: \(mode)")],
        else: Remedy(.restart, "restart with -sandbox \(wanted)"))
    }
  },
  "obsolete": { _ in filterCheck(["uselib", "_sysctl"]) },
  "elevateprivileges": { _ in filterCheck(["setuid", "setsid", "setresuid"]) },
  "spawn": { _ in filterCheck(["fork", "vfork", "execve"]) },
  "resourcecontrol": { _ in filterCheck(["setpriority", "sched_setaffinity"]) },
]

/// Returns the check of a group of system calls, which is denied if the filter denies each of these.
private func filterCheck(_ calls: [String]) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    guard let text = try reader.text(.systemCallFilter) else {
      return .unobservable(reader.absence(of: .systemCallFilter))
    }
    let words = calls.map { call in text.lines.first { $0.hasPrefix(call + " ") } ?? "\(call) allow" }
    let denied = words.count { $0.hasSuffix(" deny") }
    let evidence = Evidence(.systemCallFilter, words.joined(separator: ", "))
    guard denied == 0 || denied == words.count else {
      return .unobservable("the filter allows only some of these calls", [evidence])
    }
    if wanted == "children", denied > 0 {
      return .unobservable("children results in the same filter as deny", [evidence])
    }
    let live = denied > 0 ? "deny" : "allow"
    return .compare(
      live == wanted, observed: live, [evidence], else: Remedy(.restart, "restart with the value \(wanted)"))
  }
}
