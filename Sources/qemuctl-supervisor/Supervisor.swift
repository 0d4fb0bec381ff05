import CLinux
import Glibc
import QEMUSupervision

/// The supervisor of one virtual machine: it performs the actions of the state machines.
final class Supervisor {
  let place: MachinePlace
  let poller: Poller
  var life = Life(policy: RestartPolicy(mode: .never))
  var multiplexer = Multiplexer(secret: randomBytes(16))
  var classifier = EndClassifier()
  var runState = RunStateTracker()
  var waits = WaitTable()
  let journal: JournalFile
  var console: Console?
  var process: QEMUProcess?
  var starter: StarterProcess?
  var monitor: MonitorConnection?
  /// A Boolean value that indicates whether QEMU waits for a migration to it.
  var isIncoming = false
  /// The time at which QEMU was executed.
  var executed = Instant.now
  /// The time at which QEMU's greeting arrived; nil before.
  var greeted: Instant?
  /// The descriptors of the launch that is to be prepared.
  var passed: [Handle] = []
  /// The rules of the virtual machine; nil before a start is complete.
  var rules: JSONText?
  /// The id of the last run; nil before the first.
  var lastRun: String?
  /// The end of the last run; nil before the first has ended.
  var ended: RunEnd?
  private(set) var clients: [Multiplexer.Client: ClientConnection] = [:]
  private var listeners: [Listener] = []
  private var isPerforming = false
  /// The time at which the supervisor ends even if a client does not read its output; nil before it is to end.
  private var end: Instant?

  init(_ place: MachinePlace, _ poller: Poller, _ journal: JournalFile) {
    self.place = place
    self.poller = poller
    self.journal = journal
    poller.settled = { [unowned self] in perform() }
    poller.alarmReached = { [unowned self] in alarm() }
  }

  /// Opens the sockets.
  /// - Returns: whether all of them could be bound.
  func listen() -> Bool {
    let sockets: [(path: String, role: Multiplexer.Role)] = [
      (place.controlSocket, .manager), (place.socket, .readWrite), (place.readOnlySocket, .readOnly),
    ]
    listeners = sockets.compactMap { path, role in
      Listener(place.reachable(path), poller) { [unowned self] in _ = connect($0, as: role) }
    }
    return listeners.count == sockets.count
  }

  /// Serves the client that started the supervisor.
  func begin(_ handle: Handle) {
    if let client = connect(handle, as: .manager) { life.begin(owner: client) }
  }

  /// The number of clients from which on only commands of qemuctl are served.
  private static let mostClients = 128

  /// Serves a client.
  @discardableResult
  func connect(_ handle: Handle, as role: Multiplexer.Role) -> Multiplexer.Client? {
    // Descriptors are left for the commands of qemuctl.
    if role != .manager, clients.count >= Self.mostClients { return nil }
    let connection = ClientConnection(handle, poller)
    let client = multiplexer.connect(role)
    clients[client] = connection
    connection.received = { [unowned self] bytes, descriptors in
      bytes.withUnsafeBytes { multiplexer.receive(from: client, $0, descriptors: descriptors) }
    }
    connection.ended = { [unowned self] in
      clients[client] = nil
      for listener in listeners { listener.resume() }
      multiplexer.disconnect(client)
      waits.remove(client: client)
      life.disconnected(client, at: .now)
    }
    return client
  }

  /// Begins to stop QEMU because the supervisor is to end.
  func terminate() { life.terminate(at: .now) }

  private func alarm() {
    let now = Instant.now
    if let end, end <= now { return poller.end() }
    life.advance(to: now)
  }
}

// MARK: - Actions

extension Supervisor {
  /// Performs the actions of the state machines until there are none.
  func perform() {
    if isPerforming { return }
    isPerforming = true
    while true {
      let (ofMultiplexer, ofLife) = (multiplexer.takeActions(), life.takeActions())
      if ofMultiplexer.isEmpty, ofLife.isEmpty { break }
      for action in ofMultiplexer { perform(action) }
      for action in ofLife { perform(action) }
    }
    isPerforming = false
    poller.setAlarm([life.deadline, end].compactMap { $0 }.min(), now: .now)
    if end != nil, clients.values.allSatisfy({ $0.pendingCount == 0 }) { poller.end() }
  }

  private func perform(_ action: Multiplexer.Action) {
    switch action {
    case .sendToQEMU(let bytes, let descriptor):
      // QEMU may have closed its monitor meanwhile.
      if let monitor {
        monitor.send(bytes, descriptor: descriptor)
      } else if let descriptor {
        close(descriptor)
      }
    case .sendToClient(let client, let bytes): clients[client]?.send(bytes)
    case .cut(let client): clients[client]?.cut()
    case .pauseReading(let client): clients[client]?.setReading(false)
    case .resumeReading(let client): clients[client]?.setReading(true)
    case .closeDescriptor(let descriptor): close(descriptor)
    case .ready(let greeting): becomeReady(greeting)
    case .event(let name, let line): note(event: name, line)
    case .call(let client, let call): answer(call, of: client)
    case .reply(let token, let reply): note(reply, to: token)
    case .observed(let client, let command): note(command: command, of: client)
    }
  }

  private func perform(_ action: LifeAction) {
    switch action {
    case .prepare(let file): prepare(file)
    case .execute: execute()
    case .discard: discard()
    case .signal(let number): send(number)
    case .request(let step): request(step)
    case .answer(let call, let answer): multiplexer.answer(call, with: .success(answer))
    case .refuse(let call, let reason):
      multiplexer.answer(call, with: .failure(class: "GenericError", description: reason))
    case .note(let entry, let members): note(entry, members)
    case .intend(let intent): note(intent)
    case .startAgain: startAgain()
    case .endStarter: starter?.end()
    case .finish: finish()
    }
  }

  /// Ends the supervisor. The sockets are removed first, so that no client connects to one that ends.
  private func finish() {
    for name in [place.controlSocket, place.socket, place.readOnlySocket] { place.remove(name) }
    listeners = []
    end = Instant.now.advanced(by: 1_000_000_000)
  }
}
