import Glibc

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
  package static let currentBootID = readProcText("/proc/sys/kernel/random/boot_id")?.split(separator: "\n")
    .first
    .map(String.init)

  /// The PID and time namespaces of this process; nil if /proc does not show them.
  // A kernel may have no time namespaces.
  package static let currentNamespaces = readLink("/proc/self/ns/pid").map {
    "\($0) \(readLink("/proc/self/ns/time") ?? "")"
  }
}
