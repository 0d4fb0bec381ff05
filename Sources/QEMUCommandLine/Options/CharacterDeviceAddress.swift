/// The address of a serial port, a monitor or a debugger, in the syntax of the older options.
///
/// QEMU: `-serial`, `-parallel`, `-monitor`, `-qmp`, `-qmp-pretty`, `-debugcon`, `-gdb`
public indirect enum CharacterDeviceAddress: OptionArgument {
  /// The protocol of a connection.
  public enum ConnectionProtocol: String, Sendable, Hashable, CaseIterable {
    /// Raw TCP.
    case tcp
    /// Telnet.
    case telnet
    /// TN3270.
    case tn3270
    /// WebSocket.
    case websocket
  }

  /// No device.
  case none
  /// A device that discards all data.
  case null
  /// A new pseudoterminal.
  case pty
  /// QEMU's standard input and output.
  case stdio
  /// A text console of the display, with its size as it was written, `80Cx24C`.
  case virtualConsole(size: String?)
  /// A file; a comma in its path is not doubled.
  case file(String)
  /// A named pipe; a comma in its path is not doubled.
  case pipe(String)
  /// A host device, `/dev/ttyS0`.
  case hostDevice(String)
  /// A connection, with the other properties of `-chardev socket`.
  case connection(ConnectionProtocol, host: String, port: String, Properties<CharacterDeviceOption>)
  /// UDP.
  case datagrams(host: String, port: String, localHost: String?, localPort: String?)
  /// A Unix socket, with the other properties of `-chardev socket`.
  case unixSocket(path: String, Properties<CharacterDeviceOption>)
  /// A character device by its id.
  case characterDevice(id: String)
  /// An address that is shared with a monitor; Ctrl-A C switches between them.
  case withMonitor(CharacterDeviceAddress)
  /// Another text, unchanged.
  case other(String)

  private static let words: [String: CharacterDeviceAddress] = [
    "none": .none, "null": .null, "pty": .pty, "stdio": .stdio, "vc": .virtualConsole(size: nil),
  ]

  /// Creates an address from its text.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if let known = Self.words[text] {
      self = known
    } else if let parse = Self.prefixes.first(where: { text.hasPrefix($0.prefix) }) {
      self = try parse.read(String(text.dropFirst(parse.prefix.count)), unknownNames)
    } else if text.hasPrefix("/dev/") {
      self = .hostDevice(text)
    } else {
      self = .other(text)
    }
  }

  private struct Prefix: Sendable {
    let prefix: String
    let read: @Sendable (String, UnknownNames) throws(CommandLineError) -> CharacterDeviceAddress
  }

  private static let prefixes: [Prefix] =
    [
      Prefix(prefix: "vc:") { (rest, _) in .virtualConsole(size: rest) },
      Prefix(prefix: "file:") { (rest, _) in .file(rest) },
      Prefix(prefix: "pipe:") { (rest, _) in .pipe(rest) },
      Prefix(prefix: "chardev:") { (rest, _) in .characterDevice(id: rest) },
      Prefix(prefix: "unix:") { (rest, unknown) throws(CommandLineError) in
        try unixSocket(reading: rest, unknown)
      },
      Prefix(prefix: "udp:") { (rest, _) in datagrams(reading: rest) },
      Prefix(prefix: "mon:") { (rest, unknown) throws(CommandLineError) in
        .withMonitor(try CharacterDeviceAddress(text: rest, unknownNames: unknown))
      },
    ]
    + ConnectionProtocol.allCases.map { kind in
      Prefix(prefix: "\(kind.rawValue):") { (rest, unknown) throws(CommandLineError) in
        try connection(kind, reading: rest, unknown)
      }
    }
}

// MARK: - Reading

extension CharacterDeviceAddress {
  private static func unixSocket(
    reading text: String, _ unknown: UnknownNames
  ) throws(CommandLineError) -> CharacterDeviceAddress {
    let assignments = try ValueLanguage.qemuOpts.parse(text, impliedKey: "path")
    var properties = try Properties<CharacterDeviceOption>(
      checking: assignments, of: "a socket", unknownNames: unknown)
    guard let path = properties["path"] else {
      throw CommandLineError(
        .malformedText, "a Unix socket without a path", at: .init(column: 6), remedy: "write unix:PATH")
    }
    properties["path"] = nil
    return .unixSocket(path: path, properties)
  }

  /// Reads `[HOST]:PORT[,…]`.
  private static func connection(
    _ kind: ConnectionProtocol, reading text: String, _ unknown: UnknownNames
  ) throws(CommandLineError) -> CharacterDeviceAddress {
    let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) ?? text.endIndex
    guard let (host, port) = hostAndPort(text[..<comma]) else {
      throw CommandLineError(
        .malformedText, "\"\(text.prefix(80))\" is not HOST:PORT", at: .init(column: kind.rawValue.count + 2),
        remedy: "write \(kind.rawValue):HOST:PORT, such as \(kind.rawValue):127.0.0.1:4444,server=on,wait=off"
      )
    }
    let rest = comma == text.endIndex ? "" : String(text[text.utf8.index(after: comma)...])
    let properties = try Properties<CharacterDeviceOption>(
      checking: ValueLanguage.qemuOpts.parse(rest, impliedKey: nil), of: "a socket", unknownNames: unknown)
    return .connection(kind, host: host, port: port, properties)
  }

  private static func hostAndPort(_ text: Substring) -> (host: String, port: String)? {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let port = text[text.utf8.index(after: colon)...]
    return port.isEmpty ? nil : (String(text[..<colon]), String(port))
  }

  /// Reads `[HOST]:PORT[@[LOCALHOST]:LOCALPORT]`.
  private static func datagrams(reading text: String) -> CharacterDeviceAddress {
    let ends = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(hostAndPort)
    let parts = ends.flatMap { $0.map { [$0.host, $0.port] } ?? [":"] }
    guard parts.allSatisfy(isPartOfDatagrams), let remote = ends[0] else { return .other("udp:\(text)") }
    let local = ends.count == 1 ? nil : ends[1]
    return .datagrams(
      host: remote.host, port: remote.port, localHost: local?.host, localPort: local?.port)
  }

  private static func isPartOfDatagrams(_ part: String) -> Bool {
    !part.utf8.contains { ":@,".utf8.contains($0) }
  }
}

// MARK: - Writing

extension CharacterDeviceAddress {
  /// Returns the address.
  public func text() throws(CommandLineError) -> String {
    switch self {
    case .none: return "none"
    case .null: return "null"
    case .pty: return "pty"
    case .stdio: return "stdio"
    case .virtualConsole(let size): return size.map { "vc:\($0)" } ?? "vc"
    case .file(let path): return "file:\(path)"
    case .pipe(let path): return "pipe:\(path)"
    case .hostDevice(let path):
      return try requireSame(path, path.hasPrefix("/dev/"), "a host device must be in /dev")
    case .connection(let kind, let host, let port, let properties):
      _ = try requireSame(
        host, !host.utf8.contains { ":,".utf8.contains($0) }, "a host cannot have a colon or a comma")
      _ = try requireSame(
        port, !port.isEmpty && !port.utf8.contains(UInt8(ascii: ",")), "a port cannot have a comma")
      return try "\(kind.rawValue):\(host):\(port)" + Self.tail(properties)
    case .datagrams: return try datagramsText()
    case .unixSocket(let path, let properties):
      return try "unix:"
        + ValueLanguage.qemuOpts.emit([Assignment("path", path)] + properties.assignments, impliedKey: "path")
    case .characterDevice(let id): return "chardev:\(id)"
    case .withMonitor(let address): return try "mon:" + address.text()
    case .other(let text): return text
    }
  }

  private func datagramsText() throws(CommandLineError) -> String {
    guard case .datagrams(let host, let port, let localHost, let localPort) = self else { return "" }
    for part in [host, port, localHost ?? "", localPort ?? ""] {
      _ = try requireSame(part, Self.isPartOfDatagrams(part), "it cannot have a colon, a comma or @")
    }
    _ = try requireSame(port, !port.isEmpty, "a port must be a number or a name")
    guard let localPort else { return "udp:\(host):\(port)" }
    _ = try requireSame(localPort, !localPort.isEmpty, "a port must be a number or a name")
    return "udp:\(host):\(port)@\(localHost ?? ""):\(localPort)"
  }

  private static func tail(_ properties: Properties<CharacterDeviceOption>) throws(CommandLineError) -> String
  {
    if properties.assignments.isEmpty { return "" }
    return try "," + ValueLanguage.qemuOpts.emit(properties.assignments, impliedKey: nil)
  }

  private func requireSame(_ part: String, _ isSayable: Bool, _ rule: String) throws(CommandLineError)
    -> String
  {
    if isSayable { return part }
    throw CommandLineError(
      .unencodableValue, "an address cannot have \"\(part.prefix(80))\": \(rule)",
      remedy: "use -chardev, which accepts any value")
  }
}
