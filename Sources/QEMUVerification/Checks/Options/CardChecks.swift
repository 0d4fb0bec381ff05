import QEMUCommandLine
import QEMUJSON

/// How one property of `-nic` and `-net` is proved: by the list of cards and backends, which QEMU names itself.
@Sendable func cardCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let query = QueryRequest.monitor("info network")
    let lines = try reader.words(query).lines
    let remedy = Remedy(.restart, "start again with it")
    switch (property, wanted) {
    case ("type", "none"):
      // A card that nobody asked for is on a backend that QEMU names itself.
      let unasked = lines.first { $0.contains(": #net") || $0.contains("\\ #net") }
      let shown = unasked.map { String($0.drop { $0 == " " || $0 == "\\" }) } ?? "none"
      return .compare(unasked == nil, observed: shown, [Evidence(query, shown)], else: remedy)
    case ("type", "nic"): return judge("type=nic", lines, query, remedy)
    case ("type", _): return judge("type=\(wanted)", lines, query, remedy)
    case ("model", _): return judge("model=\(modelNames[wanted] ?? wanted)", lines, query, remedy)
    case ("mac", _), ("macaddr", _): return judge("macaddr=\(wanted.lowercased())", lines, query, remedy)
    case ("id", _), ("name", _), ("netdev", _): return judge("\(wanted): index=", lines, query, remedy)
    default: break
    }
    return requested.occurrence.id == nil
      ? .unobservable("give it an id: QEMU names this backend itself")
      : try networkBackendCheck(property, of: requested)(wanted, subject, &reader)
  }
}

/// Short names of cards.
private let modelNames = ["virtio": "virtio-net-pci"]

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
