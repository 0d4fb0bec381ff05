import Glibc
import QMP

/// The unique identity of a process; a pid alone can be reused.
public struct ProcessIdentity: Sendable, Hashable {
  /// The process id.
  public let pid: Int32
  /// The start time, in clock ticks since the host booted.
  public let startTime: UInt64
  /// The id of the host's boot.
  public let bootID: String
  /// The PID and time namespaces of the pid and the start time.
  public let namespaces: String

  /// Makes an identity from recorded values.
  /// - Parameters:
  ///   - pid: the process id.
  ///   - startTime: the start time, in clock ticks since the host booted.
  ///   - bootID: the id of the host's boot.
  ///   - namespaces: the namespaces of the pid and the start time; nil for those of this process.
  public init(pid: Int32, startTime: UInt64, bootID: String, namespaces: String? = nil) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
    self.namespaces = namespaces ?? Self.currentNamespaces ?? ""
  }

  /// Reads the identity of a process; nil if there is none, and `errno` says why.
  package init?(reading pid: Int32) {
    guard let stat = ProcessStat(pid: pid), let bootID = Self.currentBootID else { return nil }
    self.init(pid: pid, startTime: stat.startTime, bootID: bootID)
  }

  /// The id of the host's current boot; nil if it cannot be read.
  static var currentBootID: String? {
    readProcText("/proc/sys/kernel/random/boot_id")?.split(separator: "\n").first.map(String.init)
  }

  /// The PID and time namespaces of this process; nil if /proc does not show them.
  static var currentNamespaces: String? {
    // A kernel may have no time namespaces.
    readLink("/proc/self/ns/pid").map { "\($0) \(readLink("/proc/self/ns/time") ?? "")" }
  }
}

/// The fields of /proc/PID/stat.
struct ProcessStat {
  /// The letter of the state: R, S, D, T (stopped), Z (zombie), …
  let state: Character
  let startTime: UInt64
  /// The status that `wait` will return, if the process has ended; also 0 if this user may not read it.
  let waitStatus: Int32

  init?(pid: Int32) {
    guard let text = readProcText("/proc/\(pid)/stat") else { return nil }
    self.init(text: text)
  }

  /// Reads the text of the file. The name in parentheses may have spaces and parentheses, so fields are counted from
  /// the last `)`.
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

  /// Returns the reason why a process is stopped; nil if it is not.
  static func suspension(of pid: Int32) -> String? {
    switch ProcessStat(pid: pid)?.state {
    case "T": "process \(pid) is stopped by a signal; continue it with kill -CONT \(pid)"
    case "t": "process \(pid) is stopped by a debugger; detach the debugger"
    default: nil
    }
  }

  /// A Boolean value that indicates whether the process has ended and is not yet reaped by its parent.
  var isZombie: Bool { state == "Z" || state == "X" }
}

/// Reads a whole file of /proc or of the host; nil if it cannot be opened or read, or is not a regular file.
func readProcText(_ path: String) -> String? {
  // O_NONBLOCK: to open a pipe or a device could block.
  guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK) else { return nil }
  var status = stat()
  guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return readBytes(file).map { String(decoding: $0, as: UTF8.self) }
}

/// Reads a whole open file, up to 64 MiB; nil if it cannot be read, and `errno` says why.
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
