import CLinux
import Glibc
package import LinuxSystem

/// A connection to a QMP monitor, from the greeting to the end of the stream.
///
/// The session runs on a thread that waits for all sockets of the process. A command waits for its reply until its
/// timeout, or until its task is cancelled; a late reply is dropped. If the connection ends, every waiting command
/// fails with ``QMPError/Code-swift.enum/connectionLost``.
public actor QMPSession {
  /// The default timeout for QEMU to become ready.
  public static let defaultTimeout = QMPTimeouts.usual

  let socket: Descriptor
  /// The options of the session.
  public nonisolated let options: Options
  var machine: SessionStateMachine
  var lines = LineBuffer()
  /// The actions that the received lines require; kept between lines to reuse its memory.
  var received: [SessionStateMachine.Action] = []
  var unsent = OutgoingLines()
  var isAwaitingWritable = false
  /// The command whose descriptor QEMU may not have used yet; nil if there is none.
  var commandWithDescriptor: SessionStateMachine.RequestID?
  var waiters = RequestTable<Waiter>()
  var callCount = 0
  /// The timer of the next check for overdue commands.
  var alarm: TimerID?
  private let readiness = Promise<Result<QMPGreeting, QMPError>>()
  /// QEMU's greeting; nil until the session is ready.
  public private(set) var greeting: QMPGreeting?
  /// The time at which the greeting arrived; nil before. QEMU sends it before machine initialization is complete.
  public private(set) var greetingTime: ContinuousClock.Instant?
  private(set) var ending: QMPError?
  private var listeners: [Int: QMPEventBuffer] = [:]
  private var undelivered: [QMPEventMessage] = []
  private var listenerCount = 0

  /// The executor that sessions run on. A task that prefers it gets its replies without a change of threads, and must
  /// not block:
  /// ```swift
  /// try await withTaskExecutorPreference(QMPSession.executor) { try await session.execute(QueryStatus()) }
  /// ```
  public static var executor: any TaskExecutor { EventLoop.shared }

  /// The event loop of the process.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

  /// Creates a session that owns a connected stream socket.
  /// - Parameters:
  ///   - socket: the connection; closed with the session.
  ///   - isFirstClient: `true` if no other client can have used this monitor before.
  ///   - options: the options of the session.
  package init(socket: consuming Descriptor, isFirstClient: Bool = false, options: Options = Options()) {
    self.socket = socket
    self.options = options
    machine = SessionStateMachine(
      negotiation: isFirstClient ? 0 : .random(in: 1000...999_999_999),
      enabling: options.isOutOfBandEnabled ? ["oob"] : [])
  }

  deinit {
    EventLoop.shared.unwatch(socket.number)
    if let alarm { EventLoop.shared.cancel(alarm) }
  }
}

// MARK: - Connection

extension QMPSession {
  /// Starts reading, and waits until QEMU has executed its first command: machine initialization is then complete.
  /// - Parameter timeout: the timeout for the reply to the first command, from now.
  /// - Returns: QEMU's greeting.
  /// - Throws: ``QMPError`` `timedOut`, `connectionLost`, `notQMP` or `cancelled`; the session has then ended.
  ///
  /// QMP: `qmp_capabilities`
  @discardableResult
  public func negotiate(timeout: Duration = defaultTimeout) async throws(QMPError) -> QMPGreeting {
    start()
    if let result = await readiness.value(within: timeout) { return try result.get() }
    let error =
      Task.isCancelled ? QMPError(.cancelled, "the wait for QMP was cancelled") : timeoutError(timeout)
    end(error)
    throw error
  }

  /// Closes the connection; commands that wait fail with `connectionLost`. QEMU continues to run.
  public func close() {
    end(QMPError(.connectionLost, "this process closed the QMP connection"))
  }

  /// The reason why the session ended; nil until then.
  public var endReason: QMPError? { ending }

  /// Returns the peer's process, user and group as the kernel reports them.
  ///
  /// For a connection made before QEMU itself called `listen` on an inherited socket, this is the process that bound
  /// the socket.
  /// - Throws: ``QMPError`` `unsupported` if the connection is not a Unix socket.
  public func peer() throws(QMPError) -> PeerCredentials {
    var credentials = clinux_credentials()
    let result = clinux_peer_credentials(socket.number, &credentials)
    guard result >= 0, credentials.pid > 0 else {
      throw QMPError(
        .unsupported, "the kernel does not know the peer's process", remedy: "use a Unix socket")
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

  private func timeoutError(_ timeout: Duration) -> QMPError {
    let what =
      machine.state == .awaitingGreeting
      ? "QEMU sent no greeting: the monitor may be held by another client, or QEMU is stopped or stuck"
      : "QEMU sent its greeting, but did not reply to qmp_capabilities: its main loop is not running"
    return QMPError(.timedOut, "QMP was not ready within \(timeout): \(what)")
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

/// The process, user and group of the peer of a Unix socket.
public struct PeerCredentials: Sendable, Hashable {
  /// The peer's process ID in this process's namespace.
  public let pid: Int32
  /// The peer's user ID.
  public let uid: UInt32
  /// The peer's group ID.
  public let gid: UInt32
}

// MARK: - Actions of the protocol

extension QMPSession {
  func perform(_ actions: [SessionStateMachine.Action]) {
    if greetingTime == nil, case .negotiating = machine.state { greetingTime = .now }
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
    allowNextDescriptor()
    if !isAwaitingWritable { flush() }
  }

  /// Delivers the pending events as one batch. It is called before a reply is delivered, and after all received lines
  /// are read.
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
  /// Starts to collect events, from this call on.
  ///
  /// Call this before you execute the command that causes them. If a listener does not read, the oldest events are
  /// dropped, and it gets the number of dropped events.
  /// - Parameter capacity: the number of events that are kept for a slow reader.
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
