import CLinux
import Glibc
public import QEMUJSON

/// One connection to a QMP monitor, from the greeting to the end of the stream.
///
/// The session runs on a thread that waits for all sockets of the process. A command waits for its own reply, at most
/// until its deadline, and no longer than its task lives; its late reply is dropped. When the connection ends, every
/// waiting command fails with ``QMPError/Code-swift.enum/connectionLost``.
public actor QMPSession {
  /// How long a command may take unless the caller says otherwise.
  public static let defaultDeadline = Duration.seconds(10)

  private typealias Completion = @Sendable (Result<JSON, QMPError>) -> Void

  private struct Waiter {
    let complete: Completion
    let timer: TimerID
  }

  let socket: Descriptor
  private var machine: SessionMachine
  private var lines = LineBuffer()
  private var unsent = OutgoingLines()
  private var passing: SharedDescriptor?
  private var waiters: [SessionMachine.RequestID: Waiter] = [:]
  private let readiness = Promise<Result<QMPGreeting, QMPError>>()
  private var greeting: QMPGreeting?
  private var ending: QMPError?
  private var listeners: [Int: QMPEventBuffer] = [:]
  private var listenerCount = 0
  private let log: @Sendable (String) -> Void

  /// Runs on the process's event loop.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

  /// Takes over a connected stream socket.
  /// - Parameters:
  ///   - socket: the connection; closed with the session.
  ///   - firstID: the id of the first command; see ``connect(path:deadline:log:)``.
  ///   - log: receives what belongs to no command: a late reply, an error without an id.
  package init(
    socket: consuming Descriptor, firstID: Int64 = 0, log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.socket = socket
    machine = SessionMachine(firstID: firstID)
    self.log = log
  }

  deinit { EventLoop.shared.unwatch(socket.number) }
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
  /// For a connection made before QEMU listened itself this is the process that bound the socket.
  package func peer() throws(SystemError) -> PeerCredentials {
    var credentials = clinux_credentials()
    _ = try checked(clinux_peer_credentials(socket.number, &credentials), "getsockopt SO_PEERCRED")
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

  private func end(_ error: QMPError) {
    guard ending == nil else { return }
    ending = error
    EventLoop.shared.unwatch(socket.number)
    shutdown(socket.number, CInt(SHUT_RDWR))
    perform(machine.endOfStream(error.summary))
    readiness.fulfil(.failure(error))
    for listener in listeners.values { listener.finish() }
    listeners = [:]
  }
}

/// Who is at the other end of a Unix socket.
package struct PeerCredentials: Sendable, Hashable {
  package let pid: Int32
  package let uid: UInt32
  package let gid: UInt32
}

// MARK: - Commands

extension QMPSession {
  /// Executes a command by its wire name.
  /// - Parameters:
  ///   - command: the wire name, `query-status`.
  ///   - arguments: the command's arguments.
  ///   - deadline: how long the reply may take, from now.
  /// - Returns: the reply's `return` value.
  /// - Throws: ``QMPError``: `refused` with QEMU's class and words; `timedOut`, `cancelled` and `connectionLost`, after which
  ///   it is unknown whether QEMU executed the command.
  public func execute(
    _ command: String, arguments: JSONObject = [:], deadline: Duration = defaultDeadline
  ) async throws(QMPError) -> JSON {
    try await executeAll([(command, arguments)], deadline: deadline)[0].get()
  }

  /// Executes commands in order without waiting for one reply before the next is sent.
  /// - Parameters:
  ///   - commands: wire names and arguments.
  ///   - deadline: how long all of the replies may take, from now.
  /// - Returns: a result for each command, in their order.
  public func executeAll(
    _ commands: [(name: String, arguments: JSONObject)], deadline: Duration = defaultDeadline
  ) async -> [Result<JSON, QMPError>] {
    await submitAll(
      commands.map { Submission(name: $0.name, arguments: $0.arguments, passing: nil) }, deadline: deadline)
  }

  private struct Submission: Sendable {
    let name: String
    let arguments: JSONObject
    let passing: SharedDescriptor?
  }

  private func submitAll(_ commands: [Submission], deadline: Duration) async -> [Result<JSON, QMPError>] {
    if commands.isEmpty { return [] }
    let batch = QMPBatch(count: commands.count)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        batch.begin(continuation)
        let instant = ContinuousClock.now + deadline
        for (index, command) in commands.enumerated() {
          passing = command.passing
          submit(command.name, command.arguments, instant, deadline, batch, index)
          passing = nil
        }
      }
    } onCancel: {
      EventLoop.shared.perform { [weak self] in
        self?.assumeIsolated { $0.cancel(batch) }
      }
    }
  }

  /// Executes a command with which a file descriptor travels to QEMU.
  /// - Parameters:
  ///   - command: the wire name, `getfd` or `add-fd`.
  ///   - descriptor: an open descriptor of this process; it is duplicated, and stays the caller's.
  /// - Returns: the reply's `return` value.
  /// - Throws: as ``execute(_:arguments:deadline:)``.
  ///
  /// QMP: `getfd`, `add-fd`
  public func execute(
    _ command: String, arguments: JSONObject = [:], passing descriptor: Int32,
    deadline: Duration = defaultDeadline
  ) async throws(QMPError) -> JSON {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw QMPError(
        .malformedArguments, "\(command): \(descriptor) is not an open descriptor",
        remedy: "pass an open descriptor")
    }
    guard greeting != nil else {
      Glibc.close(copy)
      throw ending ?? QMPError(.connectionLost, "\(command): the session has not been negotiated")
    }
    let submission = Submission(
      name: command, arguments: arguments, passing: SharedDescriptor(Descriptor(owning: copy)))
    return try await submitAll([submission], deadline: deadline)[0].get()
  }

  private func submit(
    _ name: String, _ arguments: JSONObject, _ instant: ContinuousClock.Instant, _ deadline: Duration,
    _ batch: QMPBatch, _ index: Int
  ) {
    do throws(QMPError) {
      if let ending { throw ending }
      if Task.isCancelled { throw QMPError(.cancelled, "\(name) was not sent: its task is cancelled") }
      let (id, actions) = try machine.submit(name, arguments)
      let timer = EventLoop.shared.schedule(at: instant) { [weak self] in
        self?.assumeIsolated {
          $0.abandon(id, QMPError(.timedOut, "\(name) was not answered within \(deadline)"))
        }
      }
      batch.register(id)
      waiters[id] = Waiter(complete: { batch.complete(index, $0) }, timer: timer)
      perform(actions)
    } catch {
      batch.complete(index, .failure(error))
    }
  }

  private func abandon(_ id: Int64, _ error: QMPError) {
    perform(machine.abandon(id, error))
  }

  private func cancel(_ batch: QMPBatch) {
    for id in batch.identifiers {
      let name = machine.command(id) ?? "a command"
      abandon(id, QMPError(.cancelled, "\(name) was cancelled while it waited for its reply"))
    }
  }

  private func perform(_ actions: [SessionMachine.Action]) {
    for action in actions {
      switch action {
      case .send(let line): write(line)
      case .becomeReady(let greeting): becomeReady(greeting)
      case .finish(let id, let result): finish(id, result)
      case .deliver(let event): for listener in listeners.values { listener.append(event) }
      case .note(let text): log(text)
      case .end(let error): end(error)
      }
    }
  }

  private func becomeReady(_ greeting: QMPGreeting) {
    self.greeting = greeting
    readiness.fulfil(.success(greeting))
  }

  private func finish(_ id: Int64, _ result: Result<JSON, QMPError>) {
    guard let waiter = waiters.removeValue(forKey: id) else { return }
    EventLoop.shared.cancel(waiter.timer)
    waiter.complete(result)
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

// MARK: - Bytes

extension QMPSession {
  private func socketReady(_ events: UInt32) {
    if ending != nil { return }
    if events & clinux_event_writable != 0 { flush() }
    if events & (clinux_event_readable | clinux_event_hung_up) != 0 { read() }
  }

  private func read() {
    while ending == nil {
      let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { chunk in
        let count = clinux_receive(socket.number, chunk.baseAddress, chunk.count)
        if count > 0 { lines.append(UnsafeRawBufferPointer(rebasing: chunk[..<Int(count)])) }
        return count
      }
      if count > 0 {
        takeLines()
        if count < 1 << 16 { return }
      } else if count == -Int64(EAGAIN) {
        return
      } else {
        let reason = count == 0 ? "QEMU closed it" : String(cString: strerror(Int32(-count)))
        perform(machine.endOfStream(reason))
      }
    }
  }

  private func takeLines() {
    while ending == nil {
      guard let actions = lines.takeLine({ machine.receive($0) }) else { break }
      perform(actions)
    }
    if lines.isOverflowing {
      end(QMPError(.notQMP, "the peer sent a line of more than \(LineBuffer.limit) bytes"))
    }
  }

  private func write(_ line: String) {
    let wasIdle = unsent.isEmpty
    unsent.append(line, passing: passing.map { [$0] } ?? [])
    if wasIdle { flush() }
  }

  private func flush() {
    while !unsent.isEmpty {
      let sent = unsent.withNext { bytes, descriptors in
        clinux_send(socket.number, bytes.baseAddress, bytes.count, descriptors, descriptors.count)
      }
      if sent >= 0 {
        unsent.removeFirst(Int(sent))
        continue
      }
      // What QEMU said before it died is still to be read: the end of the stream tells the rest.
      if sent != -Int64(EAGAIN) { unsent = OutgoingLines() }
      break
    }
    let events = unsent.isEmpty ? clinux_event_readable : clinux_event_readable | clinux_event_writable
    EventLoop.shared.rewatch(socket.number, events)
  }
}
