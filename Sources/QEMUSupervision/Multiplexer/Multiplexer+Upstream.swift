extension Multiplexer {
  /// Begins a new connection to QEMU, whose greeting is awaited.
  package mutating func connected() {
    disconnected()
    link = .greeting
    line = UpstreamLine()
  }

  /// Ends the connection to QEMU.
  ///
  /// The clients are cut, but managers with unanswered calls only after the last answer.
  package mutating func disconnected() {
    guard case .disconnected = link else {
      link = .disconnected
      dropTransactions()
      for client in turns { end(client) }
      return
    }
  }

  private mutating func dropTransactions() {
    let sent = [inBand].compactMap { $0 } + outOfBand.sorted { $0.key < $1.key }.map(\.value)
    let waiting = ownCommands
    (inBand, outOfBand, ownCommands, cleanups, fdsetOwners) = (nil, [:], [], [], [:])
    for transaction in sent {
      if case .supervisor = transaction.owner { complete(transaction, with: .unanswered) }
    }
    for transaction in waiting { drop(transaction) }
  }

  private mutating func end(_ client: Client) {
    guard let state = clients[client] else { return }
    guard state.role == .manager, state.callCount > 0 else { return cut(client) }
    for case .command(_, let descriptor?) in state.entries { actions.append(.closeDescriptor(descriptor)) }
    if state.isWithinLine { actions.append(.sendToClient(client, Array("\r\n".utf8))) }
    endLine(of: client)
    clients[client]?.entries = []
    clients[client]?.names = []
    clients[client]?.fdsetMembers = []
    clients[client]?.isBusy = false
    clients[client]?.outOfBandCount = 0
    clients[client]?.isEnding = true
  }

  /// Processes bytes of QEMU.
  package mutating func receive(fromQEMU bytes: UnsafeRawBufferPointer) {
    if case .disconnected = link { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
      take(rest[..<(end ?? rest.endIndex)])
      if end != nil { endUpstreamLine() }
      rest = rest[(end ?? rest.endIndex)...]
    }
    schedule()
  }

  /// Processes bytes of QEMU.
  package mutating func receive(fromQEMU bytes: [UInt8]) {
    bytes.withUnsafeBytes { receive(fromQEMU: $0) }
  }

  private mutating func take(_ part: Slice<UnsafeRawBufferPointer>) {
    if case .skipping = line.mode { return }
    line.bytes.append(contentsOf: part)
    if case .undecided = line.mode, line.bytes.count >= UpstreamLine.decisiveCount { decide() }
    if case .buffering = line.mode { checkLength() }
    if case .streaming = line.mode { passOn() }
  }

  private mutating func decide() {
    line.isReturn = line.beginsWithReturn
    line.mode = .buffering
    // The reply could be to an out-of-band command, whose id is at its end.
    if outOfBand.isEmpty { beginStreaming() }
  }

  private mutating func checkLength() {
    if line.bytes.count > UpstreamLine.longCount { beginStreaming() }
    guard case .buffering = line.mode, line.bytes.count > Self.maximumLineSize else { return }
    line.mode = .skipping
    line.bytes = []
  }

  /// Begins to pass on a reply to a client as it arrives.
  private mutating func beginStreaming() {
    guard line.isReturn, let inBand, inBand.effect == .none, case .client(let client) = inBand.owner else {
      return
    }
    line.mode = .streaming(client, id: inBand.request.id)
  }

  /// Passes on a reply but for its end, before which the id is inserted.
  private mutating func passOn() {
    guard case .streaming(let client, _) = line.mode, line.bytes.count > 3 else { return }
    // A short reply is sent at once.
    guard line.bytes.last != UInt8(ascii: "\n") else { return }
    if clients[client] != nil {
      clients[client]?.isWithinLine = true
      actions.append(.sendToClient(client, Array(line.bytes.dropLast(3))))
    }
    line.bytes.removeFirst(line.bytes.count - 3)
  }

  private mutating func endUpstreamLine() {
    let line = self.line
    self.line = UpstreamLine()
    switch line.mode {
    case .undecided, .buffering: process(UpstreamLine.trimmed(line.bytes))
    case .skipping: endSkippedLine(line)
    case .streaming(let client, let id):
      let rest = UpstreamLine.trimmed(line.bytes)
      if clients[client] != nil {
        let end =
          rest.last == UInt8(ascii: "}") ? rest.dropLast() + QMPReply.ending(id) : rest + [0x0D, 0x0A]
        actions.append(.sendToClient(client, Array(end)))
        endLine(of: client)
      }
      completeInBand(with: .streamed)
    }
  }

  private mutating func endSkippedLine(_ line: UpstreamLine) {
    guard line.isReturn else { return }
    let error = JSONText.object([
      ("class", .string(QMPReply.genericError)), ("desc", .string("The reply of QEMU is too long")),
    ])
    completeInBand(with: .failure(error))
  }
}
