import CLinux
import Glibc

/// One connection to a QMP monitor, from the greeting to the end of the stream.
///
/// The session runs on a thread that waits for all sockets of the process. A command waits for its own reply, at most
/// until its deadline, and no longer than its task lives; its late reply is dropped. When the connection ends, every
/// waiting command fails with ``QMPError/Code-swift.enum/connectionLost``.
public actor QMPSession {
  /// How long QEMU may take to become ready unless the caller says otherwise.
  public static let defaultDeadline = QMPDeadlines.usual

  let socket: Descriptor
  /// How the session behaves.
  public nonisolated let options: Options
  var machine: SessionMachine
  var lines = LineBuffer()
  /// What the lines ask for; kept between lines for its memory.
  var received: [SessionMachine.Action] = []
  var unsent = OutgoingLines()
  var isAwaitingRoom = false
  /// The command whose descriptor QEMU may not have taken yet.
  var travelling: SessionMachine.RequestID?
  var waiters = RequestTable<Waiter>()
  var callCount = 0
  /// When the session next looks for commands that are overdue.
  var alarm: TimerID?
  private let readiness = Promise<Result<QMPGreeting, QMPError>>()
  /// What QEMU said of itself; nil before.
  public private(set) var greeting: QMPGreeting?
  private(set) var ending: QMPError?
  private var listeners: [Int: QMPEventBuffer] = [:]
  private var undelivered: [QMPEventMessage] = []
  private var listenerCount = 0

  /// Where sessions run. A task that prefers it has its replies without a change of threads, and must not block:
  /// ```swift
  /// try await withTaskExecutorPreference(QMPSession.executor) { try await session.execute(QueryStatus()) }
  /// ```
  public static var executor: any TaskExecutor { EventLoop.shared }

  /// Runs on the process's event loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

  /// Takes over a connected stream socket.
  /// - Parameters:
  ///   - socket: the connection; closed with the session.
  ///   - isFirstClient: whether nobody can have spoken to this monitor before.
  ///   - options: how the session behaves.
  package init(socket: consuming Descriptor, isFirstClient: Bool = false, options: Options = Options()) {
    self.socket = socket
    self.options = options
    machine = SessionMachine(
      negotiation: isFirstClient ? 0 : .random(in: 1000...999_999_999),
      enabling: options.isOutOfBandEnabled ? ["oob"] : [])
  }

  deinit {
    EventLoop.shared.unwatch(socket.number)
    if let alarm { EventLoop.shared.cancel(alarm) }
  }
}

// MARK: - Life of the connection

extension QMPSession {
  /// Starts reading, and waits until QEMU has executed its first command: from then on its machine is built.
  /// - Parameter deadline: how long QEMU may take, from now.
  /// - Returns: QEMU's greeting.
  /// - Throws: ``QMPError`` `timedOut`, `connectionLost`, `notQMP` or `cancelled`; the session has then ended.
  ///
  /// QMP: `qmp_capabilities`
  @discardableResult
  public func negotiate(deadline: Duration = defaultDeadline) async throws(QMPError) -> QMPGreeting {
    start()
    if let result = await readiness.value(within: deadline) { return try result.get() }
    let error = Task.isCancelled ? QMPError(.cancelled, "the wait for QMP was cancelled") : lateness(deadline)
    end(error)
    throw error
  }

  /// Closes the connection; commands that wait fail with `connectionLost`. QEMU itself is not touched.
  public func close() {
    end(QMPError(.connectionLost, "the QMP connection was closed by this side"))
  }

  /// Why the session ended; nil as long as it lives.
  public var endReason: QMPError? { ending }

  /// Who is at the other end, by the kernel's word.
  ///
  /// For a connection made before QEMU listened itself this is the process that bound the socket. Over TCP nobody can say.
  /// - Throws: ``QMPError`` `unsupported` where the connection is no Unix socket.
  public func peer() throws(QMPError) -> PeerCredentials {
    var credentials = clinux_credentials()
    let result = clinux_peer_credentials(socket.number, &credentials)
    guard result >= 0, credentials.pid > 0 else {
      throw QMPError(
        .unsupported, "the kernel does not know who is at the other end", remedy: "use a Unix socket")
    }
    return PeerCredentials(pid: credentials.pid, uid: credentials.uid, gid: credentials.gid)
  }

  private func start() {
    guard ending == nil, greeting == nil else { return }
    do throws(SystemError) {
      try EventLoop.shared.watch(socket.number, clinux_event_readable) { [weak self] events in
        self?.assumeIsolated { $0.socketReady(events) }
      }
    } catch {
      end(QMPError(.connectionLost, "the QMP socket cannot be watched: \(error)"))
    }
  }

  private func lateness(_ deadline: Duration) -> QMPError {
    let what =
      machine.state == .awaitingGreeting
      ? "no greeting: the monitor may be held by another client, or QEMU is stopped or stuck"
      : "a greeting, but no reply: QEMU's main loop does not run"
    return QMPError(.timedOut, "QMP was not ready within \(deadline): \(what)")
  }

  func end(_ reason: QMPError) {
    guard ending == nil else { return }
    let error = reason.adding(evidence: inFlight)
    ending = error
    EventLoop.shared.unwatch(socket.number)
    shutdown(socket.number, CInt(SHUT_RDWR))
    _ = machine.endOfStream(error.summary)
    giveUp(Set(waiters.entries.map(\.id))) { what, _ in error.regarding(what) }
    if let alarm { EventLoop.shared.cancel(alarm) }
    readiness.fulfil(.failure(error))
    deliverEvents()
    for listener in listeners.values { listener.finish() }
    listeners = [:]
  }
}

/// Who is at the other end of a Unix socket.
public struct PeerCredentials: Sendable, Hashable {
  /// Its process id in this process's namespace.
  public let pid: Int32
  /// Its user.
  public let uid: UInt32
  /// Its group.
  public let gid: UInt32
}

// MARK: - What the protocol asks for

extension QMPSession {
  func perform(_ actions: [SessionMachine.Action]) {
    for action in actions {
      switch action {
      case .send(let line): enqueue(line)
      case .becomeReady(let greeting): becomeReady(greeting)
      case .finish(let id, let result):
        deliverEvents()
        finish(id, result)
      case .deliver(let event): undelivered.append(event)
      case .note(let text): options.log(text)
      case .end(let error): end(error)
      }
    }
    settleDescriptor()
    if !isAwaitingRoom { flush() }
  }

  /// Hands over the events that have come, once for many: before the reply that follows them, and when no more are there.
  func deliverEvents() {
    if undelivered.isEmpty { return }
    for listener in listeners.values { listener.append(undelivered) }
    undelivered.removeAll(keepingCapacity: undelivered.count <= 4096)
  }

  private func becomeReady(_ greeting: QMPGreeting) {
    self.greeting = greeting
    readiness.fulfil(.success(greeting))
  }
}

// MARK: - Events

extension QMPSession {
  /// Begins to collect events, from this call on.
  ///
  /// Ask for them before the command that causes them. A listener that does not read loses the oldest ones, and is told how
  /// many.
  /// - Parameter capacity: how many events are kept for a slow reader.
  public func events(capacity: Int = 1024) -> QMPEvents {
    deliverEvents()
    let buffer = QMPEventBuffer(capacity: capacity)
    if ending != nil {
      buffer.finish()
    } else {
      listenerCount += 1
      let number = listenerCount
      listeners[number] = buffer
      buffer.whenAbandoned { [weak self] in
        EventLoop.shared.perform { [weak self] in
          self?.assumeIsolated { _ = $0.listeners.removeValue(forKey: number) }
        }
      }
    }
    return QMPEvents(buffer: buffer)
  }
}
