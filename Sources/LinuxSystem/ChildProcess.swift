import CLinux
import Glibc

/// A process and its pidfd, which, unlike a pid, never refers to another process.
///
/// It is a child of this process, or one that ``adopt(_:)`` has opened.
package final class ChildProcess: Sendable {
  package let identity: ProcessIdentity
  private let shared: SharedDescriptor
  private let ending = Promise<ProcessEnd>()

  private init(
    identity: ProcessIdentity, handle: consuming Descriptor, isChild: Bool
  ) throws(SystemError) {
    self.identity = identity
    shared = SharedDescriptor(handle)
    let number = shared.descriptor.number
    // A child must be reaped, even if this is the last reference to it.
    let child = isChild ? self : nil
    try EventLoop.shared.watch(number, clinux_event_readable) { [weak self] _ in
      EventLoop.shared.unwatch(number)
      (child ?? self)?.recordExit()
    }
  }

  deinit {
    disown()
    EventLoop.shared.unwatch(number)
  }

  /// Lets QEMU continue to run after this process has ended.
  package func disown() { UnfinishedProcesses.remove(pid, descriptor: number) }

  package var pid: Int32 { identity.pid }

  /// The pidfd, which another process may get.
  package func sharedHandle() -> SharedDescriptor { shared }

  private var number: Int32 { shared.descriptor.number }

  /// The exit of the process; nil while it is running.
  package var end: ProcessEnd? { ending.current }

  /// A Boolean value that indicates whether the process has exited, even if ``end`` is not known yet.
  package var hasExited: Bool { clinux_poll(number, Int16(POLLIN), 0) > 0 }

  /// Waits for the process to exit; nil if the timeout expires or the task is cancelled.
  package func waitForEnd(within timeout: Duration? = nil) async -> ProcessEnd? {
    await ending.value(within: timeout)
  }

  /// Sends a signal; it has no effect if the process has ended.
  package func send(signal: Int32) throws(SystemError) {
    let result = clinux_pidfd_send_signal(number, signal)
    if result == -ESRCH { return }
    _ = try checked(result, "signal \(signal) to process \(pid)")
  }

  private func recordExit() {
    disown()
    var end = clinux_process_end()
    if clinux_reap(number, &end) == 0 { return ending.fulfil(ProcessEnd(end)) }
    // The child of another process: /proc has the status until it is reaped, the descriptor afterwards (Linux 6.15).
    let isReaped = clinux_pidfd_end(number, &end) == 0
    if !isReaped, let end = ProcessEnd(ofZombie: identity) { return ending.fulfil(end) }
    // It may have been reaped between the two attempts.
    let isKnown = isReaped || clinux_pidfd_end(number, &end) == 0
    ending.fulfil(isKnown ? ProcessEnd(end) : .unknown)
  }
}

extension ChildProcess {
  /// A descriptor of this process, and its number in the child process.
  package struct PassedDescriptor {
    package let source: Int32
    package let target: Int32
    /// Keeps the descriptor open until the child exists.
    private let owner: SharedDescriptor?

    package init(_ source: Int32, as target: Int32) {
      self.source = source
      self.target = target
      owner = nil
    }

    package init(_ shared: SharedDescriptor, as target: Int32) {
      source = shared.descriptor.number
      self.target = target
      owner = shared
    }
  }

  /// Starts a program in its own session, with the passed descriptors and no others.
  package static func spawn(
    _ program: String, _ arguments: [String], environment: ProcessEnvironment,
    passing descriptors: [PassedDescriptor]
  ) throws(SystemError) -> ChildProcess {
    try spawn(program, arguments, environment, descriptors, endsWithParent: false)
  }

  /// Starts a program as ``spawn(_:_:environment:passing:)`` does, which outlives this process.
  /// - Returns: its pid. It is reaped when it exits.
  package static func spawnDetached(
    _ program: String, _ arguments: [String], environment: ProcessEnvironment,
    passing descriptors: [PassedDescriptor]
  ) throws(SystemError) -> Int32 {
    let process = try spawn(program, arguments, environment, descriptors, endsWithParent: false)
    process.disown()
    return process.pid
  }

  /// Starts a program as ``spawn(_:_:environment:passing:)`` does; the kernel kills it when this process ends.
  package static func spawnEndingWithThisProcess(
    _ program: String, _ arguments: [String], environment: ProcessEnvironment,
    passing descriptors: [PassedDescriptor]
  ) async throws(SystemError) -> ChildProcess {
    // PR_SET_PDEATHSIG applies to the thread that spawns; the thread of the event loop does not end.
    try await withTaskExecutorPreference(EventLoop.shared) { () async throws(SystemError) in
      try spawn(program, arguments, environment, descriptors, endsWithParent: true)
    }
  }

  /// A child that waits for permission to execute its program.
  ///
  /// The child exits if this value is destroyed, or if this process ends: a program runs only if it is recorded.
  package struct Waiting: ~Copyable {
    package let process: ChildProcess
    private var waiting: clinux_waiting
    private let program: String

    fileprivate init(_ process: ChildProcess, _ waiting: clinux_waiting, _ program: String) {
      self.process = process
      self.waiting = waiting
      self.program = program
    }

    deinit {
      var waiting = waiting
      clinux_discard_waiting(&waiting, process.pid)
    }

    /// Sets the soft limit of the program's core dumps to 0; the program can raise it again.
    ///
    /// If the kernel refuses this, the limit is not changed.
    package func limitCoreDumps() { _ = clinux_limit_core_dumps(process.pid) }

    /// Executes the program, and returns after `execve` has succeeded or failed.
    package consuming func execute() throws(SystemError) -> ChildProcess {
      _ = try checked(clinux_execute_waiting(&waiting), "execute \"\(program)\"")
      return process
    }
  }

  /// Makes a child as ``spawn(_:_:environment:passing:)`` does, but one that waits before it executes the program.
  /// - Parameter directory: its working directory; nil for that of this process.
  package static func spawnWaiting(
    _ program: String, _ arguments: [String], environment: ProcessEnvironment,
    directory: SharedDescriptor? = nil,
    passing descriptors: [PassedDescriptor]
  ) throws(SystemError) -> Waiting {
    var (waiting, pid) = (clinux_waiting(), Int32(0))
    do throws(SystemError) {
      let process = try spawn(program, arguments, environment, descriptors) { argv, envp, passed in
        pid = clinux_spawn_waiting(
          program, argv, envp, directory?.descriptor.number ?? -1, passed, passed.count, &waiting)
        return pid
      }
      return Waiting(process, waiting, program)
    } catch {
      if pid > 0 { clinux_discard_waiting(&waiting, pid) }
      throw error
    }
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ environment: ProcessEnvironment,
    _ descriptors: [PassedDescriptor],
    endsWithParent: Bool
  ) throws(SystemError) -> ChildProcess {
    try spawn(program, arguments, environment, descriptors) { argv, envp, passed in
      clinux_spawn(program, argv, envp, passed, passed.count, endsWithParent)
    }
  }

  private typealias CStrings = UnsafePointer<UnsafeMutablePointer<CChar>?>

  private static func spawn(
    _ program: String, _ arguments: [String], _ environment: ProcessEnvironment,
    _ descriptors: [PassedDescriptor],
    by call: (_ argv: CStrings, _ envp: CStrings, _ passed: [clinux_passed_descriptor]) -> Int32
  ) throws(SystemError) -> ChildProcess {
    let passed = descriptors.map { clinux_passed_descriptor(source: $0.source, target: $0.target) }
    let pid = withCStrings(([program] + arguments).map { Array($0.utf8) }) { argv in
      withCStrings(environment.variables) { envp in
        DescriptorLimit.withOriginal { withExtendedLifetime(descriptors) { call(argv, envp, passed) } }
      }
    }
    _ = try checked(pid, "execute \"\(program)\"")
    do throws(SystemError) {
      return try open(child: pid)
    } catch {
      // The pid cannot be reused before the child is reaped.
      kill(pid, SIGKILL)
      while waitpid(pid, nil, 0) < 0, errno == EINTR {}
      throw error
    }
  }

  /// Starts a program with an environment of strings.
  package static func spawn(
    _ program: String, _ arguments: [String], environment: [String], passing descriptors: [PassedDescriptor]
  ) throws(SystemError) -> ChildProcess {
    try spawn(program, arguments, environment: ProcessEnvironment(environment), passing: descriptors)
  }

  private static func open(child pid: Int32) throws(SystemError) -> ChildProcess {
    let handle = Descriptor(owning: try checked(clinux_pidfd_open(pid), "pidfd_open \(pid)"))
    guard let identity = ProcessIdentity(reading: pid) else {
      throw SystemError(errno, "read /proc/\(pid)/stat")
    }
    let process = try ChildProcess(identity: identity, handle: handle, isChild: true)
    UnfinishedProcesses.insert(pid, descriptor: process.number)
    return process
  }

  /// Opens a recorded process.
  /// - Returns: the process; nil if it has ended, even if its pid is in use again.
  package static func adopt(_ identity: ProcessIdentity) throws(SystemError) -> ChildProcess? {
    let result = clinux_pidfd_open(identity.pid)
    // A thread may have the number now: newer kernels return ENOENT, older ones EINVAL.
    if [-ESRCH, -ENOENT, -EINVAL].contains(result) { return nil }
    let handle = Descriptor(owning: try checked(result, "pidfd_open \(identity.pid)"))
    // This is read after the descriptor was opened: from then on the pid cannot be reused unnoticed.
    guard let now = ProcessIdentity(reading: identity.pid), let stat = ProcessStat(pid: identity.pid) else {
      let number = errno
      // A process that cannot be read has not necessarily ended.
      if clinux_pidfd_send_signal(handle.number, 0) == -ESRCH { return nil }
      throw SystemError(number, "read /proc/\(identity.pid)/stat")
    }
    if now == identity, stat.isZombie {
      // Its other threads may still be exiting, and hold its files until then.
      _ = clinux_poll(handle.number, Int16(POLLIN), Duration.seconds(1).nanoseconds)
    }
    if now != identity || stat.isZombie { return nil }
    return try ChildProcess(identity: identity, handle: handle, isChild: false)
  }
}

/// Calls a closure with a NULL-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0.map(CChar.init(bitPattern:)) + [0]) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return body(&pointers)
}
