import Glibc
package import LinuxSystem
public import QEMUJSON

extension QMPSession {
  /// Executes a command by its wire name.
  /// - Parameters:
  ///   - command: the wire name, `query-status`.
  ///   - arguments: the command's arguments.
  ///   - timeout: the timeout for the reply, from now; by default the one in ``Options/timeouts``.
  /// - Returns: the reply's `return` value.
  /// - Throws: ``QMPError``: `refused` with QEMU's error class and text; `timedOut`, `cancelled` and `connectionLost`,
  ///   after which it is unknown whether QEMU executed the command.
  public func execute(
    _ command: String, arguments: JSONObject = [:], timeout: Duration? = nil
  ) async throws(QMPError) -> JSON {
    try await submit(Submission(name: command, arguments: arguments), timeout: timeout).get()
  }

  /// Executes commands in order, without waiting for the reply to one before it sends the next.
  /// - Parameters:
  ///   - commands: wire names and arguments.
  ///   - timeout: the timeout for all replies, from now; by default the longest of their timeouts in
  ///     ``Options/timeouts``.
  /// - Returns: a result for each command, in their order.
  public func executeAll(
    _ commands: [(name: String, arguments: JSONObject)], timeout: Duration? = nil
  ) async -> [Result<JSON, QMPError>] {
    if commands.isEmpty { return [] }
    let timeout = timeout ?? options.timeouts.timeout(for: commands.map(\.name))
    let call = nextCall()
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        let batch = unsafe Batch(count: commands.count, continuation)
        let due = ContinuousClock.now + timeout
        for (place, command) in commands.enumerated() {
          send(
            Submission(name: command.name, arguments: command.arguments),
            Waiter(call: call, due: due, timeout: timeout, destination: .batch(batch, place: place)))
        }
        if !isAwaitingWritable { flush() }
      }
    } onCancel: {
      cancel(call)
    }
  }

  /// Executes a command and passes a file descriptor to QEMU with it.
  /// - Parameters:
  ///   - command: the wire name, `getfd` or `add-fd`.
  ///   - arguments: the command's arguments.
  ///   - descriptor: an open descriptor of this process. It is duplicated; the caller keeps the original.
  ///   - timeout: the timeout for the reply, from now; by default the one in ``Options/timeouts``.
  /// - Returns: the reply's `return` value.
  /// - Throws: as ``execute(_:arguments:timeout:)``.
  ///
  /// QMP: `getfd`, `add-fd`
  public func execute(
    _ command: String, arguments: JSONObject = [:], passing descriptor: Int32,
    timeout: Duration? = nil
  ) async throws(QMPError) -> JSON {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else {
      throw QMPError(
        .malformedArguments, "\(command): \(descriptor) is not an open descriptor",
        remedy: "pass an open descriptor")
    }
    let passing = SharedDescriptor(Descriptor(owning: copy))
    guard greeting != nil else {
      throw ending ?? QMPError(.connectionLost, "\(command): the session has not been negotiated")
    }
    let submission = Submission(name: command, arguments: arguments, passing: [passing])
    return try await submit(submission, timeout: timeout).get()
  }

  /// Executes a command and passes descriptors with it, at most 16.
  package func execute(
    _ command: String, arguments: JSONObject, passing descriptors: [SharedDescriptor], timeout: Duration
  ) async throws(QMPError) -> JSON {
    let submission = Submission(name: command, arguments: arguments, passing: descriptors)
    return try await submit(submission, timeout: timeout).get()
  }
}

// MARK: - Out of band

extension QMPSession {
  /// Executes a command before those that wait, even while QEMU's main loop is busy.
  /// - Parameters:
  ///   - command: the wire name of a command that QEMU allows out of band, `migrate-recover`.
  ///   - arguments: the command's arguments.
  ///   - timeout: the timeout for the reply, from now; by default the one in ``Options/timeouts``.
  /// - Throws: as ``execute(_:arguments:timeout:)``; `unsupported` if the session did not enable out-of-band commands.
  ///
  /// QMP: `exec-oob`
  public func executeOutOfBand(
    _ command: String, arguments: JSONObject = [:], timeout: Duration? = nil
  ) async throws(QMPError) -> JSON {
    guard options.isOutOfBandEnabled else {
      throw QMPError(.unsupported, "\(command): this session did not enable out-of-band commands")
    }
    let submission = Submission(name: command, arguments: arguments, isOutOfBand: true)
    return try await submit(submission, timeout: timeout).get()
  }
}

// MARK: - Waiting

extension QMPSession {
  /// A command that is to be sent.
  struct Submission: Sendable {
    let name: String
    let arguments: JSONObject
    var passing: [SharedDescriptor] = []
    var isOutOfBand = false
  }

  /// The receiver of the reply to a command, and its timeout.
  struct Waiter {
    /// The number of the call that the command belongs to; the calls of a session are numbered in order.
    let call: Int
    let due: ContinuousClock.Instant
    let timeout: Duration
    let destination: Destination

    /// The receiver of the result.
    enum Destination {
      case call(UnsafeContinuation<Result<JSON, QMPError>, Never>)
      case batch(Batch, place: Int)
    }

    /// The index of the command in its call.
    var place: Int { if case .batch(_, let place) = destination { place } else { 0 } }

    func complete(_ result: Result<JSON, QMPError>) {
      switch destination {
      case .call(let continuation): unsafe continuation.resume(returning: result)
      case .batch(let batch, let place): batch.complete(place, result)
      }
    }
  }

  /// Commands that one call sent and whose results it returns together.
  final class Batch {
    /// Resumed once, with the last result.
    private let continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>
    private var results: [Result<JSON, QMPError>]
    private var missing: Int

    init(count: Int, _ continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>) {
      unsafe self.continuation = continuation
      results = Array(repeating: .success(.null), count: count)
      missing = count
    }

    /// Stores the result of one of the commands; each has one.
    func complete(_ place: Int, _ result: Result<JSON, QMPError>) {
      results[place] = result
      missing -= 1
      if missing == 0 { unsafe continuation.resume(returning: results) }
    }
  }

  private func submit(_ command: Submission, timeout: Duration?) async -> Result<JSON, QMPError> {
    let timeout = timeout ?? options.timeouts.timeout(for: command.name)
    let call = nextCall()
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        send(
          command,
          unsafe Waiter(
            call: call, due: .now + timeout, timeout: timeout, destination: .call(continuation)))
        if !isAwaitingWritable { flush() }
      }
    } onCancel: {
      cancel(call)
    }
  }

  private func nextCall() -> Int {
    callCount += 1
    return callCount
  }

  private func send(_ command: Submission, _ waiter: Waiter) {
    do throws(QMPError) {
      if let ending { throw ending.regarding("\(command.name) was not sent") }
      if Task.isCancelled {
        throw QMPError(.cancelled, "\(command.name) was not sent: its task is cancelled")
      }
      let (id, line) = try machine.submit(
        command.name, command.arguments, isOutOfBand: command.isOutOfBand)
      waiters.insert(waiter, for: id)
      if let line { enqueue(line, of: id, command) }
      setAlarm(waiter.due)
    } catch {
      waiter.complete(.failure(error))
    }
  }
}

// MARK: - Timeouts and cancellation

extension QMPSession {
  private nonisolated func cancel(_ call: Int) {
    EventLoop.shared.perform { [weak self] in
      self?.assumeIsolated { session in
        session.giveUp({ $0.call == call }) { what, _ in
          QMPError(.cancelled, "\(what): its task was cancelled")
        }
      }
    }
  }

  /// Ensures that the session checks for overdue commands at this time or earlier.
  ///
  /// A reply does not cancel the alarm: for every command, that would cost more than one needless check for all of
  /// them.
  private func setAlarm(_ due: ContinuousClock.Instant) {
    if let alarm {
      if alarm.deadline <= due { return }
      EventLoop.shared.cancel(alarm)
    }
    alarm = EventLoop.shared.schedule(at: due) { [weak self] in
      self?.assumeIsolated { $0.giveUpOverdue() }
    }
  }

  private func giveUpOverdue() {
    alarm = nil
    let now = ContinuousClock.now
    giveUp({ $0.due <= now }) { what, waiter in QMPError(.timedOut, "\(what) within \(waiter.timeout)") }
    if let next = waiters.entries.map(\.value.due).min() { setAlarm(next) }
  }

  /// Stops waiting for the commands that match.
  private func giveUp(
    _ isMeant: (Waiter) -> Bool, _ error: (_ what: String, Waiter) -> QMPError
  ) {
    giveUp(Set(waiters.entries.filter { isMeant($0.value) }.map(\.id)), error)
    // Lines behind a command that is no longer sent may be sent now.
    if !isAwaitingWritable { flush() }
  }

  /// Stops waiting for commands; those that were not sent are never sent.
  /// - Parameter error: returns the error for a command that "was not sent" or "was not answered".
  func giveUp(_ ids: Set<SessionStateMachine.RequestID>, _ error: (_ what: String, Waiter) -> QMPError) {
    let unsent = unsent.forget(ids)
    for id in ids {
      let isUnsent = unsent.contains(id) || machine.isWaiting(id)
      let command = machine.command(id) ?? "a command"
      machine.abandon(id, isUnsent: isUnsent)
      guard let waiter = waiters.remove(id) else { continue }
      let what = isUnsent ? "\(command) was not sent" : "\(command) was not answered"
      waiter.complete(.failure(error(what, waiter)))
    }
  }

  /// The commands that wait for their replies, oldest first, for an error's evidence.
  var inFlight: [String] {
    let order = waiters.entries.sorted { ($0.value.call, $0.value.place) < ($1.value.call, $1.value.place) }
    if order.isEmpty { return [] }
    let names = order.prefix(8).compactMap { machine.command($0.id) }.joined(separator: ", ")
    return ["in flight: \(names)" + (order.count > 8 ? " and \(order.count - 8) more" : "")]
  }

  func finish(_ id: SessionStateMachine.RequestID, _ result: Result<JSON, QMPError>) {
    waiters.remove(id)?.complete(result)
  }
}
