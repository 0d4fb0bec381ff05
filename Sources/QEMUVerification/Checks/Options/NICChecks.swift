import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-nic` and `-net` by the list of NICs and backends, whose names QEMU chooses.
@Sendable func nicCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let query = QueryRequest.monitor("info network")
    let lines = try reader.words(query).lines
    let remedy = Remedy(.restart, "restart with the requested value")
    switch (property, wanted) {
    case ("type", "none"):
      // A default NIC has a backend with a name that QEMU chose.
      let unasked = lines.first { $0.contains(": #net") || $0.contains("\\ #net") }
      let shown = unasked.map { String($0.drop { $0 == " " || $0 == "\\" }) } ?? "none"
      return .compare(unasked == nil, observed: shown, [Evidence(query, shown)], else: remedy)
    case ("type", "hubport") where requested.occurrence.id == nil: return judgeHub(nil, lines, query, remedy)
    case ("hubid", _) where requested.occurrence.id == nil: return judgeHub(wanted, lines, query, remedy)
    case ("type", "hubport"):
      return try networkBackendCheck(property, of: requested)(wanted, subject, &reader)
    case ("id", _) where requested["type"] == "hubport":
      return try networkBackendCheck(property, of: requested)(wanted, subject, &reader)
    case ("id", _) where requested["type"] == "nic":
      return .unobservable("no query shows the id of a NIC; use name= instead")
    case ("type", "nic"): return judge("type=nic", lines, query, remedy)
    case ("type", _): return judge("type=\(wanted)", lines, query, remedy)
    case ("model", _): return judge("model=\(modelNames[wanted] ?? wanted)", lines, query, remedy)
    case ("mac", _), ("macaddr", _): return judgeAddress(wanted, lines, query, remedy)
    case ("id", _), ("name", _), ("netdev", _): return judge("\(wanted): index=", lines, query, remedy)
    default: break
    }
    return requested.occurrence.id == nil
      ? .unobservable("QEMU chooses the name of this backend; give it an id")
      : try networkBackendCheck(property, of: requested)(wanted, subject, &reader)
  }
}

/// The device types of short NIC names.
private let modelNames = ["virtio": "virtio-net-pci"]

/// Judges a MAC address by those of all NICs.
private func judgeAddress(
  _ wanted: String, _ lines: [Substring], _ query: QueryRequest, _ remedy: Remedy
) -> Judgement {
  let octets = MACAddressText.octets(ofNetworkOption: wanted)
  let shown = lines.flatMap { $0.split(separator: ",") }.filter { $0.hasPrefix("macaddr=") }
  let live = shown.first { MACAddressText.octets(of: String($0.dropFirst("macaddr=".count))) == octets }
  let all = shown.isEmpty ? "none" : shown.joined(separator: ", ")
  return .compare(
    live != nil && octets != nil, observed: live.map(String.init) ?? "none of them has it",
    [Evidence(query, all)],
    else: remedy)
}

/// Judges a hub by its number, if QEMU chose the name of its port; nil matches any hub.
private func judgeHub(
  _ wanted: String?, _ lines: [Substring], _ query: QueryRequest, _ remedy: Remedy
) -> Judgement {
  var hub: Substring?
  var hubs: [String] = []
  for line in lines {
    if line.hasPrefix("hub ") {
      hub = line.dropFirst("hub ".count)
    } else if !line.hasPrefix(" ") {
      hub = nil
    } else if let hub, line.contains("\\ #net") {
      hubs.append(String(hub))
    }
  }
  let number = wanted.flatMap { UInt64(propertyText: $0) }
  let isShown = wanted == nil ? !hubs.isEmpty : hubs.contains { UInt64($0) == number }
  let words = hubs.isEmpty ? "no hub" : hubs.map { "hub \($0)" }.joined(separator: ", ")
  return .compare(isShown, observed: words, [Evidence(query, words)], else: remedy)
}

private func judge(_ words: String, _ lines: [Substring], _ query: QueryRequest, _ remedy: Remedy)
  -> Judgement
{
  let line = lines.first { line in
    line.split(separator: ",").contains { $0 == words } || (words.hasSuffix("=") && line.contains(words))
  }
  let shown = line.map { String($0.drop { $0 == " " || $0 == "\\" }) }
  let all = lines.map { String($0.drop { $0 == " " || $0 == "\\" }) }.joined(separator: "; ")
  return .compare(
    line != nil, observed: shown ?? "none of them has it",
    [Evidence(query, shown ?? (all.isEmpty ? "none" : all))], else: remedy)
}
