import Glibc
import QMP

/// Names one process for good: a pid alone is reused.
public struct ProcessIdentity: Sendable, Hashable {
  /// The process id.
  public let pid: Int32
  /// The start time, in clock ticks since the host booted.
  public let startTime: UInt64
  /// The id of the host's boot.
  public let bootID: String
  /// The PID and time namespaces in which the pid and the start time count.
  public let namespaces: String

  /// Makes an identity from what was recorded.
  /// - Parameter namespaces: the namespaces in which the pid and the start time count; nil for those of this process.
  public init(pid: Int32, startTime: UInt64, bootID: String, namespaces: String? = nil) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
    self.namespaces = namespaces ?? Self.currentNamespaces ?? ""
  }

  /// Reads the identity of a process that exists now.
  package init?(reading pid: Int32) {
    guard let stat = ProcessStat(pid: pid), let bootID = Self.currentBootID else { return nil }
    self.init(pid: pid, startTime: stat.startTime, bootID: bootID)
  }

  /// The host's boot id.
  static var currentBootID: String? {
    readProcText("/proc/sys/kernel/random/boot_id")?.split(separator: "\n").first.map(String.init)
  }

  /// The PID and time namespaces of this process; nil where /proc does not show them.
  static var currentNamespaces: String? {
    // A kernel without time namespaces has none to show.
    readLink("/proc/self/ns/pid").map { "\($0) \(readLink("/proc/self/ns/time") ?? "")" }
  }
}

/// The fields of /proc/PID/stat.
struct ProcessStat {
  /// The state's letter: R, S, D, T (stopped), Z (zombie), …
  let state: Character
  let startTime: UInt64
  /// The status that `wait` is to return, once the process has ended; 0 also where this user may not read it.
  let waitStatus: Int32

  init?(pid: Int32) {
    guard let text = readProcText("/proc/\(pid)/stat") else { return nil }
    self.init(text: text)
  }

  /// The name in parentheses may hold spaces and parentheses: fields are counted after the last one.
  init?(text: String) {
    guard let close = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: close)...].split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard fields.count > 19, let state = fields[0].first, let startTime = UInt64(fields[19]) else {
      return nil
    }
    self.state = state
    self.startTime = startTime
    waitStatus = fields.count > 49 ? Int32(fields[49]) ?? 0 : 0
  }

  /// A Boolean value that indicates whether a signal or a debugger stopped the process.
  var isStopped: Bool { state == "T" || state == "t" }

  /// Returns the reason why a process does not run; nil where it does.
  static func suspension(of pid: Int32) -> String? {
    switch ProcessStat(pid: pid)?.state {
    case "T": "process \(pid) is stopped by a signal; kill -CONT \(pid) lets it go on"
    case "t": "process \(pid) is stopped by a debugger; detach it"
    default: nil
    }
  }

  /// Ended, and not yet reaped by its parent.
  var isZombie: Bool { state == "Z" || state == "X" }
}

/// Reads a file of /proc or of the host whole; nil where it cannot be opened or read, or is no plain file.
func readProcText(_ path: String) -> String? {
  // Without waiting: a pipe or device in a file's place would never end.
  guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK) else { return nil }
  var status = stat()
  guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return readBytes(file).map { String(decoding: $0, as: UTF8.self) }
}

/// Reads an open file whole, 64 MiB at most; nil where it cannot be read, and `errno` says why.
func readBytes(_ file: borrowing Descriptor) -> [UInt8]? {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 14)
  while bytes.count < 64 << 20 {
    let count = read(file.number, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    if count < 0 { return nil }
    if count == 0 { break }
    bytes.append(contentsOf: chunk[..<count])
  }
  return bytes
}
