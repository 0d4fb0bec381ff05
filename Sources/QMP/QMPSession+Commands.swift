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
    try await executeAll([(command, arguments)], deadline: deadline)[0].get()
  }

  /// Executes commands in order without waiting for one reply before the next is sent.
  /// - Parameters:
  ///   - commands: wire names and arguments.
  ///   - deadline: how long all of the replies may take, from now; by default the longest that ``Options/deadlines`` say of one.
  /// - Returns: a result for each command, in their order.
  public func executeAll(
    _ commands: [(name: String, arguments: JSONObject)], deadline: Duration? = nil
  ) async -> [Result<JSON, QMPError>] {
    await submit(
      commands.map { Submission(name: $0.name, arguments: $0.arguments) }, deadline: deadline)
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
    return try await submit([submission], deadline: deadline)[0].get()
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
    return try await submit([submission], deadline: deadline)[0].get()
  }
}

// MARK: - Batches

extension QMPSession {
  /// A command that is to be sent.
  struct Submission: Sendable {
    let name: String
    let arguments: JSONObject
    var passing: SharedDescriptor?
    var isOutOfBand = false
  }

  /// Where the reply to a command belongs.
  struct Waiter {
    let batch: Batch
    let index: Int
  }

  /// Commands that were sent together and are waited for together.
  final class Batch {
    let number: Int
    /// Resumed once: by the last of the results.
    private let continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>
    private var results: [Result<JSON, QMPError>]
    private(set) var missing: Int
    var timer: TimerID?

    init(
      _ number: Int, count: Int, _ continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>
    ) {
      self.number = number
      unsafe self.continuation = continuation
      results = Array(repeating: .success(.null), count: count)
      missing = count
    }

    /// Takes the result of one of the commands; each has one.
    func complete(_ index: Int, _ result: Result<JSON, QMPError>) {
      results[index] = result
      missing -= 1
      if missing > 0 { return }
      if let timer { EventLoop.shared.cancel(timer) }
      unsafe continuation.resume(returning: results)
    }
  }

  func submit(_ commands: [Submission], deadline: Duration?) async -> [Result<JSON, QMPError>] {
    if commands.isEmpty { return [] }
    let deadline =
      deadline ?? commands.reduce(.zero) { max($0, options.deadlines.deadline(for: $1.name)) }
    batchCount += 1
    let number = batchCount
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { unsafe begin(number, commands, deadline, $0) }
    } onCancel: {
      cancel(number)
    }
  }

  private func begin(
    _ number: Int, _ commands: [Submission], _ deadline: Duration,
    _ continuation: UnsafeContinuation<[Result<JSON, QMPError>], Never>
  ) {
    let batch = unsafe Batch(number, count: commands.count, continuation)
    let isCancelled = Task.isCancelled
    for (index, command) in commands.enumerated() {
      send(command, Waiter(batch: batch, index: index), isCancelled)
    }
    if batch.missing > 0 { setTimer(batch, deadline) }
    if !isAwaitingRoom { flush() }
  }

  private nonisolated func cancel(_ number: Int) {
    EventLoop.shared.perform { [weak self] in
      self?.assumeIsolated { session in
        session.giveUp(number) { QMPError(.cancelled, "\($0): its task was cancelled") }
      }
    }
  }

  private func send(_ command: Submission, _ waiter: Waiter, _ isCancelled: Bool) {
    do throws(QMPError) {
      if let ending { throw ending.regarding("\(command.name) was not sent") }
      if isCancelled { throw QMPError(.cancelled, "\(command.name) was not sent: its task is cancelled") }
      let (id, line) = try machine.submit(
        command.name, command.arguments, isOutOfBand: command.isOutOfBand)
      waiters[id] = waiter
      if let line { enqueue(line, of: id, command) }
    } catch {
      waiter.batch.complete(waiter.index, .failure(error))
    }
  }

  private func setTimer(_ batch: Batch, _ deadline: Duration) {
    let number = batch.number
    batch.timer = EventLoop.shared.schedule(at: .now + deadline) { [weak self] in
      self?.assumeIsolated { session in
        session.giveUp(number) { QMPError(.timedOut, "\($0) within \(deadline)") }
      }
    }
  }

  /// Stops waiting for what is missing of a batch.
  private func giveUp(_ number: Int, _ error: (_ what: String) -> QMPError) {
    giveUp(Set(waiters.filter { $0.value.batch.number == number }.keys), error)
    // What waited behind a command that is not sent any more may go.
    if !isAwaitingRoom { flush() }
  }

  /// Stops waiting for commands; those that were not sent never will be.
  /// - Parameter error: what it means that a command "was not sent" or "was not answered".
  func giveUp(_ ids: Set<SessionMachine.RequestID>, _ error: (_ what: String) -> QMPError) {
    let unsent = unsent.forget(ids)
    for id in ids {
      let isUnsent = unsent.contains(id) || machine.isWaiting(id)
      let command = machine.command(id) ?? "a command"
      machine.abandon(id, isUnsent: isUnsent)
      finish(id, .failure(error(isUnsent ? "\(command) was not sent" : "\(command) was not answered")))
    }
  }

  /// The commands that wait for their replies, oldest first, for an error's evidence.
  var inFlight: [String] {
    let order = waiters.sorted {
      ($0.value.batch.number, $0.value.index) < ($1.value.batch.number, $1.value.index)
    }
    if order.isEmpty { return [] }
    let names = order.prefix(8).compactMap { machine.command($0.key) }.joined(separator: ", ")
    return ["in flight: \(names)" + (order.count > 8 ? " and \(order.count - 8) more" : "")]
  }

  func finish(_ id: SessionMachine.RequestID, _ result: Result<JSON, QMPError>) {
    if let waiter = waiters.removeValue(forKey: id) { waiter.batch.complete(waiter.index, result) }
  }
}
