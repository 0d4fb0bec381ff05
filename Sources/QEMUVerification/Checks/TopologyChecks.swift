import QEMUCommandLine
import QEMUJSON

/// How one count of `-smp` is proved: the machine shows the topology that it was built with.
func topologyCheck(_ property: String) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    guard let topology = try Topology.read(&reader) else {
      return .unobservable("this machine does not show a topology")
    }
    guard let count = topology[property] else {
      return .unobservable("this QEMU's topology has no \(property)")
    }
    return .compare(
      UInt64(propertyText: wanted) == UInt64(exactly: count), observed: String(count),
      [Evidence(Topology.query, "\(property): \(count)")],
      else: Remedy(.restart, "start again with -smp \(property)=\(wanted)"))
  }
}

/// How one property of `-m` is proved: the machine shows its memory.
func memoryCheck(_ property: String) -> Check {
  let member = property == "maxmem" ? "max-size" : property
  let query = QueryRequest.property("memory", of: "/machine")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard let memory = try reader.value(query) else {
      return .unobservable("this machine does not show its memory")
    }
    guard let value = memory[member]?.unsignedValue else {
      return Judgement(
        verdict: .drifted, evidence: [Evidence(query, "no \(member)")],
        reason: "the machine has no \(member)",
        remedy: Remedy(.restart, "start again with -m \(property)=\(wanted)"))
    }
    return .compare(
      wantedMemory(property, wanted).map { $0.contains(value) } ?? false,
      observed: memoryText(property, value),
      [Evidence(query, "\(member): \(value)")],
      else: Remedy(.restart, "start again with -m \(property)=\(wanted)"))
  }
}

/// The values that a text may become: QEMU rounds sizes up to 8 KiB.
private func wantedMemory(_ property: String, _ wanted: String) -> Set<UInt64>? {
  let granule: UInt64 = 8192
  func rounded(_ bytes: UInt64) -> Set<UInt64> {
    let (sum, overflow) = bytes.addingReportingOverflow(granule - 1)
    return overflow ? [bytes] : [sum / granule * granule]
  }
  switch property {
  case "size": return MemorySize(propertyText: wanted).map { rounded($0.bytes) }
  case "maxmem": return ByteCount(propertyText: wanted).map { rounded($0.bytes).union([$0.bytes]) }
  default: return UInt64(propertyText: wanted).map { [$0] }
  }
}

private func memoryText(_ property: String, _ value: UInt64) -> String {
  property == "slots" ? String(value) : ByteCount(bytes: value).propertyText
}
