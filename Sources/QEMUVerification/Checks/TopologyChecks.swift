import QEMUCommandLine
import QEMUJSON

/// How one count of `-smp` is proved.
func topologyCheck(_ property: String) -> Check {
  property == "cpus" ? cpuCountCheck : builtCountCheck(property)
}

/// The virtual CPUs are counted as they are: some may have come since the start. Those that `-device` asks for are its own.
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
      ? Remedy(.live, "plug in what is missing with device_add, or restart with -smp \(wanted)")
      : Remedy(.restart, "restart with -smp \(wanted)"))
}

extension Subject {
  /// Whether a `-device` of the request made what stands at a path.
  fileprivate func asksForDevice(at path: String) -> Bool {
    if path.hasPrefix("/machine/peripheral-anon/") { return true }
    guard path.hasPrefix("/machine/peripheral/") else { return false }
    let id = path.dropFirst("/machine/peripheral/".count)
    return configuration.occurrences.contains { $0.option == "device" && $0.id.map { $0[...] } == id }
  }
}

/// The machine shows the topology that it was built with.
private func builtCountCheck(_ property: String) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    guard let topology = try Topology.read(&reader) else {
      return .unobservable("this machine does not show a topology")
    }
    guard let count = topology[property] else {
      return .unobservable("this QEMU's topology has no \(property)")
    }
    let number = UInt64(propertyText: wanted)
    // Old QEMUs take a zero, with a warning.
    let isLeftToQEMU = number == 0
    return .compare(
      isLeftToQEMU || number.map { $0 == count } ?? false, observed: String(count),
      [Evidence(Topology.query, "\(property): \(count)")],
      reason: isLeftToQEMU ? "0 leaves the choice to QEMU, which took \(count)" : nil,
      else: Remedy(.restart, "restart with -smp \(property)=\(wanted)"))
  }
}
