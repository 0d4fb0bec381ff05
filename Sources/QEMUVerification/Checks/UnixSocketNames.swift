import QEMUCommandLine

/// A Unix socket of QEMU in the kernel's list.
struct HostUnixSocket {
  let own: String
  let peer: String

  static func all(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [HostUnixSocket]? {
    guard let text = try reader.text(.unixSockets) else { return nil }
    return text.lines.compactMap { line in
      let ends = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return ends.count == 2 ? HostUnixSocket(own: ends[0], peer: ends[1]) : nil
    }
  }
}

/// Judges the path of a Unix socket by QEMU's description of it, `unix:PATH,server=on`.
///
/// For a connected client QEMU shows the name that its server bound. Before 8.0 it shows no name, but the kernel has
/// it.
func judgeUnixSocket(
  _ wanted: String, _ description: Substring, _ evidence: Evidence, _ remedy: Remedy,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard description.hasPrefix("unix:") else {
    return .compare(
      false, observed: String(description), [evidence], reason: "it is not a Unix socket", else: remedy)
  }
  let shown = description.dropFirst("unix:".count)
  if let path = paths(in: shown).first(where: { isSamePath($0, wanted) }) {
    return .compare(true, observed: path, [evidence], else: remedy)
  }
  let isServer = shown.contains(",server=on")
  if !shown.isEmpty, shown.first != "," {
    if !isServer, lastName(shown) == lastName(wanted[...]) { return otherName(String(shown), evidence) }
    return .compare(false, observed: String(shown), [evidence], else: remedy)
  }
  guard let sockets = try HostUnixSocket.all(&reader) else {
    return .unobservable(reader.absence(of: .unixSockets))
  }
  let names = Set(sockets.map { isServer ? $0.own : $0.peer }).filter { !$0.isEmpty }.sorted()
  if let name = names.first(where: { isSamePath($0, wanted) || $0 == "@\(wanted)" }) {
    return .compare(true, observed: wanted, [evidence, Evidence(.unixSockets, name)], else: remedy)
  }
  if let name = names.first(where: { lastName($0[...]) == lastName(wanted[...]) }) {
    return otherName(name, evidence)
  }
  let observed = names.isEmpty ? "no such socket" : names.joined(separator: ", ")
  return .compare(false, observed: observed, [evidence, Evidence(.unixSockets, observed)], else: remedy)
}

private func otherName(_ name: String, _ evidence: Evidence) -> Judgement {
  .unobservable(
    "the socket has the name that its server bound, \(name); the requested path may be a link to it",
    [evidence])
}

/// Returns the possible paths in a text: QEMU appends options after a comma, but a path may also contain commas.
private func paths(in text: Substring) -> [String] {
  [String(text)] + text.indices.filter { text[$0] == "," }.map { String(text[..<$0]) }
}

/// Returns whether two texts are the same path, except for redundant slashes and dots.
func isSamePath(_ one: String, _ other: String) -> Bool {
  !one.isEmpty && SpelledValue(one).agrees(with: SpelledValue(other))
}

private func lastName(_ path: Substring) -> Substring? {
  path.split(separator: ",").first?.split(separator: "/").last
}
