import CLinux
import Glibc
import QEMUSupervision

/// The QEMU process, a child of this process or one that was adopted.
final class QEMUProcess {
  let pid: Int32
  /// The id of the run, which is a part of the names of its files.
  let run: String
  private let handle: Handle
  private let poller: Poller
  private let outOfMemory: OutOfMemoryCounter
  private var waiting: clinux_waiting?

  /// Makes the value for a child that waits to execute QEMU.
  init?(pid: Int32, run: String, waiting: clinux_waiting, _ poller: Poller) {
    guard let handle = Handle(clinux_pidfd_open(pid)) else { return nil }
    self.pid = pid
    self.run = run
    self.handle = handle
    self.poller = poller
    self.waiting = waiting
    outOfMemory = OutOfMemoryCounter(pid: pid)
  }

  /// Makes the value for a running QEMU.
  init(pid: Int32, run: String, pidfd: Handle, _ poller: Poller) {
    self.pid = pid
    self.run = run
    handle = pidfd
    self.poller = poller
    outOfMemory = OutOfMemoryCounter(pid: pid)
  }

  deinit { poller.unwatch(handle.number) }

  /// Calls a function when the process has exited.
  func onExit(_ body: @escaping () -> Void) {
    poller.watch(handle.number, clinux_event_readable) { [unowned self] _ in
      poller.unwatch(handle.number)
      body()
    }
  }

  /// Lets the child execute QEMU.
  /// - Returns: 0, or the number of the error.
  func execute() -> Int32 {
    guard waiting != nil else { return ESRCH }
    var child = waiting ?? clinux_waiting()
    waiting = nil
    return -clinux_execute_waiting(&child)
  }

  /// Lets the waiting child exit, and reaps it.
  func discard() {
    guard var child = waiting else { return }
    waiting = nil
    clinux_discard_waiting(&child, pid)
    _ = exit
  }

  /// Sends a signal; it has no effect if the process has exited.
  /// - Returns: 0, or the number of the error.
  func send(_ signal: Int32) -> Int32 {
    let result = clinux_pidfd_send_signal(handle.number, signal)
    return result == -ESRCH ? 0 : -result
  }

  /// The exit of the process, which is reaped if it is a child. Unknown while it is running, or if the kernel does not
  /// keep the status of another process's child.
  var exit: Exit {
    var end = clinux_process_end()
    if clinux_reap(handle.number, &end) == 0 { return Exit(end) }
    // The child of another process: /proc has the status until it is reaped, the descriptor afterwards (Linux 6.15).
    if let exit = Exit(ofZombie: pid) { return exit }
    return clinux_pidfd_end(handle.number, &end) == 0 ? Exit(end) : .unknown
  }

  /// The number of processes of its cgroup that the OOM killer killed, before the run and until now; nil if unknown.
  var oomKills: (before: Int, after: Int)? { outOfMemory.counts }
}

extension Exit {
  /// Makes the value of an exit that the kernel reported.
  init(_ end: clinux_process_end) {
    self = end.signalled != 0 ? .signalled(end.status, coreDumped: end.core_dumped != 0) : .exited(end.status)
  }
}

extension Exit {
  /// Reads the status of a process that its parent has not reaped; nil if it is not one. Users who may not examine the
  /// process read 0.
  fileprivate init?(ofZombie pid: Int32) {
    let stat = contents(of: "/proc/\(pid)/stat")
    guard let name = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(name + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 49, fields[0].first == UInt8(ascii: "Z"),
      let status = Int32(String(decoding: fields[49].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)),
      status != 0 || access("/proc/\(pid)/io", R_OK) == 0
    else { return nil }
    let signal = status & 0x7F
    self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal, coreDumped: status & 0x80 != 0)
  }
}

/// The number of processes of a cgroup that the kernel killed because of the memory limit.
private struct OutOfMemoryCounter {
  private let path: String?
  private let start: Int

  init(pid: Int32) {
    path = Self.path(ofCgroupOf: pid)
    start = path.map(Self.count) ?? 0
  }

  var counts: (before: Int, after: Int)? { path.map { (start, Self.count($0)) } }

  private static func path(ofCgroupOf pid: Int32) -> String? {
    let lines = contents(of: "/proc/\(pid)/cgroup").split(separator: UInt8(ascii: "\n"))
    for line in lines {
      let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let group = String(decoding: parts[2], as: UTF8.self)
      let controllers = parts[1].split(separator: UInt8(ascii: ","))
      if controllers.contains(where: { $0.elementsEqual("memory".utf8) }) {
        return "/sys/fs/cgroup/memory\(group)/memory.oom_control"
      }
      let unified = "/sys/fs/cgroup\(group)/memory.events"
      if parts[1].isEmpty, access(unified, R_OK) == 0 { return unified }
    }
    return nil
  }

  private static func count(_ path: String) -> Int {
    for line in contents(of: path).split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count == 2, words[0].elementsEqual("oom_kill".utf8) else { continue }
      return Int(String(decoding: words[1], as: UTF8.self)) ?? 0
    }
    return 0
  }
}
