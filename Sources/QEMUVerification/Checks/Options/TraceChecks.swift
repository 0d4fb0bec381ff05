import QEMUCommandLine
import QEMUJSON

/// Checks `-trace enable=` by the state of each event.
@Sendable func traceCheck(_ property: String, of requested: RequestedOption) -> Check {
  if property == "file" { return writtenFileCheck("trace file=") }
  guard property == "enable" || property.isEmpty else {
    return unobservable("QEMU does not show \(property) of -trace")
  }
  return { (wanted, _, reader) throws(EvidenceMissing) in
    // A pattern that begins with a dash disables events.
    let isOn = !wanted.hasPrefix("-")
    let query = QueryRequest(
      "trace-event-get-state", ["name": .string(isOn ? wanted : String(wanted.dropFirst()))])
    let events = try reader.value(query)?.arrayValue ?? []
    guard let first = events.first else { return .unobservable("QEMU has no such event") }
    let isSame = events.allSatisfy {
      ($0["state"]?.stringValue == "enabled") == isOn || $0["state"]?.stringValue == "unavailable"
    }
    if !isSame, wanted == "kvm_vm_ioctl", let calls = try reader.text(.kvmCalls) {
      return .compare(
        true, observed: "enabled", [Evidence(.kvmCalls, "\(calls.lines.count) calls")],
        reason: "it was enabled at the start, and disabled later", else: Remedy(.live, ""))
    }
    let shown = "\(events.count) events, the first \(first["state"]?.stringValue ?? "unknown")"
    return .compare(
      isSame, observed: first["state"]?.stringValue ?? "unknown", [Evidence(query, shown)],
      else: Remedy(.live, "enable or disable it with trace-event-set-state"))
  }
}
