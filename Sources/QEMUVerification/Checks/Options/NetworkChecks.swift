import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-netdev` by HMP's list of backends; QMP has no such query.
@Sendable func networkBackendCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let id = requested.occurrence.id else { return unobservable("a network backend without an id") }
  let query = NetworkBackend.query
  let remedy = Remedy(
    .restart, "restart with the requested value, or remove the NIC and its backend, and add both again")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard let backend = NetworkBackend.find(id, in: try reader.words(query)) else {
      return .compare(
        false, observed: "no such backend", [Evidence(query, "no \(id)")],
        reason: "the backend does not exist",
        else: Remedy(.live, "add it with netdev_add, and its NIC"))
    }
    let evidence = Evidence(query, backend.line)
    if let connected = ConnectedBackend(requested),
      let judgement = try connected.judge(property, wanted, backend, remedy, &reader)
    {
      return judgement
    }
    switch property {
    case "id": return .compare(true, observed: id, [evidence], else: remedy)
    case "type":
      return .compare(
        backend["type"] == wanted, observed: backend["type"] ?? "none", [evidence], else: remedy)
    case "net": return judgeNetwork(wanted, backend, evidence, remedy)
    case "restrict", "ifname", "script", "downscript", "br", "helper", "hubid", "netdev":
      guard let shown = backend[property] else { break }
      return .compare(
        SpelledValue(wanted).agrees(with: SpelledValue(shown)), observed: shown, [evidence], else: remedy)
    case "mcast" where backend["type"] == "socket", "udp" where backend["type"] == "socket":
      return judgeDatagrams(wanted, backend, property, evidence, remedy)
    case "remote.type" where backend["mcast"] != nil:
      return .compare(wanted == "inet", observed: "inet", [evidence], else: remedy)
    case "local.host", "local.port", "remote.host", "remote.port":
      return judgeDatagramAddress(wanted, property, backend, evidence, remedy)
    case "localaddr" where requested["udp"] != nil:
      guard let own = SocketAddress(anyRadix: wanted) else { break }
      return try WantedSocket(["udp", "udp6"], own: own).judge(wanted, remedy, &reader)
    case "src", "srcport", "udp", "ipv6":
      guard let socket = tunnelSocket(requested) else { break }
      return try socket.judge(wanted, remedy, &reader)
    case _ where property.hasPrefix("hostfwd."): return try judgeForwarding(wanted, id, &reader)
    default: break
    }
    return .unobservable("QEMU does not show \(property) of a network backend", [evidence])
  }
}

/// Returns the socket of an L2TPv3 tunnel over UDP, of which only the local end is bound; nil for another backend.
private func tunnelSocket(_ requested: RequestedOption) -> WantedSocket? {
  guard requested["type"] == "l2tpv3", requested["udp"].flatMap(Bool.init(propertyText:)) == true else {
    return nil
  }
  let isSix = requested["ipv6"].flatMap(Bool.init(propertyText:)) == true
  return WantedSocket(
    isSix ? ["udp6"] : ["udp"], own: SocketAddress(host: requested["src"], port: requested["srcport"]))
}

/// A line of `info network`: ` \ n0: index=0,type=user,net=10.0.2.0,restrict=off`; on a hub ` \ PORT: n0: index=0,…`.
struct NetworkBackend {
  static let query = QueryRequest.monitor("info network")

  let line: String
  /// The text after the type: the state of the connection.
  var state: String {
    guard let type = self["type"], let rest = line[...].cut(at: ",type=")?.after else { return "" }
    return String(rest.dropFirst(type.count).drop { $0 == "," })
  }
  private let values: [Substring: Substring]

  subscript(name: String) -> String? { values[name[...]].map(String.init) }

  /// Returns the backend with an id; a NIC may have the same id.
  static func find(_ id: String, in text: String) -> NetworkBackend? {
    var hub: Substring?
    for line in text.lines {
      if line.hasPrefix("hub ") {
        hub = line.dropFirst("hub ".count)
      } else if !line.hasPrefix(" "), line.cut(at: ": index=") != nil {
        hub = nil
      }
      if let backend = NetworkBackend(line, id, hub: hub) { return backend }
    }
    return nil
  }

  private init?(_ text: Substring, _ id: String, hub: Substring?) {
    let bare = text.drop { $0 == " " || $0 == "\\" }
    let parts = bare.cut(at: ": index=")
    let names = (parts?.before ?? bare).split(separator: ": ")
    let properties = parts?.after ?? ""
    line = String(bare)
    if hub != nil, names.first == id[...] {
      values = ["type": "hubport", "hubid": hub ?? "", "netdev": names.count > 1 ? names[1] : ""]
    } else if names.last == id[...], !properties.isEmpty, !properties.contains(",type=nic,") {
      let pairs = properties.split(separator: ",").compactMap { pair -> (Substring, Substring)? in
        pair.firstIndex(of: "=").map { (pair[..<$0], pair[pair.index(after: $0)...]) }
      }
      values = Dictionary(pairs) { first, _ in first }
    } else {
      return nil
    }
  }
}

/// Judges `socket: mcast=230.0.0.1:1234`.
private func judgeDatagrams(
  _ wanted: String, _ backend: NetworkBackend, _ property: String, _ evidence: Evidence, _ remedy: Remedy
) -> Judgement {
  guard let start = backend.line.firstRange(of: "socket: \(property)=") else {
    return .compare(false, observed: "another kind of socket", [evidence], else: remedy)
  }
  let shown = backend.line[start.upperBound...].prefix { $0 != " " && $0 != "," }
  if wanted.contains(where: \.isLetter) {
    return .unobservable("QEMU shows the resolved name, \(shown)", [evidence])
  }
  let isSame = shown == SocketAddress(anyRadix: wanted)?.text ?? wanted
  return .compare(isSame, observed: String(shown), [evidence], else: remedy)
}

/// Judges `udp=LOCALHOST:PORT/REMOTEHOST:PORT`.
private func judgeDatagramAddress(
  _ wanted: String, _ property: String, _ backend: NetworkBackend, _ evidence: Evidence, _ remedy: Remedy
) -> Judgement {
  // A multicast group has one address, the remote one.
  let both = backend["mcast"].map { "none/\($0)" } ?? backend["udp"] ?? ""
  let ends = both.split(separator: "/", maxSplits: 1)
  guard let end = property.hasPrefix("local") ? ends.first : ends.dropFirst().first,
    let colon = end.lastIndex(of: ":")
  else { return .unobservable("QEMU does not show its addresses", [evidence]) }
  let isHost = property.hasSuffix("host")
  let shown = isHost ? end[..<colon] : end[end.index(after: colon)...]
  let asked = isHost ? wanted : SocketAddress.anyRadix(wanted)
  if shown != asked, asked == "0" || wanted.contains(where: \.isLetter) {
    return .unobservable("QEMU shows the resolved value, \(shown)", [evidence])
  }
  return .compare(shown == asked, observed: String(shown), [evidence], else: remedy)
}

/// Judges a network, which may be specified by the address of a host: `10.1.5.0/16` is shown as 10.1.0.0. Without a
/// mask QEMU uses that of the address class.
private func judgeNetwork(_ wanted: String, _ backend: NetworkBackend, _ evidence: Evidence, _ remedy: Remedy)
  -> Judgement
{
  guard let shown = backend["net"] else { return .unobservable("QEMU does not show the network", [evidence]) }
  let parts = wanted.split(separator: "/", maxSplits: 1).map(String.init)
  guard let text = parts.first, let address = ipv4(text), let network = ipv4(shown) else {
    return .unobservable("QEMU shows the derived value \(shown)", [evidence])
  }
  let lengths = parts.count > 1 ? [maskLength(parts[1])].compactMap(\.self) : Array(8...32)
  if lengths.isEmpty { return .unobservable("this library cannot parse the mask", [evidence]) }
  let isSame = lengths.contains { address & (UInt32.max << (32 - $0)) == network }
  return .compare(isSame, observed: shown, [evidence], else: remedy)
}

private func ipv4(_ text: String) -> UInt32? {
  let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
  guard parts.count == 4 else { return nil }
  return parts.reduce(UInt32?.some(0)) { sum, part in
    sum.flatMap { sum in part.map { sum << 8 | UInt32($0) } }
  }
}

/// Returns the length of a mask, `24` or `255.255.255.0`.
private func maskLength(_ text: String) -> UInt32? {
  if let length = UInt32(text) { return length <= 32 ? length : nil }
  return ipv4(text).map { UInt32((~$0).leadingZeroBitCount) }
}

/// Judges `tcp:HOST:PORT-GUEST:PORT` by the lines of `info usernet`.
private func judgeForwarding(
  _ wanted: String, _ id: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.monitor("info usernet")
  let lines = try reader.words(query).lines
  let own = lines.drop { !$0.contains("(\(id))") }.dropFirst().prefix { !$0.hasPrefix("Hub ") }
  guard let rule = ForwardingRule(wanted) else { return .unobservable("this library cannot parse the rule") }
  let remedy = Remedy(.live, "add it with the HMP command hostfwd_add")
  let shown = own.first { rule.isShown(by: $0.split(separator: " ").map(String.init)) }
  let words = own.filter { $0.contains("[HOST_FORWARD]") }.map {
    $0.split(separator: " ").joined(separator: " ")
  }
  return .compare(
    shown != nil, observed: shown.map { $0.split(separator: " ").joined(separator: " ") } ?? "no such rule",
    [Evidence(query, words.isEmpty ? "no rules" : words.joined(separator: "; "))], else: remedy)
}

/// A rule `[tcp|udp]:[HOSTADDR]:HOSTPORT-[GUESTADDR]:GUESTPORT`.
private struct ForwardingRule {
  let proto: String
  let host: String
  let port: String
  let guestPort: String

  init?(_ text: String) {
    guard let match = text.firstMatch(of: #/^(tcp|udp|):([^:]*):([0-9a-fA-FxX]+)-([^:]*):([0-9a-fA-FxX]+)$/#)
    else { return nil }
    proto = match.1.isEmpty ? "TCP" : match.1.uppercased()
    host = String(match.2)
    port = SocketAddress.anyRadix(String(match.3))
    guestPort = SocketAddress.anyRadix(String(match.5))
  }

  /// Returns whether a line shows the rule: `TCP[HOST_FORWARD] 14 127.0.0.1 44077 10.0.2.15 22 0 0`.
  func isShown(by words: [String]) -> Bool {
    guard words.count >= 6, words[0] == "\(proto)[HOST_FORWARD]", words[5] == guestPort else { return false }
    let isAny = host.isEmpty || host == "0.0.0.0"
    return (words[2] == host || (isAny && words[2] == "*")) && (words[3] == port || port == "0")
  }
}
