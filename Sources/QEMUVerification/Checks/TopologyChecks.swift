import QEMUCommandLine
import QEMUJSON

/// Returns the check of one count of `-smp`.
func topologyCheck(_ property: String) -> Check {
  property == "cpus" ? cpuCountCheck : builtCountCheck(property)
}

/// The check of the number of virtual CPUs, which includes CPUs that were hot-plugged, but not those that `-device`
/// requests.
private let cpuCountCheck: Check = { (wanted, subject, reader) throws(EvidenceMissing) in
  let built = builtCountCheck("cpus")
  guard let number = UInt64(propertyText: wanted), number > 0 else {
    return try built(wanted, subject, &reader)
  }
  let cpus = try VirtualCPUs.read(&reader)
  let count = cpus.count { !subject.asksForDevice(at: $0.path) }
  if count == 0 { return try built(wanted, subject, &reader) }
  return .compare(
    number == count, observed: String(count), [Evidence(VirtualCPUs.query, "\(cpus.count) CPUs")],
    else: number > count
      ? Remedy(.live, "add the missing CPUs with device_add, or restart with -smp \(wanted)")
      : Remedy(.restart, "restart with -smp \(wanted)"))
}

extension Subject {
  /// Returns whether a `-device` of the request created the object at a path.
  fileprivate func asksForDevice(at path: String) -> Bool {
    if path.hasPrefix("/machine/peripheral-anon/") { return true }
    guard path.hasPrefix("/machine/peripheral/") else { return false }
    let id = path.dropFirst("/machine/peripheral/".count)
    return configuration.occurrences.contains { $0.option == "device" && $0.id.map { $0[...] } == id }
  }
}

/// Returns the check of a count by the topology of the machine object, which does not change.
private func builtCountCheck(_ property: String) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    guard let topology = try Topology.read(&reader) else {
      return .unobservable("this machine does not show a topology")
    }
    guard let count = topology[property] else {
      return .unobservable("this QEMU's topology has no \(property)")
    }
    let number = UInt64(propertyText: wanted)
    // Old versions of QEMU accept 0, with a warning.
    let isLeftToQEMU = number == 0
    return .compare(
      isLeftToQEMU || number.map { $0 == count } ?? false, observed: String(count),
      [Evidence(Topology.query, "\(property): \(count)")],
      reason: isLeftToQEMU ? "0 leaves the choice to QEMU, which chose \(count)" : nil,
      else: Remedy(.restart, "restart with -smp \(property)=\(wanted)"))
  }
}
