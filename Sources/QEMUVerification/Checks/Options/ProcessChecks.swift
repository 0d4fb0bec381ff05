import QEMUCommandLine
import QEMUJSON

/// The checks of the properties of `-name`.
let nameChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "guest": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      let query = QueryRequest("query-name")
      guard let answer = try reader.value(query) else {
        return .unobservable("QEMU does not show its name")
      }
      let name = answer["name"]?.stringValue ?? ""
      return .compare(
        name == wanted, observed: name, [Evidence(query, name.isEmpty ? "no name" : name)],
        else: Remedy(.restart, "restart with -name \(wanted)"))
    }
  },
  "process": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let text = try reader.text(.status), let name = statusField("Name", in: text) else {
        return .unobservable(reader.absence(of: .status))
      }
      // The kernel stores 15 bytes.
      let kept = String(decoding: wanted.utf8.prefix(15), as: UTF8.self)
      return .compare(
        name == kept, observed: name, [Evidence(.status, "Name: \(name)")],
        else: Remedy(.restart, "restart with -name process=\(wanted)"))
    }
  },
  "debug-threads": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let threads = try reader.text(.threads) else {
        return .unobservable(reader.absence(of: .threads))
      }
      let names = Set(threads.lines.compactMap { $0.split(separator: " ", maxSplits: 1).last })
      // A thread without a name has that of the process.
      let evidence = Evidence(.threads, names.sorted().joined(separator: ", "))
      if names.count > 1, Bool(propertyText: wanted) != true {
        return .unobservable(
          "threads have names anyway: newer QEMUs name them, and qemuctl requests it if only names show thread=",
          [evidence])
      }
      return .compare(
        (names.count > 1) == Bool(propertyText: wanted), observed: (names.count > 1).propertyText, [evidence],
        else: Remedy(.restart, "restart with -name debug-threads=\(wanted)"))
    }
  },
]

/// Checks `-uuid`. QEMU shows it in lowercase.
func checkUUID(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-uuid")
  guard let uuid = try reader.value(query)?["UUID"]?.stringValue else {
    return .unobservable("QEMU does not show its UUID")
  }
  return .compare(
    uuid.lowercased() == wanted.lowercased(), observed: uuid, [Evidence(query, uuid)],
    else: Remedy(.restart, "restart with -uuid \(wanted)"))
}

/// Returns a field of /proc/PID/status.
func statusField(_ name: String, in text: String) -> String? {
  text.lines.first { $0.hasPrefix(name + ":") }.map {
    $0.dropFirst(name.count + 1).drop { $0 == "\t" || $0 == " " }.description
  }
}

/// The checks of the properties of `-overcommit`.
let overcommitChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "cpu-pm": { _ in processorPowerCheck },
  "mem-lock": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let text = try reader.text(.status), let words = statusField("VmLck", in: text),
        let locked = words.split(separator: " ").first.flatMap({ UInt64($0) })
      else { return .unobservable(reader.absence(of: .status)) }
      let evidence = Evidence(.status, "VmLck: \(words)")
      if wanted == "on-fault", locked > 0 {
        return .unobservable(
          "memory is locked, but the kernel does not show whether only on fault", [evidence])
      }
      let isWanted = wanted == "on-fault" || Bool(propertyText: wanted) == true
      return .compare(
        isWanted == (locked > 0), observed: (locked > 0).propertyText, [evidence],
        else: Remedy(.restart, "restart with -overcommit mem-lock=\(wanted)"))
    }
  },
]

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
      live == wanted, observed: live, [evidence], else: Remedy(.restart, "restart with \(wanted)"))
  }
}

/// Checks `-no-user-config`: a file that does not exist was not read.
func checkNoUserConfiguration(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let text = try reader.text(.userConfiguration) else {
    return .unobservable(reader.absence(of: .userConfiguration))
  }
  let evidence = Evidence(.userConfiguration, text)
  guard !text.isEmpty, text.lines.allSatisfy({ $0.hasSuffix(" absent") }) else {
    return .unobservable("the file exists, and nothing shows whether QEMU read it", [evidence])
  }
  return Judgement(
    verdict: .confirmed, observed: "on", evidence: [evidence],
    reason: "the file does not exist")
}

/// Checks `-S` by the run state.
func checkFrozen(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-status")
  guard let status = try reader.value(query)?["status"]?.stringValue else {
    return .unobservable("QEMU does not show whether the guest runs")
  }
  guard status == "prelaunch" || status == "inmigrate" else {
    return .unobservable("the guest was resumed since the start", [Evidence(query, status)])
  }
  return .compare(
    true, observed: status, [Evidence(query, status)], else: Remedy(.live, "stop it (QMP: stop)"))
}
