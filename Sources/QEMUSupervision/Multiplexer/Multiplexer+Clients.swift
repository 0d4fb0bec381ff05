extension Multiplexer {
  /// Adds a client that has connected to a socket of this role.
  package mutating func connect(_ role: Role) -> Client {
    let client = nextClient()
    clients[client] = ClientState(
      role: role, prefix: prefix(of: client),
      stream: JSONStream(limit: Self.maximumCommandSize, hasPositions: hasPositions))
    turns.append(client)
    if role == .manager || (isReady && isServing) { greet(client) } else { pause(client) }
    return client
  }

  /// Returns the beginning of a client's names of descriptors at QEMU.
  func prefix(of client: Client) -> String { "c\(client)-\(namesSecret)-" }

  var namesSecret: String { String(secret.prefix(16)) }

  /// Greets the clients that wait for QEMU.
  mutating func greetWaitingClients() {
    guard isReady, isServing else { return }
    for client in turns where clients[client]?.isGreeted == false {
      greet(client)
      accept(client)
    }
  }

  private mutating func greet(_ client: Client) {
    clients[client]?.isGreeted = true
    send(Array(greeting.bytes) + Array("\r\n".utf8), to: client)
  }

  /// Processes input of a client, and the descriptors that came with it.
  package mutating func receive(from client: Client, _ bytes: [UInt8], descriptors: [Int32] = []) {
    bytes.withUnsafeBytes { receive(from: client, $0, descriptors: descriptors) }
  }

  /// Processes input of a client, and the descriptors that came with it.
  package mutating func receive(
    from client: Client, _ bytes: UnsafeRawBufferPointer, descriptors: [Int32] = []
  ) {
    guard clients[client] != nil else {
      closeAll(descriptors)
      return
    }
    clients[client]?.descriptors += descriptors
    clients[client]?.stream.append(bytes)
    accept(client)
    if let count = clients[client]?.descriptors.count, count > Self.maximumDescriptors { cut(client) }
    schedule()
  }

  /// Removes a client that has closed its connection.
  package mutating func disconnect(_ client: Client) {
    remove(client)
    schedule()
  }

  /// Closes the connection of a client.
  mutating func cut(_ client: Client) {
    guard clients[client] != nil else { return }
    actions.append(.cut(client))
    remove(client)
  }

  private mutating func remove(_ client: Client) {
    guard let state = clients.removeValue(forKey: client) else { return }
    turns.removeAll { $0 == client }
    calls = calls.filter { $0.value.client != client }
    closeAll(state.descriptors)
    for case .command(_, let descriptor?) in state.entries { actions.append(.closeDescriptor(descriptor)) }
    releaseDescriptors(of: client, state)
  }

  mutating func closeAll(_ descriptors: [Int32]) {
    actions += descriptors.map { .closeDescriptor($0) }
  }

  /// Sends a whole line, after the reply that is being passed on.
  mutating func send(_ line: [UInt8], to client: Client) {
    guard let state = clients[client] else { return }
    if state.isWithinLine {
      clients[client]?.heldLines.append(line)
    } else {
      actions.append(.sendToClient(client, line))
    }
  }

  /// Sends the lines that waited for the end of a reply.
  mutating func endLine(of client: Client) {
    guard let lines = clients[client]?.heldLines else { return }
    clients[client]?.isWithinLine = false
    clients[client]?.heldLines = []
    for line in lines { send(line, to: client) }
  }

  /// Sends a line to the clients that have negotiated.
  mutating func sendEvent(_ line: [UInt8], where isReceiver: (Role) -> Bool = { _ in true }) {
    for client in clients.keys.sorted() {
      guard let state = clients[client], state.isNegotiated, isReceiver(state.role) else { continue }
      send(line, to: client)
    }
  }

  /// Sends an event of the supervisor to the managers that have negotiated.
  package mutating func broadcast(_ line: JSONText) {
    sendEvent(Array(line.bytes) + Array("\r\n".utf8)) { $0 == .manager }
  }

  private mutating func pause(_ client: Client) {
    guard clients[client]?.isPaused == false else { return }
    clients[client]?.isPaused = true
    actions.append(.pauseReading(client))
  }

  /// Accepts the messages of a client up to the limit of commands.
  mutating func accept(_ client: Client) {
    while clients[client]?.canAccept == true {
      guard let item = clients[client]?.stream.next() else { return resume(client) }
      accept(item, from: client)
      answerEntries(of: client)
    }
    if clients[client] != nil { pause(client) }
  }

  private mutating func resume(_ client: Client) {
    guard clients[client]?.isPaused == true else { return }
    clients[client]?.isPaused = false
    actions.append(.resumeReading(client))
  }
}
