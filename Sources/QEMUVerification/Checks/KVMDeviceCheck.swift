import QEMUCommandLine
import QEMUJSON

/// Checks `-accel kvm,device=` by the descriptor of the device, which QEMU keeps open.
func checkKVMDevice(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let descriptors = try reader.text(.descriptors) else {
    return .unobservable("the descriptors of QEMU cannot be read: \(reader.absence(of: .descriptors))")
  }
  let open = descriptors.lines.map { $0.split(separator: " ", maxSplits: 2) }.filter { $0.count == 3 }
  // The KVM device has this number regardless of its path.
  let nodes = open.filter { $0[1] == "10:232" }
  guard let node = nodes.first else {
    return .unobservable("no descriptor of QEMU is open on a KVM device")
  }
  let remedy = Remedy(.restart, "restart with device=\(wanted)")
  if let set = DescriptorSet(path: wanted) {
    return try judge(set, nodes.map { String($0[0]) }, wanted, &reader, remedy)
  }
  let evidence = [Evidence(.descriptors, node.joined(separator: " "))]
  // An inspection has no requested value.
  if wanted.isEmpty { return .compare(true, observed: String(node[2]), evidence, else: remedy) }
  // The path of a QEMU with another root directory is shown as on the host.
  if node[2] == wanted || (wanted.hasPrefix("/") && node[2].hasSuffix(wanted)) {
    return .compare(true, observed: wanted, evidence, else: remedy)
  }
  if let target = try reader.file(wanted), target == "10:232 \(node[2])" {
    return .compare(
      true, observed: String(node[2]), evidence + [Evidence(file: wanted, target)],
      reason: "\(wanted) is a link to \(node[2])", else: remedy)
  }
  return try judgeStored(
    wanted, &reader, remedy,
    "QEMU has the KVM device open as \(node[2]), and \(wanted) is not a link to it now", evidence)
}

/// A descriptor set in QEMU's path syntax: `/dev/fdset/7`.
private struct DescriptorSet {
  let number: Int64

  init?(path: String) {
    guard path.hasPrefix("/dev/fdset/"), let number = Int64(path.dropFirst("/dev/fdset/".count)) else {
      return nil
    }
    self.number = number
  }
}

/// Judges a device from a descriptor set. QEMU's descriptor must be a duplicate of one in the set.
private func judge(
  _ set: DescriptorSet, _ nodes: [String], _ wanted: String, _ reader: inout EvidenceReader, _ remedy: Remedy
) throws(EvidenceMissing) -> Judgement {
  if let monitorUnavailability = reader.observation.monitorUnavailability {
    return try judgeStored(wanted, &reader, remedy, monitorUnavailability.reason, [])
  }
  let query = QueryRequest("query-fdsets")
  let sets = try reader.value(query)?.arrayValue ?? []
  let own = sets.first { $0["fdset-id"]?.integerValue == set.number }
  let members = (own?["fds"]?.arrayValue ?? []).compactMap { $0["fd"]?.integerValue }.map { String($0) }
  if members.isEmpty {
    return try judgeStored(wanted, &reader, remedy, "QEMU has no descriptor set \(set.number) any more", [])
  }
  let evidence = Evidence(query, "set \(set.number) has the descriptors \(members.joined(separator: ", "))")
  guard let duplicates = try reader.text(.duplicateDescriptors) else {
    return .unobservable(
      "the kernel cannot compare the descriptors: \(reader.absence(of: .duplicateDescriptors))", [evidence])
  }
  let line = duplicates.lines.first { line in
    let numbers = Set(line.split(separator: " ").map(String.init))
    return !numbers.isDisjoint(with: nodes) && !numbers.isDisjoint(with: members)
  }
  return .compare(
    line != nil, observed: line == nil ? "a descriptor of another open file" : wanted,
    [
      evidence,
      Evidence(.duplicateDescriptors, line.map(String.init) ?? "none with \(nodes.joined(separator: ", "))"),
    ],
    else: remedy)
}

/// Judges the path that QEMU stores, if the host does not show the descriptor.
private func judgeStored(
  _ wanted: String, _ reader: inout EvidenceReader, _ remedy: Remedy, _ reason: String, _ evidence: [Evidence]
) throws(EvidenceMissing) -> Judgement {
  let path = GlobalVariable("device", .textProperty(of: "kvm_state"))
  guard let stored = try reader.global(path) else {
    return .unobservable("\(reason); \(reader.absence(of: path))", evidence)
  }
  return .compare(stored == wanted, observed: stored, evidence + [Evidence(path, stored)], else: remedy)
}
