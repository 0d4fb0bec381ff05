import QEMUCommandLine

/// An IP socket of QEMU in the kernel's list. QEMU itself shows only a few addresses.
struct HostSocket: Sendable {
  /// `tcp`, `tcp6`, `udp` or `udp6`.
  let proto: String
  let own: SocketAddress
  let peer: SocketAddress
  let words: String

  static func all(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [HostSocket]? {
    guard let text = try reader.text(.sockets) else { return nil }
    return text.lines.compactMap { line in
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count == 3, let own = SocketAddress(fields[1]), let peer = SocketAddress(fields[2]) else {
        return nil
      }
      return HostSocket(proto: fields[0], own: own, peer: peer, words: String(line))
    }
  }
}

/// One end of a socket, or the request for it: nil, or a name that the host resolves, matches any value.
struct SocketAddress: Sendable {
  var host: String?
  var port: String?

  init(host: String? = nil, port: String? = nil) {
    self.host = host
    self.port = port.map(Self.decimal)
  }

  /// Returns a port without leading zeros: it is decimal, so that 011 is 11.
  private static func decimal(_ port: String) -> String { UInt16(port).map(String.init) ?? port }

  /// Parses `127.0.0.1:5801` or `[::1]:5801`.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let host = text[..<colon]
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
    port = String(text[text.index(after: colon)...])
  }

  /// Parses an address of an older option, whose port may also be octal or hexadecimal: `127.0.0.1:0x16a9`.
  init?(anyRadix text: String) {
    self.init(text)
    port = port.map(Self.anyRadix)
  }

  /// Returns the decimal digits of a port in any radix.
  static func anyRadix(_ port: String) -> String { UInt64(propertyText: port).map(String.init) ?? port }

  /// The text `HOST:PORT`.
  var text: String { "\(host ?? ""):\(port ?? "")" }

  /// Returns whether another address matches this requested one.
  func allows(_ other: SocketAddress) -> Bool {
    (Self.isAny(host) || Self.isName(host) || host == other.host)
      && (Self.isAny(port) || port == "0" || port == other.port)
  }

  /// A Boolean value that indicates whether it matches any address.
  var isOpen: Bool {
    (Self.isAny(host) || Self.isName(host)) && (Self.isAny(port) || port == "0")
  }

  private static func isAny(_ text: String?) -> Bool { text?.isEmpty ?? true }

  private static func isName(_ host: String?) -> Bool {
    host.map { $0.contains(where: \.isLetter) && !$0.contains(":") } ?? false
  }
}

/// A requested socket.
struct WantedSocket: Sendable {
  /// The protocols that it may have, by the kernel's names.
  let protocols: [String]
  let own: SocketAddress
  let peer: SocketAddress

  init(_ protocols: [String], own: SocketAddress, peer: SocketAddress = SocketAddress()) {
    self.protocols = protocols
    self.own = own
    self.peer = peer
  }

  /// Judges one of its properties: a socket that matches all of them is the requested one.
  func judge(_ wanted: String, _ remedy: Remedy, _ reader: inout EvidenceReader) throws(EvidenceMissing)
    -> Judgement
  {
    if own.isOpen, peer.isOpen { return .unobservable("its properties do not identify the socket") }
    guard let sockets = try HostSocket.all(&reader) else {
      return .unobservable(reader.absence(of: .sockets))
    }
    let kind = sockets.filter { protocols.contains($0.proto) }
    if let socket = kind.first(where: { own.allows($0.own) && peer.allows($0.peer) }) {
      return .compare(true, observed: wanted, [Evidence(.sockets, socket.words)], else: remedy)
    }
    let words = kind.isEmpty ? "no such socket" : kind.map(\.words).joined(separator: ", ")
    return .compare(false, observed: words, [Evidence(.sockets, words)], else: remedy)
  }
}

/// Judges whether a file is opened for appending, by its open flags.
func judgeAppending(
  _ wanted: String, path: String, _ remedy: Remedy, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let files = try reader.text(.descriptorFlags) else {
    return .unobservable(reader.absence(of: .descriptorFlags))
  }
  // Only writable descriptors: QEMU may have opened the same file, such as /dev/null, for another purpose.
  let writable = files.lines.filter { $0.hasSuffix(" " + path) && openFlags(of: $0) & 0o3 != 0 }
  let appending = Set(writable.map { openFlags(of: $0) & 0o2000 != 0 })
  guard let isAppending = appending.first, appending.count == 1 else {
    return .unobservable(
      writable.isEmpty
        ? "no descriptor has this name; a relative path or a link has another"
        : "the file is open both with and without O_APPEND",
      writable.map { Evidence(.descriptorFlags, String($0)) })
  }
  return .compare(
    isAppending == Bool(propertyText: wanted), observed: isAppending.propertyText,
    [Evidence(.descriptorFlags, String(writable[0]))], else: remedy)
}

/// Returns the second field of a line of ``HostSource/descriptorFlags``, which is octal.
private func openFlags(of line: Substring) -> UInt64 {
  line.split(separator: " ").dropFirst().first.flatMap { UInt64($0, radix: 8) } ?? 0
}
