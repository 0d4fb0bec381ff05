import QEMUCommandLine
import QEMUJSON

/// Returns the check of one property of `-machine`, by the properties of the machine object.
func machineCheck(_ property: String) -> Check {
  if property == "type" { return checkMachineType }
  if handedOn.contains(property) { return handedOnCheck(property) }
  if let (option, inner) = nested(property) {
    switch option {
    case "smp": return topologyCheck(inner)
    case "memory": return memoryCheck(inner == "max-size" ? "maxmem" : inner, countsBytes: true)
    default: return nestedCheck(option, inner)
    }
  }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    let remedy = Remedy(.restart, "restart with -machine \(property)=\(wanted) as the last value")
    let held = try judgeProperty(wanted, property, of: "/machine", &reader, remedy: remedy)
    guard held.verdict == .confirmed, let effect = memoryProperties[property] else { return held }
    return try guestMemoryCheck(effect, remedy)(wanted, subject, &reader).adding(evidenceOf: held)
  }
}

/// The machine properties that apply to all guest memory and that the kernel shows for each area.
private let memoryProperties = [
  "mem-merge": "merge", "mem_merge": "merge", "dump-guest-core": "dump", "dump_guest_core": "dump",
]

private func nested(_ property: String) -> (String, String)? {
  guard let dot = property.firstIndex(of: ".") else { return nil }
  return (String(property[..<dot]), String(property[property.index(after: dot)...]))
}

/// Returns the check of a dotted property, a member of an object: `boot.order`.
private func nestedCheck(_ option: String, _ member: String) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    let query = QueryRequest.property(option, of: "/machine")
    guard let value = try reader.value(query)?[member] else {
      return .unobservable("the machine does not show \(option).\(member)")
    }
    return .compare(
      compare(wanted, with: value) == .equal, observed: value.commandLineText,
      [Evidence(query, "\(member): \(value.commandLineText)")],
      else: Remedy(.restart, "restart with -machine \(option).\(member)=\(wanted)"))
  }
}

/// Checks the machine's type by its class, and an alias by QEMU's list of machines.
private func checkMachineType(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.property("type", of: "/machine")
  guard let type = try reader.value(query)?.stringValue else {
    return .unobservable("QEMU does not show the type of its machine")
  }
  let live = type.hasSuffix("-machine") ? String(type.dropLast("-machine".count)) : type
  let remedy = Remedy(.restart, "restart with -machine \(wanted) as the last machine type")
  if live == wanted { return .compare(true, observed: live, [Evidence(query, type)], else: remedy) }
  let list = QueryRequest("query-machines")
  let machines = try reader.list(list)
  let alias = machines.first { $0["name"]?.stringValue == live }?["alias"]?.stringValue
  let evidence = [
    Evidence(query, type), Evidence(list, "\(live) has \(alias.map { "the alias \($0)" } ?? "no alias")"),
  ]
  return .compare(
    alias == wanted, observed: live, evidence,
    reason: alias == wanted ? "\(wanted) is an alias of \(live)" : nil,
    else: remedy)
}

/// The properties that QEMU passes to the accelerator, whose own property takes precedence.
private let handedOn: Set = ["kernel-irqchip", "kvm-shadow-mem", "igd-passthru"]

private func handedOnCheck(_ property: String) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let live = subject.liveAccelerator ?? "another accelerator"
    // Without kvm the controllers are always QEMU's own.
    if live == "tcg", property == "kernel-irqchip", wanted == "off" {
      return try checkKernelIRQChip(wanted, subject, &reader)
    }
    guard let check = acceleratorChecks[live]?[property] else {
      return .unobservable(
        "QEMU passes it to the accelerator, and \(live), which runs the guest, has no such property")
    }
    return try check(wanted, subject, &reader)
  }
}
