import QEMUCommandLine

/// A network backend that uses a connection: `stream`, and `socket` with `connect=` or `listen=`.
struct ConnectedBackend {
  private let texts: [String: String]
  private let type: String
  private let reconnection: String?

  /// Creates it; nil for a backend without a connection.
  init?(_ requested: RequestedOption) {
    texts = Dictionary(requested.properties.map { ($0.name, $0.wanted) }) { _, last in last }
    type = texts["type"] ?? ""
    reconnection = requested.reconnection
    guard type == "stream" || (type == "socket" && (texts["connect"] ?? texts["listen"]) != nil) else {
      return nil
    }
  }

  private var isServer: Bool {
    type == "stream" ? texts["server"].flatMap(Bool.init(propertyText:)) == true : texts["listen"] != nil
  }

  /// Judges one of its properties; returns nil for a property that does not belong to the connection.
  func judge(
    _ property: String, _ wanted: String, _ backend: NetworkBackend, _ remedy: Remedy,
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    let state = backend.state
    let evidence = Evidence(NetworkBackend.query, backend.line)
    switch property {
    case "server":
      guard !state.isEmpty || isServer else { return nil }
      if state.isEmpty { return try judgeListener(wanted, remedy, &reader) }
      let isListening = state.hasPrefix("listening")
      return isListening || !isServer
        ? .compare(
          Bool(propertyText: wanted) == isListening, observed: isListening.propertyText, [evidence],
          else: remedy)
        : try judgeListener(wanted, remedy, &reader)
    case "addr.type", "addr.host", "addr.port", "addr.path", "connect", "listen":
      return isServer
        ? try judgeListener(wanted, remedy, &reader)
        : judgePeer(property, wanted, state, evidence, remedy)
    default: return nil
    }
  }

  private func judgeListener(
    _ wanted: String, _ remedy: Remedy, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    let own =
      texts["listen"].flatMap(SocketAddress.init(anyRadix:))
      ?? SocketAddress(host: texts["addr.host"], port: texts["addr.port"])
    guard texts["listen"] != nil || texts["addr.type"] == "inet" else { return nil }
    return try WantedSocket(["tcp", "tcp6"], own: own).judge(wanted, remedy, &reader)
  }

  /// Judges a client, for which QEMU shows the peer while it is connected.
  private func judgePeer(
    _ property: String, _ wanted: String, _ state: String, _ evidence: Evidence, _ remedy: Remedy
  ) -> Judgement? {
    if let peer = Peer(state) { return peer.judge(property, wanted, evidence, remedy) }
    if let reconnection { return .notConnected(trying: reconnection, [evidence]) }
    if state.hasPrefix("connecting") {
      return Judgement(
        verdict: .unobserved, evidence: [evidence], reason: "QEMU is not connected yet; verify again later")
    }
    return .compare(
      false, observed: state.isEmpty ? "not connected" : state, [evidence],
      reason: "QEMU is not connected to its peer, and does not reconnect",
      else: Remedy(.restart, "start the peer first, then restart; with reconnect-ms= QEMU reconnects"))
  }
}

extension RequestedOption {
  /// The reconnect option with its time, in seconds or milliseconds; nil if QEMU connects only once.
  var reconnection: String? {
    ["reconnect", "reconnect-ms"].compactMap { name in self[name].map { "\(name)=\($0)" } }
      .first { !$0.hasSuffix("=0") }
  }
}

extension Judgement {
  /// Returns the judgement of a client that is not connected, and reconnects.
  static func notConnected(trying reconnection: String, _ evidence: [Evidence]) -> Judgement {
    Judgement(
      verdict: .unobserved, evidence: evidence,
      reason: "QEMU is not connected now, and tries again (\(reconnection)); start the peer")
  }
}

/// The peer of a connection: `tcp:HOST:PORT`, `unix:PATH`, `socket: connect to HOST:PORT`.
private struct Peer {
  let kind: String
  let address: String

  init?(_ state: String) {
    let forms = [("tcp:", "inet"), ("unix:", "unix"), ("fd:", "fd"), ("socket: connect to ", "inet")]
    guard let (start, kind) = forms.first(where: { state.hasPrefix($0.0) }) else { return nil }
    self.kind = kind
    address = String(state.dropFirst(start.count))
  }

  func judge(_ property: String, _ wanted: String, _ evidence: Evidence, _ remedy: Remedy) -> Judgement {
    let shown = SocketAddress(address)
    let own: String
    switch property {
    case "addr.type": return .compare(kind == wanted, observed: kind, [evidence], else: remedy)
    case "addr.path": own = address
    case "addr.host": own = shown?.host ?? address
    case "addr.port":
      own = shown?.port ?? address
      if let asked = UInt16(wanted), asked == UInt16(own) {
        return .compare(true, observed: own, [evidence], else: remedy)
      }
    default:
      let isSame = SocketAddress(anyRadix: wanted).flatMap { asked in shown.map(asked.allows) } ?? false
      return .compare(isSame, observed: address, [evidence], else: remedy)
    }
    if property == "addr.host", own != wanted, wanted.contains(where: \.isLetter), !wanted.contains(":") {
      return .unobservable("QEMU shows the resolved name, \(own)", [evidence])
    }
    return .compare(own == wanted, observed: own, [evidence], else: remedy)
  }
}
