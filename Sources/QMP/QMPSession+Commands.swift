import Glibc
public import QEMUJSON

extension QMPSession {
  /// Executes a command by its wire name.
  /// - Parameters:
  ///   - command: the wire name, `query-status`.
  ///   - arguments: the command's arguments.
  ///   - deadline: how long the reply may take, from now; by default what ``Options/deadlines`` say.
  /// - Returns: the reply's `return` value.
  /// - Throws: ``QMPError``: `refused` with QEMU's class and words; `timedOut`, `cancelled` and `connectionLost`, after which
  ///   it is unknown whether QEMU executed the command.
  public func execute(
    _ command: String, arguments: JSONObject = [:], deadline: Duration? = nil
  ) async throws(QMPError) -> JSON {
    try await submit(Submission(name: command, arguments: arguments), deadline: deadline).get()
  }

  /// Executes commands in order without waiting for one reply before the next is sent.
  /// - Parameters:
  ///   - commands: wire names and arguments.
  ///   - deadline: how long all of the replies may take, from now; by default the longest that ``Options/deadlines`` say of one.
  /// - Returns: a result for each command, in their order.
  public func executeAll(
    _ commands: [(name: String, arguments: JSONObject)], deadline: Duration? = nil
  ) async -> [Result<JSON, QMPError>] {
    if commands.isEmpty { return [] }
    let patience = deadline ?? options.deadlines.deadline(for: commands.map(\.name))
    let call = nextCall()
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        let batch = unsafe Batch(count: commands.count, continuation)
        let due = ContinuousClock.now + patience
        for (place, command) in commands.enumerated() {
          send(
            Submission(name: command.name, arguments: command.arguments),
            Waiter(call: call, due: due, patience: patience, destination: .batch(batch, place: place)))
        }
        if !isAwaitingRoom { flush() }
      }
    } onCancel: {
      cancel(call)
    }
  }

  /// Executes a command with which a file descriptor travels to QEMU.
  /// - Parameters:
  ///   - command: the wire name, `getfd` or `add-fd`.
  ///   - arguments: the command's arguments.
  ///   - descriptor: an open descriptor of this process; it is duplicated, and stays the caller's.
  ///   - deadline: how long the reply may take, from now; by default what ``Options/deadlines`` say.
  /// - Returns: the reply's `return` value.
  /// - Throws: as ``execute(_:arguments:deadline:)``.
  ///
  /// QMP: `getfd`, `add-fd`
  public func execute(
    _ command: String, arguments: JSONObject = [:], passing descriptor: Int32,
    deadline: Duration? = nil
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
    let submission = Submission(name: command, arguments: arguments, passing: passing)
    return try await submit(submission, deadline: deadline).get()
  }
}

// MARK: - Out of band

extension QMPSession {
  /// Executes a command ahead of those that wait, even while QEMU's main loop is busy.
  /// - Parameters:
  ///   - command: the wire name of one that QEMU allows out of band, `migrate-recover`.
  ///   - arguments: the command's arguments.
  ///   - deadline: how long the reply may take, from now; by default what ``Options/deadlines`` say.
  /// - Throws: as ``execute(_:arguments:deadline:)``; `unsupported` where the session did not enable it.
  ///
  /// QMP: `exec-oob`
  public func executeOutOfBand(
    _ command: String, arguments: JSONObject = [:], deadline: Duration? = nil
  ) async throws(QMPError) -> JSON {
    guard options.isOutOfBandEnabled else {
      throw QMPError(.unsupported, "\(command): this session did not enable out-of-band commands")
    }
    let submission = Submission(name: command, arguments: arguments, isOutOfBand: true)
    return try await submit(submission, deadline: deadline).get()
  }
}

// MARK: - Waiting

extension QMPSession {
  /// A command that is to be sent.
  struct Submission: Sendable {
    let name: String
    let arguments: JSONObject
    var passing: SharedDescriptor?
    var isOutOfBand = false
  }

  /// Who waits for the reply to a command, and how long.
  struct Waiter {
    /// Which call of the session's it belongs to; calls are numbered as they come.
    let call: Int
    let due: ContinuousClock.Instant
    let patience: Duration
    let destination: Destination

    /// Where the reply belongs.
    enum Destination {
      case call(UnsafeContinuation<Result<JSON, QMPError>, Never>)
      case batch(Batch, place: Int)
    }

    /// Which of its call's commands it is.
    var place: Int { if case .batch(_, let place) = destination { place } else { 0 } }

    func complete(_ result: Result<JSON, QMPError>) {
      switch destination {
      case .call(let continuation): unsafe continuation.resume(returning: result)
      case .batch(let batch, let place): batch.complete(place, result)
      }
    }
  }

  /// Commands that were sent together and are waited for together.
  final class Batch {
    /// Resumed once: by the last of the results.
    private let continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>
    private var results: [Result<JSON, QMPError>]
    private var missing: Int

    init(count: Int, _ continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>) {
      unsafe self.continuation = continuation
      results = Array(repeating: .success(.null), count: count)
      missing = count
    }

    /// Takes the result of one of the commands; each has one.
    func complete(_ place: Int, _ result: Result<JSON, QMPError>) {
      results[place] = result
      missing -= 1
      if missing == 0 { unsafe continuation.resume(returning: results) }
    }
  }

  private func submit(_ command: Submission, deadline: Duration?) async -> Result<JSON, QMPError> {
    let patience = deadline ?? options.deadlines.deadline(for: command.name)
    let call = nextCall()
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        send(
          command,
          unsafe Waiter(
            call: call, due: .now + patience, patience: patience, destination: .call(continuation)))
        if !isAwaitingRoom { flush() }
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

// MARK: - Giving up

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

  /// Sees to it that the session looks for commands that are overdue at this time, or earlier.
  ///
  /// A reply takes no alarm back: it would cost each command more than one look too many costs all of them.
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
    giveUp({ $0.due <= now }) { what, waiter in QMPError(.timedOut, "\(what) within \(waiter.patience)") }
    if let next = waiters.entries.map(\.value.due).min() { setAlarm(next) }
  }

  /// Stops waiting for some of the commands.
  private func giveUp(
    _ isMeant: (Waiter) -> Bool, _ error: (_ what: String, Waiter) -> QMPError
  ) {
    giveUp(Set(waiters.entries.filter { isMeant($0.value) }.map(\.id)), error)
    // What waited behind a command that is not sent any more may go.
    if !isAwaitingRoom { flush() }
  }

  /// Stops waiting for commands; those that were not sent never will be.
  /// - Parameter error: what it means that a command "was not sent" or "was not answered".
  func giveUp(_ ids: Set<SessionMachine.RequestID>, _ error: (_ what: String, Waiter) -> QMPError) {
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

  func finish(_ id: SessionMachine.RequestID, _ result: Result<JSON, QMPError>) {
    waiters.remove(id)?.complete(result)
  }
}
