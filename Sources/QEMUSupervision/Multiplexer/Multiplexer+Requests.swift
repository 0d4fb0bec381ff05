extension Multiplexer {
  /// Accepts a message or a syntax error of a client.
  mutating func accept(_ item: JSONStream.Item, from client: Client) {
    switch item {
    case .message(let message): accept(message, from: client)
    case .error(let description):
      enqueue(
        .line(QMPReply.failure(class: QMPReply.genericError, description: description, id: nil)), client)
    case .tooLong:
      let description = "The command is longer than \(Self.maximumCommandSize) bytes"
      enqueue(
        .lastLine(QMPReply.failure(class: QMPReply.genericError, description: description, id: nil)), client)
    }
  }

  private mutating func enqueue(_ entry: ClientState.Entry, _ client: Client) {
    clients[client]?.entries.append(entry)
  }

  private mutating func accept(_ message: JSONText, from client: Client) {
    guard let state = clients[client] else { return }
    let id = QMPRequest.id(of: message)
    do throws(QMPRequest.Failure) {
      let request = try QMPRequest(message, allowsOutOfBand: state.isOutOfBandEnabled)
      if try isNegotiation(request, of: client, state) {
        enqueue(.line(QMPReply.success(JSONText(unchecked: Array("{}".utf8)[...]), id: id)), client)
      } else {
        try accept(request, of: client, state)
      }
    } catch {
      let isOutOfBand =
        state.isOutOfBandEnabled && message["exec-oob"] != nil && message["execute"] == nil
      refuse(error, id: id, isOutOfBand: isOutOfBand, client)
    }
  }

  private mutating func refuse(
    _ error: QMPRequest.Failure, id: JSONText?, isOutOfBand: Bool, _ client: Client
  ) {
    let line = QMPReply.failure(class: error.errorClass, description: error.description, id: id)
    if isOutOfBand { send(line, to: client) } else { enqueue(.line(line), client) }
  }

  /// Negotiates, and returns false if the request is another command of a client that has negotiated.
  private mutating func isNegotiation(
    _ request: QMPRequest, of client: Client, _ state: ClientState
  ) throws(QMPRequest.Failure) -> Bool {
    let isCapabilities = request.name == "qmp_capabilities"
    if state.isNegotiated {
      guard isCapabilities, !request.isOutOfBand else { return false }
      throw QMPRequest.Failure(
        errorClass: QMPReply.commandNotFound,
        description: "Capabilities negotiation is already complete, command ignored")
    }
    guard isCapabilities else {
      throw QMPRequest.Failure(
        errorClass: QMPReply.commandNotFound,
        description: "Expecting capabilities negotiation with 'qmp_capabilities'")
    }
    let isOutOfBandEnabled = try enablesOutOfBand(request.arguments)
    clients[client]?.isOutOfBandEnabled = isOutOfBandEnabled
    clients[client]?.isNegotiated = true
    return true
  }

  /// Returns the value of `enable`, checked as QEMU checks it.
  private func enablesOutOfBand(_ arguments: JSONText?) throws(QMPRequest.Failure) -> Bool {
    let enable = arguments?["enable"]
    if let enable, !enable.isArray {
      throw QMPRequest.Failure(description: "Invalid parameter type for 'enable', expected: array")
    }
    for (index, capability) in (enable?.elements ?? []).enumerated() {
      guard let name = capability.string else {
        throw QMPRequest.Failure(
          description: "Invalid parameter type for 'enable[\(index)]', expected: string")
      }
      // QEMU has no name for the parameter here.
      guard name == "oob" else {
        throw QMPRequest.Failure(description: "Parameter 'null' does not accept value '\(name)'")
      }
    }
    if let other = arguments?.members?.last(where: { $0.name != "enable" }) {
      throw QMPRequest.Failure(description: "Parameter '\(other.name)' is unexpected")
    }
    guard enable?.elements?.isEmpty == false else { return false }
    guard offersOutOfBand else { throw QMPRequest.Failure(description: "Capability oob is not available") }
    return true
  }

  private var offersOutOfBand: Bool {
    greeting["QMP"]?["capabilities"]?.elements?.contains { $0.isString("oob") } ?? false
  }

  /// Accepts a command of a client that has negotiated.
  private mutating func accept(
    _ request: QMPRequest, of client: Client, _ state: ClientState
  ) throws(QMPRequest.Failure) {
    if let refusal = CommandPolicy.refusal(of: request, role: state.role, allowed: allowed) {
      return refuse(
        QMPRequest.Failure(description: refusal), id: request.id, isOutOfBand: request.isOutOfBand, client)
    }
    if state.role == .manager, request.name.utf8.starts(with: "supervisor-".utf8) {
      clients[client]?.descriptors = []
      return startCall(request, of: client, descriptors: state.descriptors, isOrdered: false)
    }
    if case .disconnected = link { throw QMPRequest.Failure(description: "QEMU is not running") }
    if request.isOutOfBand { return sendOutOfBand(request, of: client) }
    if request.name == "quit", state.role == .readWrite { return enqueue(.call(request), client) }
    enqueue(try command(request, of: client), client)
  }

  mutating func startCall(_ request: QMPRequest, of client: Client, descriptors: [Int32], isOrdered: Bool) {
    let number = nextNumber()
    calls[number] = (client, request.id, isOrdered)
    if isOrdered { clients[client]?.isBusy = true } else { clients[client]?.callCount += 1 }
    let call = Call(id: number, name: request.name, arguments: request.arguments, descriptors: descriptors)
    actions.append(.call(client, call))
  }

  /// Answers a call. An answer to a client that has gone is ignored.
  package mutating func answer(_ call: Int, with reply: Reply) {
    guard let (client, id, isOrdered) = calls.removeValue(forKey: call) else { return }
    switch reply {
    case .success(let value): send(QMPReply.success(value, id: id), to: client)
    case .failure(let errorClass, let description):
      send(QMPReply.failure(class: errorClass, description: description, id: id), to: client)
    }
    if isOrdered { clients[client]?.isBusy = false } else { clients[client]?.callCount -= 1 }
    if let state = clients[client], state.isEnding, calls.allSatisfy({ $0.value.client != client }) {
      cut(client)
    }
    schedule()
  }
}
