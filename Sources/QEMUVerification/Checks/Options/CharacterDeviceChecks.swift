import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-chardev` by QEMU's list, which describes the backend of each device.
@Sendable func characterDeviceCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let id = requested.occurrence.id else { return unobservable("a character device without an id") }
  let query = QueryRequest("query-chardev")
  let remedy = Remedy(.live, "change it with chardev-change, or restart")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    let devices = try reader.list(query)
    // A multiplexer has the id of its backend, which then has another name.
    let base = description(of: "\(id)-base", among: devices)
    guard let own = description(of: id, among: devices) else {
      return .compare(
        false, observed: "no such character device", [Evidence(query, "no \(id)")],
        reason: "the character device does not exist", else: Remedy(.live, "add it with chardev-add"))
    }
    let words = base ?? own
    let evidence = Evidence(query, "\(id): \(words)")
    switch property {
    case "id": return .compare(true, observed: id, [evidence], else: remedy)
    case "mux":
      return .compare(
        (base != nil) == Bool(propertyText: wanted), observed: (base != nil).propertyText, [evidence],
        else: remedy)
    case "wait":
      // With wait=on QEMU would not have started without a client.
      guard words.hasPrefix("disconnected:"), words.contains(",server=on") else { break }
      return .compare(Bool(propertyText: wanted) == false, observed: "off", [evidence], else: remedy)
    case "append":
      return try judgeAppending(wanted, path: requested["path"] ?? "", remedy, &reader)
    case "logappend":
      return try judgeAppending(wanted, path: requested["logfile"] ?? "", remedy, &reader)
    case "host", "port", "localaddr", "localport":
      guard requested["backend"] == "udp" else { break }
      return try datagramSocket(requested).judge(wanted, remedy, &reader)
    default: break
    }
    switch property {
    case "logfile": return try judgeFile(wanted, evidence, remedy, &reader)
    case "backend": return judgeBackend(wanted, words, evidence, remedy)
    case "path", "port", "host", "abstract", "server", "telnet", "websocket":
      return try judgeChannel(wanted, property, requested, words, evidence, remedy, &reader)
    default: break
    }
    return .unobservable("QEMU does not show \(property) of a character device", [evidence])
  }
}

private func datagramSocket(_ requested: RequestedOption) -> WantedSocket {
  WantedSocket(
    ["udp", "udp6"], own: SocketAddress(host: requested["localaddr"], port: requested["localport"]),
    peer: SocketAddress(host: requested["host"], port: requested["port"]))
}

/// The prefixes of the descriptions of backends, if they differ from the name.
private let backendNames: [String: [String]] = [
  "socket": ["unix", "tcp", "telnet", "tn3270", "websocket", "vsock", "fd"], "serial": ["serial", "file"],
  "parallel": ["parallel", "file"], "tty": ["serial"], "memory": ["ringbuf"],
]

/// Returns the description without the prefix of a disconnected device.
func channel(_ words: String) -> Substring {
  words.hasPrefix("disconnected:") ? words.dropFirst("disconnected:".count) : words[...]
}

private func judgeBackend(_ wanted: String, _ words: String, _ evidence: Evidence, _ remedy: Remedy)
  -> Judgement
{
  let live = channel(words).prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
  let names = backendNames[wanted] ?? [wanted]
  return .compare(names.contains(String(live)), observed: String(live), [evidence], else: remedy)
}

private func judgeChannel(
  _ wanted: String, _ property: String, _ requested: RequestedOption, _ words: String, _ evidence: Evidence,
  _ remedy: Remedy, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let live = channel(words)
  if let judgement = judgeClient(property, requested, words, evidence) { return judgement }
  switch (requested["backend"], property) {
  case ("socket", "path"):
    if live.hasPrefix("fd") { break }
    return try judgeUnixSocket(wanted, live, evidence, remedy, &reader)
  case ("socket", "server"):
    return .compare(
      live.contains(",server=on") == Bool(propertyText: wanted),
      observed: live.contains(",server=on").propertyText,
      [evidence], else: remedy)
  case ("socket", "telnet"), ("socket", "websocket"):
    return .compare(
      live.hasPrefix(property + ":") == Bool(propertyText: wanted),
      observed: live.hasPrefix(property + ":").propertyText,
      [evidence], else: remedy)
  case ("socket", "host"), ("socket", "port"):
    if live.hasPrefix("unix:") {
      return .compare(false, observed: String(live), [evidence], reason: "it is a Unix socket", else: remedy)
    }
    return judgeTCP(wanted, property, upTo: requested["to"], live, evidence, remedy)
  case ("file", "path"), ("serial", "path"), ("pipe", "path"):
    return try judgeFile(wanted, evidence, remedy, &reader)
  default: break
  }
  return .unobservable("QEMU does not show \(property) of this character device", [evidence])
}

/// Judges the address of a client socket that is not connected; returns nil for any other.
private func judgeClient(
  _ property: String, _ requested: RequestedOption, _ words: String, _ evidence: Evidence
) -> Judgement? {
  guard requested["backend"] == "socket", ["path", "host", "port"].contains(property),
    words.hasPrefix("disconnected:"), !words.contains(",server=on")
  else { return nil }
  if let reconnection = requested.reconnection { return .notConnected(trying: reconnection, [evidence]) }
  return .compare(
    false, observed: words, [evidence],
    reason: "the peer closed the connection, and QEMU does not reconnect",
    else: Remedy(.restart, "start the peer and restart; with reconnect-ms= QEMU reconnects"))
}

/// Returns QEMU's description of a character device; nil if it does not exist.
func description(of label: String, among devices: [JSON]) -> String? {
  devices.first { $0["label"]?.stringValue == label }?["filename"]?.stringValue
}

private func judgeFile(
  _ wanted: String, _ evidence: Evidence, _ remedy: Remedy, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let files = try reader.text(.descriptors) else {
    return .unobservable(reader.absence(of: .descriptors))
  }
  let isOpen = files.lines.contains { line in
    line.firstIndex(of: "/").map { isSamePath(String(line[$0...]), wanted) } ?? false
  }
  return isOpen
    ? .compare(true, observed: wanted, [Evidence(.descriptors, wanted)], else: remedy)
    : .unobservable(
      "no descriptor has this name; a relative path, a link or a renamed file has another", [evidence])
}

/// Judges `tcp:HOST:PORT,…`. QEMU shows a resolved name; the host chooses the port for 0, and QEMU one up to `to=`.
private func judgeTCP(
  _ wanted: String, _ property: String, upTo last: String?, _ live: Substring, _ evidence: Evidence,
  _ remedy: Remedy
) -> Judgement {
  let address = live.prefix { $0 != "," && $0 != " " }.split(separator: ":", maxSplits: 1).last ?? ""
  guard let colon = address.lastIndex(of: ":") else {
    return .unobservable("QEMU does not show its \(property)", [evidence])
  }
  let shown = property == "host" ? address[..<colon] : address[address.index(after: colon)...]
  if property == "port", UInt64(propertyText: wanted) == 0 {
    return Judgement(
      verdict: .confirmed, observed: String(shown), evidence: [evidence],
      reason: "0 leaves the choice to the host, which chose \(shown)")
  }
  if property == "port", let first = UInt16(wanted), let port = UInt16(shown) {
    let last = last.flatMap { UInt64(propertyText: $0) } ?? UInt64(first)
    let isInRange = port >= first && port <= max(last, UInt64(first))
    return .compare(
      isInRange, observed: String(shown), [evidence],
      reason: port != first && isInRange ? "port \(first) was in use, and to=\(last) allows \(port)" : nil,
      else: remedy)
  }
  let isName = wanted.contains { $0.isLetter } && !wanted.contains(":")
  if shown != wanted, isName || wanted.isEmpty {
    return .unobservable("QEMU shows the resolved name, \(shown)", [evidence])
  }
  return .compare(
    shown == wanted || shown == "[\(wanted)]", observed: String(shown), [evidence], else: remedy)
}
