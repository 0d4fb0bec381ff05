import QEMUCommandLine
import QEMUJSON

/// Returns the check of `-serial` and similar options, whose character devices have labels that QEMU chose.
func portCheck(_ label: String) -> Check {
  let query = QueryRequest("query-chardev")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    let devices = try reader.list(query)
    let address = (try? CharacterDeviceAddress(text: wanted)) ?? .other(wanted)
    if case .characterDevice(let id) = address { return try judgeUser(of: id, label, &reader) }
    // A multiplexer has the label, and its backend has another name.
    let base = description(of: "\(label)-base", among: devices)
    let live = base ?? description(of: label, among: devices)
    let evidence = Evidence(query, "\(label): \(live ?? "none")")
    guard case .withMonitor(let backend) = address else {
      return try judgePort(address, live, evidence, &reader)
    }
    if live != nil, base == nil {
      return .compare(false, observed: "no multiplexer", [evidence], else: againLine)
    }
    return try judgePort(backend, live, evidence, &reader)
  }
}

private let againLine = Remedy(.live, "change it with chardev-change, or restart")

/// Judges the description of a port's backend.
private func judgePort(
  _ address: CharacterDeviceAddress, _ live: String?, _ evidence: Evidence, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let words = portDescription(address) else {
    return .unobservable("QEMU does not show its backend", [evidence])
  }
  guard let live else {
    return .compare(
      words == "none", observed: "none", [evidence],
      else: Remedy(.restart, "restart with the requested value"))
  }
  let shown = channel(live)
  if case .unixSocket(let path, _) = address {
    return try judgeUnixSocket(path, shown, evidence, againLine, &reader)
  }
  let isSame = shown == words || shown.hasPrefix(words + ",") || shown.hasPrefix(words + ":")
  return .compare(isSame, observed: String(shown), [evidence], else: againLine)
}

/// Judges a serial port of the board whose character device is that of another option.
private func judgeUser(
  of id: String, _ label: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let directory = "/machine/unattached"
  let types = boardLines[label.filter { !$0.isNumber }] ?? []
  let lines = try childTypes(of: directory, &reader).filter { types.contains($0.type) }
  let queries = lines.map { QueryRequest.property("chardev", of: "\(directory)/\($0.name)") }
  reader.prefetch(queries)
  var shown: [String] = []
  for query in queries { shown.append(try reader.words(query)) }
  let evidence = zip(queries, shown).map { Evidence($0, $1) }
  if evidence.isEmpty { return .unobservable("this library does not know the serial ports of this board") }
  return .compare(
    shown.contains(id), observed: shown.joined(separator: ", "), evidence,
    else: Remedy(.restart, "restart with the requested value"))
}

/// The device types of a board's ports.
private let boardLines = [
  "serial": ["isa-serial", "pl011"], "parallel": ["isa-parallel"], "debugcon": ["isa-debugcon"],
]

/// Returns the prefix of the description; nil if it depends on the host or another option.
private func portDescription(_ address: CharacterDeviceAddress) -> String? {
  switch address {
  case .none: return "none"
  case .null: return "null"
  case .pty: return "pty"
  case .stdio: return "stdio"
  case .virtualConsole: return "vc"
  case .file: return "file"
  case .pipe: return "pipe"
  case .datagrams: return "udp"
  case .unixSocket: return "unix"
  case .connection(let kind, _, _, _): return kind.rawValue
  case .hostDevice, .characterDevice, .withMonitor, .other: return nil
  }
}
