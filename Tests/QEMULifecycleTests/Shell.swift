import CLinux
import Glibc
import QMP

@testable import LinuxSystem
@testable import QEMULifecycle

/// A small program that stands for QEMU, and the socket that is its standard input and output.
struct Shell {
  /// No wait takes as long, unless something is broken.
  static let bound = Duration.seconds(120)

  let process: ChildProcess
  private let socket: SharedDescriptor

  init(_ script: String, _ arguments: [String] = []) throws {
    var ends: [Int32] = [-1, -1]
    _ = try checked(clinux_socket_pair(&ends), "socketpair")
    socket = SharedDescriptor(Descriptor(owning: ends[0]))
    let other = Descriptor(owning: ends[1])
    // The shell waits for what it reads.
    _ = fcntl(other.number, F_SETFL, 0)
    process = try ChildProcess.spawn(
      "/bin/sh", ["-c", script, "sh"] + arguments, environment: ["PATH=/usr/bin:/bin"],
      passing: [.init(other.number, as: 0), .init(other.number, as: 1)])
  }

  /// One that lives until it is ended.
  static func sleeping() throws -> ChildProcess {
    try ChildProcess.spawn("/bin/sleep", ["3600"], environment: [], passing: [])
  }

  func write(_ text: String) throws {
    _ = try checked(clinux_send(socket.descriptor.number, text, text.utf8.count, nil, 0), "write")
  }

  /// The next line that it writes; what has come where it ends first.
  func readLine() throws -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while byte != UInt8(ascii: "\n") {
      var wait = pollfd(fd: socket.descriptor.number, events: Int16(POLLIN), revents: 0)
      if poll(&wait, 1, 30_000) <= 0 { throw SystemError(ETIMEDOUT, "read a line") }
      if try checked(clinux_receive(socket.descriptor.number, &byte, 1), "read a line") == 0 { break }
      line.append(byte)
    }
    return String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

extension ChildProcess {
  /// Ends it, and waits for that.
  func kill() async throws -> ProcessEnd? {
    try send(signal: SIGKILL)
    return await waitForEnd(within: Shell.bound)
  }
}

/// Returns when the event loop has done what it was doing: nothing of it holds a process any longer, and who was about to
/// wait there does.
func visitEventLoop() async { await Task(executorPreference: EventLoop.shared) {}.value }

/// Returns when the event loop has seen every event that has come.
///
/// A turn of the loop takes jobs, then waits, then handles what has come, expired timers among it. The turn in which the first
/// timer expires may have begun before an event came; the next one has it, and is over when the third expires.
func letEventLoopSeeEvents() async {
  let promise = Promise<Bool>()
  _ = EventLoop.shared.schedule(at: .now) {
    _ = EventLoop.shared.schedule(at: .now) {
      _ = EventLoop.shared.schedule(at: .now) { promise.fulfil(true) }
    }
  }
  _ = await promise.value(within: Shell.bound)
  await visitEventLoop()
}

/// Returns whether this process has a child, running or not reaped.
func hasChildren() -> Bool {
  var info = siginfo_t()
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
}

/// Returns the number of open descriptors of this process, including the one that reads the directory.
func openDescriptors() -> Int { entryNames(of: "/proc/self/fd")?.count ?? 0 }
