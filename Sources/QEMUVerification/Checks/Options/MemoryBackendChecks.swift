import QEMUCommandLine
import QEMUJSON

// QEMU's value of a property such as share, hugetlb or prealloc is in effect if the kernel shows it for the area.

/// Returns the check of a property of a memory backend whose effect the kernel shows; nil for any other.
func memoryBackendCheck(_ property: String, of requested: RequestedOption, _ remedy: Remedy) -> Check? {
  guard requested["qom-type"]?.hasPrefix("memory-backend-") == true,
    let backing = backingChecks[root(property)]
  else { return nil }
  let path = requested["mem-path"]
  let size = requested["size"].flatMap { ByteCount(propertyText: $0)?.bytes }
  let name = requested["id"]
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    var areas = try subject.areas(sizes: size.map { [$0] } ?? [], path: path, &reader)
    if let name { try areas.narrow(toBlock: name, &reader) }
    return try backing(wanted, areas, remedy, &reader)
  }
}

/// Returns the check of a property of the machine, or of an option, that applies to all memory of the guest.
func guestMemoryCheck(_ property: String, _ remedy: Remedy, path: String? = nil) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let memory = try reader.value(.property("memory", of: "/machine"))
    let sizes = [memory?["size"]?.unsignedValue].compactMap(\.self) + subject.backendSizes
    let areas = try subject.areas(sizes: sizes, path: path, &reader)
    guard let check = backingChecks[property] else { return .unobservable("the kernel does not show it") }
    return try check(wanted, areas, remedy, &reader)
  }
}

/// The check of `-mem-path`, by the file that the guest's memory is mapped from.
let memoryPathCheck: Check = { (wanted, subject, reader) throws(EvidenceMissing) in
  try guestMemoryCheck(
    "mem-path", Remedy(.restart, "restart with -mem-path \(wanted)"), path: wanted)(
      wanted, subject, &reader)
}

/// Returns the name of the list of an element: `host-nodes` for `host-nodes.0`.
private func root(_ property: String) -> String {
  property.firstIndex(of: ".").map { String(property[..<$0]) } ?? property
}

/// The areas of one backend, or the reason why they are unknown.
private enum BackingAreas {
  /// The areas, with additional evidence that they are those of the backend.
  case found([MemoryBacking], [Evidence] = [])
  case unknown(String)

  /// Keeps only the area of a memory block, if QEMU shows its address.
  mutating func narrow(toBlock name: String, _ reader: inout EvidenceReader) throws(EvidenceMissing) {
    guard case .found(let areas, _) = self, areas.count > 1,
      let block = try MemoryBlock.named(name, &reader),
      let own = areas.first(where: { $0.start == block.address })
    else { return }
    self = .found([own], [block.evidence])
  }
}

/// A memory block with its address in QEMU.
///
/// QMP: `x-query-ramblock`
private struct MemoryBlock {
  let address: UInt64
  let evidence: Evidence

  /// Returns the block of a backend.
  ///
  /// Its name is the backend's id, or its path on an older machine type. QEMU 7.2 shows no addresses, and a backend
  /// that nothing uses has no name.
  static func named(_ id: String, _ reader: inout EvidenceReader) throws(EvidenceMissing) -> MemoryBlock? {
    let query = QueryRequest("x-query-ramblock")
    let text = try reader.value(query)?["human-readable-text"]?.stringValue ?? ""
    for line in text.lines {
      let line = line.drop { $0 == " " }
      guard let name = [id, "/objects/\(id)"].first(where: { line.hasPrefix($0 + " ") }) else { continue }
      // The page size and its unit, the offset, the used size, the size, the address.
      let fields = line.dropFirst(name.count).split(separator: " ")
      guard fields.count > 5, fields[5].hasPrefix("0x"),
        let address = UInt64(fields[5].dropFirst(2), radix: 16)
      else { continue }
      return MemoryBlock(address: address, evidence: Evidence(query, String(line)))
    }
    return nil
  }
}

private typealias BackingCheck =
  @Sendable (_ wanted: String, _ areas: BackingAreas, _ remedy: Remedy, _ reader: inout EvidenceReader)
  throws(EvidenceMissing) -> Judgement

private let backingChecks: [String: BackingCheck] = [
  "share": flagCheck { $0.isShared },
  "merge": { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
    let isOff = Bool(propertyText: wanted) == false
    return try flagCheck { $0.flags.contains("mg") }(wanted, areas, isOff ? mergingRemedy : remedy, &reader)
  },
  "dump": flagCheck { !$0.flags.contains("dd") },
  "reserve": flagCheck { !$0.flags.contains("nr") },
  "prealloc": checkPopulation,
  "hugetlb": { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
    let base = UInt64(max(reader.observation.hostPageSize, 0))
    return judge(areas, remedy, wanted) { ($0.pageSize > base).propertyText }
  },
  "hugetlbsize": { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
    let bytes = ByteCount(propertyText: wanted)?.bytes
    return judge(areas, remedy, wanted) {
      $0.pageSize == bytes ? wanted : ByteCount(bytes: $0.pageSize).propertyText
    }
  },
  "policy": { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
    judge(areas, remedy, wanted) {
      $0.policy.hasPrefix(policyNames[wanted] ?? wanted) ? wanted : String($0.policy)
    }
  },
  "host-nodes": { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
    judge(areas, remedy, wanted) { nodes(of: $0.policy).contains(wanted) ? wanted : String($0.policy) }
  },
  "mem-path": checkPath,
]

/// The remedy for `merge=off`: QEMU marks all memory as mergeable unless the machine forbids it.
private let mergingRemedy = Remedy(.restart, "restart with -machine mem-merge=off, which takes precedence")

/// The kernel's names of policies, if they differ from QEMU's.
private let policyNames = ["preferred": "prefer"]

private func flagCheck(_ flag: @escaping @Sendable (MemoryBacking) -> Bool) -> BackingCheck {
  { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
    judge(areas, remedy, Bool(propertyText: wanted)?.propertyText ?? wanted) { flag($0).propertyText }
  }
}

/// Judges by the common value of all areas that may be those of the backend.
private func judge(
  _ areas: BackingAreas, _ remedy: Remedy, _ wanted: String, _ value: (MemoryBacking) -> String
) -> Judgement {
  guard case .found(let areas, let proof) = areas else {
    if case .unknown(let reason) = areas { return .unobservable(reason) }
    return .unobservable("no area is known")
  }
  let values = Set(areas.map(value))
  guard let first = areas.first, let live = values.first, values.count == 1 else {
    return .unobservable(
      "several areas have this size, with different values", areas.map { Evidence(.memoryAreas, $0.line) })
  }
  return .compare(live == wanted, observed: live, [Evidence(.memoryAreas, first.line)] + proof, else: remedy)
}

/// The check of `prealloc`. A running guest populates further memory, and may release some.
private let checkPopulation: BackingCheck = { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
  let status = QueryRequest("query-status")
  let isFrozen = try reader.value(status)?["status"]?.stringValue == "prelaunch"
  let judgement = judge(areas, remedy, Bool(propertyText: wanted)?.propertyText ?? wanted) {
    ($0.populated >= $0.size).propertyText
  }
  if judgement.verdict != .drifted || (isFrozen && Bool(propertyText: wanted) == true) { return judgement }
  return .unobservable(
    isFrozen
      ? "all memory is populated, which mem-lock does, too"
      : "the guest is running, and populates and releases memory",
    judgement.evidence)
}

/// The check of `mem-path`. The path of a hugetlbfs is not evidence of huge pages: if nothing is mounted there, QEMU
/// creates an ordinary file.
private let checkPath: BackingCheck = { (wanted, areas, remedy, reader) throws(EvidenceMissing) in
  guard case .found(let all, _) = areas, let area = all.first(where: { $0.isOf(wanted) }) else {
    return .unobservable("no area of QEMU's memory is mapped from this file; the path may be a link")
  }
  let evidence = [Evidence(.memoryAreas, area.line)]
  guard namesHugePages(wanted), area.pageSize <= UInt64(max(reader.observation.hostPageSize, 0)) else {
    return .compare(true, observed: String(area.name), evidence, else: remedy)
  }
  return .compare(
    false, observed: "pages of \(area.pageSize) bytes", evidence,
    reason: "no hugetlbfs is mounted at \(wanted), and QEMU created an ordinary file there",
    else: Remedy(
      .restart, "mount hugetlbfs at \(wanted), reserve huge pages (vm.nr_hugepages), and restart"))
}

/// Returns whether a path has a component such as `hugepages`, `hugepages-1048576kB`, `huge` or `hugetlbfs`.
private func namesHugePages(_ path: String) -> Bool {
  path.split(separator: "/").contains { part in
    (try? #/huge(pages?|tlb|tlbfs)?[-_]?[0-9]*[kKmMgG]?[bB]?/#.wholeMatch(in: part)) != nil
  }
}

/// Returns the nodes of a policy such as `bind:0-1,3`.
private func nodes(of policy: Substring) -> Set<String> {
  let list = policy.cut(at: ":")?.after ?? ""
  var nodes: Set<String> = []
  for part in list.split(separator: ",") {
    let ends = part.split(separator: "-").compactMap { UInt16($0) }
    guard let first = ends.first, let last = ends.last, first <= last else { continue }
    nodes.formUnion((first...last).map { String($0) })
  }
  return nodes
}

extension Subject {
  /// The sizes of the memory backends in the request, in bytes.
  fileprivate var backendSizes: [UInt64] {
    configuration.occurrences.filter { $0.option == "object" }.compactMap { occurrence in
      let object = RequestedOption(occurrence: occurrence, index: 0)
      guard object["qom-type"]?.hasPrefix("memory-backend-") == true else { return nil }
      return object["size"].flatMap { ByteCount(propertyText: $0)?.bytes }
    }
  }

  /// Returns the areas that have one of the sizes, and the file if there is a path.
  ///
  /// Anonymous memory has no name. If fewer areas than backends have the size, the areas are unknown.
  fileprivate func areas(
    sizes: [UInt64], path: String?, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> BackingAreas {
    guard let all = try MemoryBacking.all(&reader) else { return .unknown(reader.absence(of: .memoryAreas)) }
    if let path {
      let own = all.filter { $0.isOf(path) && (sizes.isEmpty || sizes.contains($0.size)) }
      return own.isEmpty ? .unknown("no area of QEMU's memory is mapped from \(path)") : .found(own)
    }
    let sized = all.filter { sizes.contains($0.size) }
    // fork does not copy the guest's memory, but it copies QEMU's stacks and heaps.
    let own = sized.contains(where: \.isLeftOutByFork) ? sized.filter(\.isLeftOutByFork) : sized
    let expected = backendSizes.count { sizes.contains($0) }
    return own.isEmpty || own.count < expected
      ? .unknown("the area is unknown: no area of QEMU's memory has exactly this size") : .found(own)
  }
}
