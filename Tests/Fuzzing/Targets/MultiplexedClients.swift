import QEMUSupervision

/// A multiplexer with a scripted QEMU: each line is an input.
///
/// `0`…`3` and bytes: a client sends them; the client connects before, if it is not connected. `q` and bytes: QEMU sends
/// them, unless they may be a reply. `r`: QEMU answers the command that it got first. `x` and a number: a client disconnects. `-`: QEMU exits, and
/// another one is connected.
///
/// QEMU gets one whole JSON object at a time, and nothing else before it has answered. After a client is cut, nothing is
/// sent to it.
func fuzzMultiplexer(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  var clients = MultiplexedClients()
  try clients.restart()
  for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
    try clients.take(Array(line))
  }
}

private struct MultiplexedClients {
  private var multiplexer = Multiplexer(secret: Array(0..<16))
  private var clients: [UInt8: Multiplexer.Client] = [:]
  private var gone: Set<Multiplexer.Client> = []
  /// The commands that QEMU has not answered.
  private var commands: [JSONText] = []

  mutating func restart() throws(FuzzFinding) {
    commands = []
    multiplexer.connected()
    hear(
      Array(
        #"{"QMP":{"version":{"qemu":{"micro":0,"minor":2,"major":7},"package":""},"capabilities":["oob"]}}"#
          .utf8))
    try perform()
    try reply()
  }

  mutating func take(_ line: [UInt8]) throws(FuzzFinding) {
    let rest = Array(line.dropFirst())
    switch line.first {
    case .some(let name) where (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(name):
      multiplexer.receive(from: client(name), rest + [UInt8(ascii: "\n")], descriptors: [])
    case UInt8(ascii: "q"): if !Self.isReply(rest) { hear(rest) }
    case UInt8(ascii: "r"): try reply()
    case UInt8(ascii: "x"):
      if let client = clients.removeValue(forKey: rest.first ?? 0) {
        gone.insert(client)
        multiplexer.disconnect(client)
      }
    case UInt8(ascii: "-"):
      multiplexer.disconnected()
      try perform()
      try restart()
    default: break
    }
    try perform()
  }

  /// Returns whether a line of QEMU may be taken for a reply, which `r` sends.
  private static func isReply(_ line: [UInt8]) -> Bool {
    let text = String(decoding: line, as: UTF8.self)
    return ["return", "error", "QMP", "\\"].contains { text.contains($0) }
  }

  private mutating func client(_ name: UInt8) -> Multiplexer.Client {
    if let client = clients[name] { return client }
    let roles: [Multiplexer.Role] = [.readWrite, .readOnly, .manager, .readWrite]
    let client = multiplexer.connect(roles[Int(name - UInt8(ascii: "0"))])
    clients[name] = client
    return client
  }

  private mutating func hear(_ line: [UInt8]) { multiplexer.receive(fromQEMU: line + [UInt8(ascii: "\n")]) }

  /// Answers the first command as QEMU does.
  private mutating func reply() throws(FuzzFinding) {
    guard !commands.isEmpty else { return }
    hear(Array(JSONText.object([("return", .object([])), ("id", commands.removeFirst()["id"])]).bytes))
    try perform()
  }

  private mutating func perform() throws(FuzzFinding) {
    while true {
      let actions = multiplexer.takeActions()
      if actions.isEmpty { return }
      for action in actions { try perform(action) }
    }
  }

  private mutating func perform(_ action: Multiplexer.Action) throws(FuzzFinding) {
    switch action {
    case .sendToQEMU(let bytes, _): try send(bytes)
    case .sendToClient(let client, _): try require(!gone.contains(client), "bytes for a client that has gone")
    case .cut(let client):
      try require(gone.insert(client).inserted, "a client is cut twice")
      clients = clients.filter { $0.value != client }
    case .call(_, let call): multiplexer.answer(call.id, with: .success(.object([])))
    default: break
    }
  }

  private mutating func send(_ bytes: [UInt8]) throws(FuzzFinding) {
    guard let command = JSONText(bytes[...]), command.isObject else {
      throw FuzzFinding(description: "QEMU gets \(String(decoding: bytes, as: UTF8.self))")
    }
    let isOutOfBand = command["exec-oob"] != nil
    let waiting = commands.filter { $0["exec-oob"] == nil }.count
    try require(isOutOfBand || waiting == 0, "QEMU gets a command before it has answered the previous one")
    commands.append(command)
  }
}
