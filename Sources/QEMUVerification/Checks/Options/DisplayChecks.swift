import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-display`.
@Sendable func displayCheck(_ property: String, of requested: RequestedOption) -> Check {
  if let server = servedDisplay(requested) {
    return { (_, subject, reader) throws(EvidenceMissing) in
      try vncCheck("vnc", of: server)(server["vnc"] ?? "", subject, &reader)
    }
  }
  let query = QueryRequest("query-display-options")
  let remedy = Remedy(.restart, "restart with -display as requested")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard let options = try reader.value(query) else {
      return .unobservable("QEMU does not show its display")
    }
    if property == "type", wanted == "vnc", let type = options["type"]?.stringValue {
      return .unobservable(
        "QEMU shows a display over VNC as \(type); -vnc has the server", [Evidence(query, type)])
    }
    guard let value = options.member(property.split(separator: ".").map(String.init)) else {
      return .unobservable("QEMU does not show \(property) of its display")
    }
    let evidence = Evidence(query, "\(property): \(value.commandLineText)")
    if property != "type", options["type"] == "none" {
      return .unobservable("QEMU stores it, but has no window that it applies to", [evidence])
    }
    return judge(wanted, value, evidence, remedy)
  }
}

/// Returns the VNC server of `-display vnc=…`; nil for another display.
private func servedDisplay(_ requested: RequestedOption) -> RequestedOption? {
  guard requested["type"] == nil, let text = try? requested.occurrence.argument?.text(),
    text.hasPrefix("vnc="), let server = try? Properties<VNCOption>(text: text, unknownNames: .kept)
  else { return nil }
  return RequestedOption(occurrence: Occurrence(server), index: requested.index)
}

/// Returns the check of an option that is equivalent to a type of display.
func displayTypeCheck(_ type: String) -> Check {
  { (_, subject, reader) throws(EvidenceMissing) in
    let check = displayCheck("type", of: RequestedOption(occurrence: Occurrence(flag: "display"), index: 0))
    return try check(type, subject, &reader)
  }
}

/// Checks one property of `-vnc` by QEMU's list of servers.
@Sendable func vncCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-vnc-servers")
  let remedy = Remedy(.live, "change the address with display-update, or restart")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard property == "vnc" else { return .unobservable("QEMU does not show \(property) of a VNC server") }
    let servers = try reader.list(query).flatMap { $0["server"]?.arrayValue ?? [] }
    let shown = servers.map { server in
      let (host, service) = (server["host"]?.stringValue ?? "", server["service"]?.stringValue ?? "")
      return server["family"] == "unix" ? "unix:\(service)" : "\(host):\(service)"
    }
    let evidence = Evidence(query, shown.isEmpty ? "not listening" : shown.joined(separator: ", "))
    if wanted == "none" {
      return .compare(shown.isEmpty, observed: evidence.observed, [evidence], else: remedy)
    }
    if Bool(propertyText: requested["reverse"] ?? "off") != false {
      return .unobservable("with reverse=on QEMU connects to a viewer and does not listen", [evidence])
    }
    guard let address = VNCAddress(wanted, to: requested["to"]) else {
      return .unobservable("this library cannot parse the address", [evidence])
    }
    return .compare(
      shown.contains(where: address.isShown), observed: evidence.observed, [evidence], else: remedy)
  }
}

/// `HOST:DISPLAY` or `unix:PATH`.
private enum VNCAddress {
  case unix(String)
  case network(host: String, displays: ClosedRange<Int>)

  /// Parses an address.
  /// - Parameter last: the last display that QEMU may use if the first one is in use.
  init?(_ text: String, to last: String?) {
    if text.hasPrefix("unix:") {
      self = .unix(text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let display = UInt16(text[text.index(after: colon)...]) else {
      return nil
    }
    let last = last.flatMap { UInt16($0) } ?? display
    self = .network(
      host: String(text[..<colon]), displays: Int(display)...Int(max(display, last)))
  }

  /// Returns whether QEMU shows this address. The port is 5900 plus the display; a name is shown resolved.
  func isShown(by shown: String) -> Bool {
    switch self {
    case .unix(let path): return shown == path
    case .network(let host, let displays):
      guard let colon = shown.lastIndex(of: ":"), let port = Int(shown[shown.index(after: colon)...]),
        displays.contains(port - 5900)
      else { return false }
      let isNumeric = !host.isEmpty && host.allSatisfy { $0.isNumber || $0 == "." }
      return !isNumeric || shown[..<colon] == host
    }
  }
}

/// Checks one property of `-audiodev`. QMP: `query-audiodevs`, since 8.0
@Sendable func audioCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-audiodevs")
  let id = requested.occurrence.id ?? ""
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard case .value(let list) = try reader.answer(query) else {
      return .unobservable("this QEMU has no query-audiodevs, which is new in 8.0")
    }
    guard let backend = list.arrayValue?.first(where: { $0["id"]?.stringValue == id }) else {
      return .compare(
        false, observed: "no such backend", [Evidence(query, "no \(id)")],
        reason: "the audio backend does not exist",
        else: Remedy(.restart, "restart with the requested value"))
    }
    guard let value = backend.member(property.split(separator: ".").map(String.init)) else {
      return .unobservable("QEMU does not show \(property) of an audio backend")
    }
    return judge(
      wanted, value, Evidence(query, "\(id): \(property): \(value.commandLineText)"),
      Remedy(.restart, "restart with the requested value"))
  }
}
