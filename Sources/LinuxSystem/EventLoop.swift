import CLinux
import Glibc
import Synchronization

/// A thread that waits for descriptors and deadlines, and runs the actors that use it as their executor.
///
/// A reply is read, parsed and returned to the waiting task without a switch of threads if that task also runs on this
/// loop. No code that blocks may run on ``shared``.
package final class EventLoop: SerialExecutor, TaskExecutor {
  /// The loop that sessions and virtual machines run on.
  package static let shared = EventLoop()
  /// A separate loop for calls that may block, such as reading /proc of a process that hangs.
  package static let blocking = EventLoop()

  package typealias Handler = @Sendable (_ events: UInt32) -> Void

  private struct State {
    var jobs: [UnownedJob] = []
    var calls: [@Sendable () -> Void] = []
    /// The handlers; the index is the descriptor. The array stays short, because the kernel assigns the lowest free
    /// number.
    var watchers: [Handler?] = []
    var timers = TimerQueue()
    /// The time at which the timer expires; nil if it is not set. It may be earlier than the next deadline.
    var expiry: ContinuousClock.Instant?
    var isWakePending = false

    func handler(of descriptor: Int32) -> Handler? {
      watchers.indices.contains(Int(descriptor)) ? watchers[Int(descriptor)] : nil
    }

    mutating func setHandler(of descriptor: Int32, _ handler: Handler?) {
      guard descriptor >= 0 else { return }
      while watchers.count <= descriptor { watchers.append(nil) }
      watchers[Int(descriptor)] = handler
    }
  }

  private let epoll: Int32
  private let wake: Int32
  private let timer: Int32
  private let thread: Atomic<UInt>
  private let state = Mutex(State())

  private init() {
    epoll = clinux_epoll_create()
    wake = clinux_eventfd()
    timer = clinux_timer()
    thread = Atomic(0)
    precondition(epoll >= 0 && wake >= 0 && timer >= 0, "this process cannot open another descriptor")
    _ = clinux_epoll_add(epoll, wake, clinux_event_readable)
    _ = clinux_epoll_add(epoll, timer, clinux_event_readable)
    startThread { self.run() }
  }
}

// MARK: - Running

extension EventLoop {
  private func run() {
    thread.store(UInt(pthread_self()), ordering: .releasing)
    var events = [clinux_event](repeating: clinux_event(), count: 64)
    var jobs: [UnownedJob] = []
    while true {
      let isIdle = runJobs(&jobs)
      let count = clinux_epoll_wait(epoll, &events, Int32(events.count), isIdle)
      for index in 0..<Int(max(count, 0)) { dispatch(events[index]) }
    }
  }

  /// Runs the queued jobs, and some of those that they enqueue. The number of rounds is limited, so that an endless
  /// sequence of jobs does not delay sockets and deadlines.
  /// - Parameter jobs: an empty array; it is swapped with the queue, so that both keep their capacity.
  /// - Returns: `true` if nothing is queued.
  private func runJobs(_ jobs: inout [UnownedJob]) -> Bool {
    for _ in 0..<16 {
      let calls = state.withLock { state -> [@Sendable () -> Void] in
        swap(&state.jobs, &jobs)
        if state.calls.isEmpty { return [] }
        defer { state.calls = [] }
        return state.calls
      }
      if jobs.isEmpty && calls.isEmpty { return true }
      for job in jobs {
        unsafe job.runSynchronously(
          isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
      }
      jobs.removeAll(keepingCapacity: true)
      for call in calls { call() }
    }
    return false
  }

  private func dispatch(_ event: clinux_event) {
    if event.descriptor == wake {
      // The order matters: a wake-up between the two calls is not signalled, but its job runs before the loop waits
      // again.
      _ = clinux_eventfd_clear(wake)
      state.withLock { $0.isWakePending = false }
    } else if event.descriptor == timer {
      runExpiredTimers()
    } else {
      state.withLock { $0.handler(of: event.descriptor) }?(event.events)
    }
  }

  private func runExpiredTimers() {
    _ = clinux_timer_clear(timer)
    let due = state.withLock { state in
      state.expiry = nil
      let due = state.timers.takeDue(.now)
      armTimer(&state)
      return due
    }
    for fire in due { fire() }
  }

  /// Sets the timer if it would expire after the next deadline. Most deadlines are cancelled before they are reached,
  /// so a cancellation does not set the timer again; nor does a new deadline that is later than the expiry.
  private func armTimer(_ state: inout State) {
    guard let next = state.timers.next, state.expiry.map({ next < $0 }) ?? true else { return }
    state.expiry = next
    _ = clinux_timer_set(timer, (next - .now).nanoseconds)
  }

  private func wakeUp(_ state: inout State) {
    if state.isWakePending || isOnLoopThread { return }
    state.isWakePending = true
    _ = clinux_eventfd_signal(wake)
  }

  private var isOnLoopThread: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }
}

// MARK: - Executor

extension EventLoop {
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { state in
      state.jobs.append(job)
      wakeUp(&state)
    }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  package func isIsolatingCurrentContext() -> Bool? { isOnLoopThread }

  package func checkIsolated() {
    precondition(isOnLoopThread, "called off the event loop")
  }
}

// MARK: - Descriptors and deadlines

extension EventLoop {
  /// Calls the handler on the loop's thread whenever the descriptor has one of the events.
  package func watch(
    _ descriptor: Int32, _ events: UInt32, _ handler: @escaping Handler
  ) throws(SystemError) {
    state.withLock { $0.setHandler(of: descriptor, handler) }
    let result = clinux_epoll_add(epoll, descriptor, events)
    if result < 0 { state.withLock { $0.setHandler(of: descriptor, nil) } }
    _ = try checked(result, "epoll_ctl")
  }

  /// Changes the events that a descriptor is watched for.
  package func modifyWatch(_ descriptor: Int32, _ events: UInt32) {
    _ = clinux_epoll_modify(epoll, descriptor, events)
  }

  /// Stops watching a descriptor; call this before you close the descriptor.
  package func unwatch(_ descriptor: Int32) {
    _ = clinux_epoll_remove(epoll, descriptor)
    state.withLock { $0.setHandler(of: descriptor, nil) }
  }

  /// Calls the handler on the loop's thread at the deadline, unless the timer is cancelled first.
  package func schedule(at deadline: ContinuousClock.Instant, _ fire: @escaping @Sendable () -> Void)
    -> TimerID
  {
    state.withLock { state in
      let timer = state.timers.insert(deadline, fire)
      armTimer(&state)
      return timer
    }
  }

  /// Cancels a timer; one that has fired is ignored.
  package func cancel(_ timer: TimerID) {
    state.withLock { $0.timers.remove(timer) }
  }

  /// Runs a closure on the loop's thread.
  package func perform(_ body: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.calls.append(body)
      wakeUp(&state)
    }
  }
}

extension Duration {
  /// The duration in whole nanoseconds; `Int64.max` if it does not fit.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : whole + attoseconds / 1_000_000_000
  }
}
