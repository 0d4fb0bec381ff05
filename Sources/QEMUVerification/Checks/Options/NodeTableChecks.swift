import QEMUCommandLine

/// Returns the check of one property of `-numa dist`, `hmat-lb` and `hmat-cache`, by the ACPI tables of the guest.
func nodeTableCheck(_ property: String, _ requested: RequestedOption) -> Check {
  let remedy = restartRemedy(requested)
  return { (wanted, _, reader) throws(EvidenceMissing) in
    switch requested["type"] {
    case "dist": try judgeDistance(property, wanted, requested, remedy, &reader)
    case "hmat-lb": try judgeLocality(property, wanted, requested, remedy, &reader)
    case "hmat-cache": try judgeCache(property, wanted, requested, remedy, &reader)
    default: .unobservable("this library has no check for it")
    }
  }
}

private func restartRemedy(_ requested: RequestedOption) -> Remedy {
  Remedy(
    .restart, "restart with \((try? requested.occurrence.words().joined(separator: " ")) ?? "-numa")")
}

private func table(
  _ variable: GlobalVariable, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> [UInt8]? {
  try reader.global(variable).flatMap(Hexadecimal.bytes)
}

extension RequestedOption {
  fileprivate func number(_ name: String) -> UInt64? { self[name].flatMap { UInt64(propertyText: $0) } }
}

private func judgeDistance(
  _ property: String, _ wanted: String, _ requested: RequestedOption, _ remedy: Remedy,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = DistanceTable.variable
  guard let bytes = try table(variable, &reader) else { return .unobservable(reader.absence(of: variable)) }
  guard let source = requested.number("src"), let target = requested.number("dst"),
    let distance = requested.number("val")
  else { return .unobservable("this library cannot parse the distance") }
  let live = DistanceTable(bytes).distance(from: source, to: target)
  let shown = live.map(String.init) ?? "no such nodes"
  // The distance between the two nodes confirms all properties of the option.
  let observed = property == "val" || live != distance ? shown : wanted
  return .compare(
    live == distance, observed: observed, [Evidence(variable, "from \(source) to \(target): \(shown)")],
    else: remedy)
}

private let hierarchies = ["memory", "first-level", "second-level", "third-level"]
private let dataTypes = [
  "access-latency", "read-latency", "write-latency", "access-bandwidth", "read-bandwidth", "write-bandwidth",
]

private func judgeLocality(
  _ property: String, _ wanted: String, _ requested: RequestedOption, _ remedy: Remedy,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = HeterogeneousMemoryTable.variable
  guard let bytes = try table(variable, &reader) else { return .unobservable(reader.absence(of: variable)) }
  guard let initiator = requested.number("initiator"), let target = requested.number("target"),
    let hierarchy = hierarchies.firstIndex(of: requested["hierarchy"] ?? ""),
    let dataType = dataTypes.firstIndex(of: requested["data-type"] ?? "")
  else { return .unobservable("this library cannot parse the entry") }
  if (requested.number("latency") ?? requested["bandwidth"].flatMap { ByteCount(propertyText: $0)?.bytes })
    == 0
  {
    return .unobservable("QEMU does not store a value of 0")
  }
  let locality = HeterogeneousMemoryTable(bytes).localities.first {
    $0.hierarchy == UInt64(hierarchy) && $0.dataType == UInt64(dataType)
  }
  let live = locality?.values[[initiator, target]]
  let place = "\(hierarchies[hierarchy]) \(dataTypes[dataType]) from \(initiator) to \(target)"
  let shown = live.map { "\($0) \(dataType < 3 ? "ns" : "MiB/s")" } ?? "nothing"
  let asked: UInt64? =
    switch property {
    case "latency": requested.number("latency")
    case "bandwidth": ByteCount(propertyText: wanted).map { $0.bytes >> 20 }
    default: live
    }
  return .compare(
    live != nil && live == asked, observed: live == asked && live != nil ? wanted : shown,
    [Evidence(variable, "\(place): \(shown)")], else: remedy)
}

private let associativities = ["none", "direct", "complex"]
private let policies = ["none", "write-back", "write-through"]

private func judgeCache(
  _ property: String, _ wanted: String, _ requested: RequestedOption, _ remedy: Remedy,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = HeterogeneousMemoryTable.variable
  guard let bytes = try table(variable, &reader) else { return .unobservable(reader.absence(of: variable)) }
  guard let node = requested.number("node-id"), let level = requested.number("level") else {
    return .unobservable("this library cannot parse the cache")
  }
  let cache = HeterogeneousMemoryTable(bytes).caches.first { $0.node == node && $0.level == level }
  guard let cache else {
    return .compare(
      false, observed: "no such cache", [Evidence(variable, "node \(node) has no cache of level \(level)")],
      else: remedy)
  }
  func name(_ names: [String], _ number: UInt64) -> String {
    Int(exactly: number).flatMap { names.indices.contains($0) ? names[$0] : nil } ?? String(number)
  }
  let shown: String
  switch property {
  case "size": shown = ByteCount(propertyText: wanted)?.bytes == cache.size ? wanted : String(cache.size)
  case "associativity": shown = name(associativities, cache.associativity)
  case "policy": shown = name(policies, cache.policy)
  case "line": shown = String(cache.line)
  default: shown = wanted
  }
  return .compare(
    shown == wanted, observed: shown,
    [Evidence(variable, "node \(node), level \(level): \(property) \(shown)")],
    else: remedy)
}
