extension Multiplexer {
  /// The result of a command that was sent to QEMU.
  enum Outcome {
    case success(JSONText)
    /// The command succeeded, and its reply is passed on to the client.
    case streamed
    /// The command failed with this value of `error`.
    case failure(JSONText)
    /// QEMU is not connected.
    case unanswered
  }

  /// The commands whose success changes the run of the machine.
  private static let observedCommands: Set<String> = [
    "cont", "migrate", "migrate-incoming", "quit", "set-action", "snapshot-load", "stop", "system_powerdown",
    "system_reset", "system_wakeup", "watchdog-set-action", "x-exit-preconfig",
  ]

  /// Processes a whole line of QEMU. What is not JSON is skipped.
  mutating func process(_ line: ArraySlice<UInt8>) {
    guard let value = JSONText(line), value.isObject else { return }
    if let name = value["event"]?.string {
      actions.append(.event(name: name, line: value))
      sendEvent(Array(line) + Array("\r\n".utf8))
      return
    }
    switch link {
    case .disconnected: break
    case .greeting: if value["QMP"] != nil { negotiate(value) }
    case .negotiating(let greeting, let id):
      guard value["id"]?.isString(id) == true, value["return"] != nil else { return }
      becomeReady(greeting)
    case .ready: processReply(value)
    }
  }

  private mutating func negotiate(_ greeting: JSONText) {
    let offersOutOfBand = greeting["QMP"]?["capabilities"]?.elements?.contains { $0.isString("oob") } ?? false
    let arguments = offersOutOfBand ? JSONText.object([("enable", .array([.string("oob")]))]) : nil
    let request = QMPRequest(name: "qmp_capabilities", arguments: arguments)
    let id = "\(secret)-\(nextNumber())"
    link = .negotiating(greeting: greeting, id: id)
    actions.append(.sendToQEMU(request.text(arguments: arguments, id: .string(id)), descriptor: nil))
  }

  private mutating func becomeReady(_ greeting: JSONText) {
    link = .ready(greeting: greeting)
    actions.append(.ready(greeting: greeting))
    let hasPositions = hasPositions
    for client in turns { clients[client]?.stream.usePositions(hasPositions) }
    greetWaitingClients()
  }

  private mutating func processReply(_ value: JSONText) {
    let outcome: Outcome
    if let result = value["return"] {
      outcome = .success(result)
    } else if let error = value["error"], error.isObject {
      outcome = .failure(error)
    } else {
      return
    }
    guard let id = value["id"] else { return completeInBand(with: outcome) }
    guard let number = outOfBand.keys.first(where: { id.isString(outOfBandID($0)) }) else { return }
    guard let transaction = outOfBand.removeValue(forKey: number) else { return }
    complete(transaction, with: outcome)
  }

  mutating func completeInBand(with outcome: Outcome) {
    guard let transaction = inBand else { return }
    inBand = nil
    complete(transaction, with: outcome)
  }

  /// Passes on the result of a command.
  mutating func complete(_ transaction: Transaction, with outcome: Outcome) {
    switch transaction.owner {
    case .none: break
    case .supervisor(let token):
      actions.append(.reply(token: token, reply(outcome)))
      if case .success(let result) = outcome { applyOwn(transaction.effect, result: result) }
    case .client(let client):
      if let line = line(outcome, to: transaction.request, client) { send(line, to: client) }
      if transaction.request.isOutOfBand {
        clients[client]?.outOfBandCount -= 1
      } else {
        clients[client]?.isBusy = false
      }
      succeed(transaction, with: outcome, client)
    }
  }

  private func reply(_ outcome: Outcome) -> Reply {
    switch outcome {
    case .success(let value): .success(value)
    case .streamed: .success(.null)
    case .failure(let error):
      .failure(
        class: error["class"]?.string ?? QMPReply.genericError, description: error["desc"]?.string ?? "")
    case .unanswered: .failure(class: QMPReply.genericError, description: "QEMU is not running")
    }
  }

  /// Returns the line for a client, or nil if the client has it.
  private func line(_ outcome: Outcome, to request: QMPRequest, _ client: Client) -> [UInt8]? {
    switch outcome {
    case .streamed: return nil
    case .success(let value): return QMPReply.success(value, id: request.id)
    case .failure(let error):
      let text = DescriptorNames.removing(prefix(of: client), from: error.bytes)
      return QMPReply.failure(error: text, id: request.id)
    case .unanswered:
      return QMPReply.failure(
        class: QMPReply.genericError, description: "QEMU is not running", id: request.id)
    }
  }

  private mutating func succeed(_ transaction: Transaction, with outcome: Outcome, _ client: Client) {
    let result: JSONText?
    switch outcome {
    case .success(let value): result = value
    case .streamed: result = nil
    case .failure, .unanswered: return
    }
    apply(transaction.effect, result: result, client)
    let name = transaction.request.name
    if Self.observedCommands.contains(name) { actions.append(.observed(client, command: name)) }
  }
}
