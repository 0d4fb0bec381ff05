import QEMUCommandLine
import QEMUJSON

/// Checks `-incoming` by the run state and the address of the migration.
@Sendable func incomingCheck(_ property: String, of requested: RequestedOption) -> Check {
  let (status, migration) = (QueryRequest("query-status"), QueryRequest("query-migrate"))
  return { (wanted, _, reader) throws(EvidenceMissing) in
    reader.prefetch([status, migration])
    let state = try reader.value(status)?["status"]?.stringValue ?? "unknown"
    let addresses = try reader.value(migration)?["socket-address"]?.arrayValue ?? []
    guard state == "inmigrate" else {
      return .unobservable("QEMU no longer waits for a migration", [Evidence(status, state)])
    }
    let shown = addresses.map { (try? $0.serialized()) ?? "" }.joined(separator: "; ")
    let evidence = [Evidence(status, state)] + (shown.isEmpty ? [] : [Evidence(migration, shown)])
    let remedy = Remedy(.restart, "restart with -incoming \(wanted)")
    if wanted == "defer" { return .compare(true, observed: "defer", evidence, else: remedy) }
    guard let address = addresses.first else {
      return .unobservable("QEMU waits for a migration, and does not show its address", evidence)
    }
    let members = Set((address.objectValue ?? [:]).map { $0.value.commandLineText })
    if property.isEmpty {
      return .compare(
        isAddress(members, saidBy: wanted), observed: shown, evidence, else: remedy)
    }
    guard let value = address[property.split(separator: ".").last.map(String.init) ?? property] else {
      return .unobservable("QEMU does not show \(property) of an incoming migration", evidence)
    }
    // The host chooses the port for 0.
    return .compare(
      value.commandLineText == wanted || wanted == "0", observed: value.commandLineText, evidence,
      else: remedy)
  }
}

/// Returns whether an address matches `tcp:HOST:PORT` or `unix:PATH`. Port 0 matches any port, and the host is ignored.
private func isAddress(_ members: Set<String>, saidBy wanted: String) -> Bool {
  if wanted.hasPrefix("unix:") { return members.contains(String(wanted.dropFirst("unix:".count))) }
  let parts = wanted.split(separator: ":").dropFirst()
  guard let port = parts.last else { return false }
  return port == "0" || members.contains(String(port))
}
