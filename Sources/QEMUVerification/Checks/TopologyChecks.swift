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
    let number = UInt64(propertyText: wanted)
    // Old QEMUs take a zero, with a warning.
    let isLeftToQEMU = number == 0
    return .compare(
      isLeftToQEMU || number.map { $0 == count } ?? false, observed: String(count),
      [Evidence(Topology.query, "\(property): \(count)")],
      reason: isLeftToQEMU ? "0 leaves the choice to QEMU, which took \(count)" : nil,
      else: Remedy(.restart, "start again with -smp \(property)=\(wanted)"))
  }
}
