import QEMUCommandLine
import QEMUJSON

/// Returns the check of one property of `-m`, by the memory of the machine object.
/// - Parameter countsBytes: whether a size without a suffix is in bytes, as in `-machine memory.size=`, instead of MiB.
func memoryCheck(_ property: String, countsBytes: Bool = false) -> Check {
  let member = property == "maxmem" ? "max-size" : property
  let query = QueryRequest.property("memory", of: "/machine")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard let memory = try reader.value(query) else {
      return .unobservable("this machine does not show its memory")
    }
    guard let value = memory[member]?.unsignedValue else {
      return judgeAbsent(property, wanted, Evidence(query, "no \(member)"))
    }
    let values = wantedMemory(property, wanted, countsBytes) ?? []
    let isLeftToQEMU = property == "size" && values == [0]
    return .compare(
      isLeftToQEMU || values.contains(value),
      observed: memoryText(property, value),
      [Evidence(query, "\(member): \(value)")],
      reason: isLeftToQEMU ? "0 leaves the choice to QEMU, which chose the machine's default" : nil,
      else: remedy(property, wanted))
  }
}

/// Judges a property that QEMU does not show: it shows `slots` and `maxmem` only if there are slots.
private func judgeAbsent(_ property: String, _ wanted: String, _ evidence: Evidence) -> Judgement {
  if property == "slots" {
    return .compare(
      UInt64(propertyText: wanted) == 0, observed: "0", [evidence],
      reason: "the machine has no memory slots", else: remedy(property, wanted))
  }
  return .unobservable("QEMU shows maxmem only for a machine with memory slots", [evidence])
}

private func remedy(_ property: String, _ wanted: String) -> Remedy {
  Remedy(.restart, "restart with -m \(property)=\(wanted)")
}

/// Returns the values that a text may have in QEMU, which rounds sizes up to 8 KiB.
private func wantedMemory(_ property: String, _ wanted: String, _ countsBytes: Bool) -> Set<UInt64>? {
  let granule: UInt64 = 8192
  func rounded(_ bytes: UInt64) -> Set<UInt64> {
    let (sum, overflow) = bytes.addingReportingOverflow(granule - 1)
    return overflow ? [bytes] : [sum / granule * granule]
  }
  switch property {
  case "size" where !countsBytes: return MemorySize(propertyText: wanted).map { rounded($0.bytes) }
  case "size", "maxmem": return ByteCount(propertyText: wanted).map { rounded($0.bytes).union([$0.bytes]) }
  default: return UInt64(propertyText: wanted).map { [$0] }
  }
}

private func memoryText(_ property: String, _ value: UInt64) -> String {
  property == "slots" ? String(value) : ByteCount(bytes: value).propertyText
}
