import QEMUCommandLine
import QEMUJSON

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

/// The check of `-overcommit cpu-pm=`: QEMU stores it, and under kvm the kernel must support it.
let processorPowerCheck: Check = { (wanted, subject, reader) throws(EvidenceMissing) in
  var judgement = try storedCheck(.flag("enable_cpu_pm"))(wanted, subject, &reader)
  guard judgement.verdict == .confirmed, Bool(propertyText: wanted) == true, subject.liveAccelerator == "kvm",
    let capability = try KVMCapability.disableExits.read(&reader)
  else { return judgement }
  judgement.evidence.append(capability.evidence)
  if capability.answer > 0 { return judgement }
  judgement.verdict = .drifted
  judgement.reason = "QEMU stores it, but this host's KVM does not let a guest execute these instructions"
  judgement.remedy = Remedy(.impossible, "remove cpu-pm=on, or use a host whose KVM supports it")
  return judgement
}
