extension Multiplexer {
  /// Sends the answers whose turn has come, starts the next command, and accepts more commands.
  mutating func schedule() {
    repeat {
      for client in turns { answerEntries(of: client) }
      startCommands()
    } while acceptMore()
  }

  private mutating func startCommands() {
    while isReady, inBand == nil, let transaction = nextTransaction() { start(transaction) }
  }

  /// Accepts commands of the clients that have fewer unanswered ones, and returns false if there are none.
  private mutating func acceptMore() -> Bool {
    let ready = turns.filter { clients[$0]?.isPaused == true && clients[$0]?.canAccept == true }
    for client in ready { accept(client) }
    return !ready.isEmpty
  }

  /// Sends the answers at the head of a client's entries.
  mutating func answerEntries(of client: Client) {
    while let state = clients[client], state.isAtHeadAnswered {
      switch clients[client]?.entries.removeFirst() {
      case .line(let line): send(line, to: client)
      case .lastLine(let line):
        send(line, to: client)
        cut(client)
      case .call(let request): startCall(request, of: client, descriptors: [], isOrdered: true)
      case .command, nil: return
      }
    }
  }

  private mutating func nextTransaction() -> Transaction? {
    if !ownCommands.isEmpty { return ownCommands.removeFirst() }
    if !cleanups.isEmpty { return cleanups.removeFirst() }
    return nextCommandOfClient()
  }

  /// Returns the next command of the clients in turn.
  private mutating func nextCommandOfClient() -> Transaction? {
    for client in turns {
      while case .command(let request, let descriptor)? = clients[client]?.entries.first {
        guard clients[client]?.isBusy == false else { break }
        clients[client]?.entries.removeFirst()
        guard let transaction = prepare(request, of: client, descriptor: descriptor) else {
          answerEntries(of: client)
          continue
        }
        turns.removeAll { $0 == client }
        turns.append(client)
        clients[client]?.isBusy = true
        return transaction
      }
    }
    return nil
  }

  /// Checks a command immediately before it is sent, or answers it and returns nil.
  private mutating func prepare(_ request: QMPRequest, of client: Client, descriptor: Int32?)
    -> Transaction?
  {
    let transaction = Transaction(owner: .client(client), request: request, descriptor: descriptor)
    guard let refusal = refusal(of: transaction.effect, client) else { return transaction }
    if let descriptor { actions.append(.closeDescriptor(descriptor)) }
    send(QMPReply.failure(class: QMPReply.genericError, description: refusal, id: request.id), to: client)
    return nil
  }

  private mutating func start(_ transaction: Transaction) {
    if transaction.request.isOutOfBand { return sendOutOfBand(transaction) }
    inBand = transaction
    let text = transaction.request.text(arguments: upstreamArguments(of: transaction))
    actions.append(.sendToQEMU(text, descriptor: transaction.descriptor))
  }

  private func upstreamArguments(of transaction: Transaction) -> JSONText? {
    guard case .client(let client) = transaction.owner, let state = clients[client] else {
      return transaction.request.arguments
    }
    return DescriptorNames(names: state.names, prefix: state.prefix, secret: namesSecret)
      .rewritten(transaction)
  }

  mutating func sendOutOfBand(_ request: QMPRequest, of client: Client) {
    // A command that came before is begun before.
    startCommands()
    clients[client]?.outOfBandCount += 1
    sendOutOfBand(Transaction(owner: .client(client), request: request))
  }

  private mutating func sendOutOfBand(_ transaction: Transaction) {
    guard isReady else { return complete(transaction, with: .unanswered) }
    let number = nextNumber()
    outOfBand[number] = transaction
    let text = transaction.request.text(
      arguments: upstreamArguments(of: transaction), id: .string(outOfBandID(number)))
    actions.append(.sendToQEMU(text, descriptor: nil))
  }

  func outOfBandID(_ number: Int) -> String { "\(secret.prefix(6))-\(number)" }

  /// Sends a command of the supervisor, before those of clients.
  ///
  /// - Parameters:
  ///   - command: The name of the command.
  ///   - arguments: The arguments, or nil if the command has none.
  ///   - isOutOfBand: A Boolean value that indicates whether QEMU executes the command at once.
  ///   - descriptor: The descriptor for `getfd` or `add-fd`.
  ///   - token: The number that is returned with the result.
  package mutating func execute(
    _ command: String, arguments: JSONText? = nil, outOfBand isOutOfBand: Bool = false,
    descriptor: Int32? = nil, token: Int
  ) {
    let request = QMPRequest(name: command, arguments: arguments, isOutOfBand: isOutOfBand)
    let transaction = Transaction(
      owner: .supervisor(token: token), request: request, descriptor: descriptor)
    if case .disconnected = link { return drop(transaction) }
    if isOutOfBand, isReady { return sendOutOfBand(transaction) }
    ownCommands.append(transaction)
    schedule()
  }

  /// Fails a command of the supervisor that was not sent.
  mutating func drop(_ transaction: Transaction) {
    if let descriptor = transaction.descriptor { actions.append(.closeDescriptor(descriptor)) }
    complete(transaction, with: .unanswered)
  }
}
