import QEMUCommandLine
import QEMUJSON

/// How `-global` is proved: by a device of that class which does not say otherwise itself.
@Sendable func globalCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let global = requested.occurrence.argument as? GlobalProperty else {
    return unobservable("it cannot be read")
  }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let path = try devicePath(of: global, subject, &reader) else {
      return .unobservable("there is no device of just this class that leaves \(global.property) to it")
    }
    return try judgeProperty(
      wanted, global.property, of: path, &reader,
      remedy: Remedy(
        .restart, "start again with -global \(global.driver).\(global.property)=\(wanted), named last"))
  }
}

private func devicePath(
  of global: GlobalProperty, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> String? {
  let saysItself = subject.configuration.occurrences.contains { occurrence in
    guard let device = occurrence.argument as? DeviceOption else { return false }
    return device[global.property] != nil
  }
  let folders =
    saysItself
    ? ["/machine/unattached"] : ["/machine/peripheral", "/machine/peripheral-anon", "/machine/unattached"]
  reader.prefetch(folders.map { QueryRequest.children(of: $0) })
  for folder in folders {
    let device = try childTypes(of: folder, &reader).sorted { $0.name < $1.name }.first {
      $0.type == global.driver
    }
    if let device { return "\(folder)/\(device.name)" }
  }
  return nil
}

/// The guest is held as long as nobody lets it run.
func checkFrozen(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-status")
  guard let status = try reader.value(query)?["status"]?.stringValue else {
    return .unobservable("QEMU does not show whether the guest runs")
  }
  guard status == "prelaunch" || status == "inmigrate" else {
    return .unobservable("the guest was let run since", [Evidence(query, status)])
  }
  return .compare(
    true, observed: status, [Evidence(query, status)], else: Remedy(.live, "stop it (QMP: stop)"))
}

/// How `-serial` and its like are proved: QEMU names what it makes of them.
func lineCheck(_ label: String) -> Check {
  let query = QueryRequest("query-chardev")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard let devices = try reader.value(query)?.arrayValue else {
      return .unobservable("QEMU lists no character devices")
    }
    let live = devices.first { $0["label"]?.stringValue == label }?["filename"]?.stringValue
    let evidence = Evidence(query, "\(label): \(live ?? "none")")
    guard let words = lineWords(wanted) else {
      return .unobservable("QEMU does not show what it made of it under \(label)", [evidence])
    }
    guard let live else {
      return .compare(
        words == "none", observed: "none", [evidence], else: Remedy(.restart, "start again with it"))
    }
    // Nobody may be connected yet.
    let shown = live.hasPrefix("disconnected:") ? String(live.dropFirst("disconnected:".count)) : live
    let isSame = shown == words || shown.hasPrefix(words + ",") || shown.hasPrefix(words + ":")
    return .compare(
      isSame, observed: shown, [evidence],
      else: Remedy(.live, "change it with chardev-change, or start again"))
  }
}

/// How the description begins; nil where only the host or another option knows it.
private func lineWords(_ wanted: String) -> String? {
  guard let address = try? CharacterDeviceAddress(text: wanted) else { return nil }
  switch address {
  case .none: return "none"
  case .null: return "null"
  case .pty: return "pty"
  case .stdio: return "stdio"
  case .virtualConsole: return "vc"
  case .file: return "file"
  case .pipe: return "pipe"
  case .withMonitor: return "mux"
  case .datagrams: return "udp"
  case .unixSocket(let path, _): return "unix:\(path)"
  case .connection(let kind, _, _, _): return kind.rawValue
  case .hostDevice, .characterDevice, .other: return nil
  }
}
