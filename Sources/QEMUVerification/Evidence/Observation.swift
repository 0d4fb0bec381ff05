public import QEMUJSON

/// One QMP query: a command and its arguments.
public struct QueryRequest: Sendable, Hashable {
  /// The command's wire name.
  public let command: String
  /// The command's arguments.
  public let arguments: JSONObject

  /// Creates a query.
  public init(_ command: String, _ arguments: JSONObject = [:]) {
    self.command = command
    self.arguments = arguments
  }
}

extension QueryRequest: CustomStringConvertible {
  /// The text of the query in evidence: `qom-get /machine type`.
  public var description: String {
    ([command] + arguments.map { $0.value.stringValue ?? (try? $0.value.serialized()) ?? "?" }).joined(
      separator: " ")
  }

  /// Returns the query of a property. QMP: `qom-get`
  static func property(_ name: String, of path: String) -> QueryRequest {
    QueryRequest("qom-get", ["path": .string(path), "property": .string(name)])
  }

  /// Returns the query of an object's children. QMP: `qom-list`
  static func children(of path: String) -> QueryRequest {
    QueryRequest("qom-list", ["path": .string(path)])
  }
}

/// The answer to a query.
public enum QueryAnswer: Sendable, Hashable {
  /// The reply's `return` value.
  case value(JSON)
  /// An error reply.
  case refused(errorClass: String, description: String)
}

/// A source of evidence on the host about the QEMU process. Each is a text in the format that is described here.
public enum HostSource: String, Sendable, Hashable, CaseIterable {
  /// The text of `/proc/PID/maps`.
  case maps
  /// A line for each writable area of at least 64 KiB, from `/proc/PID/smaps` and `numa_maps`, with fields separated by
  /// spaces: its bounds, its permissions, its page size in KiB, the amount in memory or swapped out in KiB, its flags
  /// separated by commas, its NUMA policy, its name.
  case memoryAreas = "memory-areas"
  /// A line for each thread: its id, a space, its name.
  case threads
  /// A line for each open descriptor: its number, a space, the device number `MAJOR:MINOR` of its file (`0:0` if it is
  /// not a device), a space, the kernel's name of the file.
  case descriptors
  /// The text of `/proc/PID/status`.
  case status
  /// The process's user, as lines of a name, a space and a value: `ids UID:GID`; `name NAME` for each name of that
  /// user; `root DIRECTORY`, if the caller may read it.
  case user
  /// Three numbers separated by spaces, in seconds: the time since 1970, the offset of the host's time zone from UTC,
  /// and the age of the process.
  case clock
  /// A line for each open descriptor: its number, a space, its open flags in octal, a space, the kernel's name of the
  /// file.
  case descriptorFlags = "descriptor-flags"
  /// A line for each open file that several descriptors share, as a descriptor and its duplicates do: their numbers in
  /// order, separated by spaces.
  case duplicateDescriptors = "duplicate-descriptors"
  /// A line for each IP socket: `tcp`, `tcp6`, `udp` or `udp6`, a space, the local address and port, a space, those of
  /// the peer.
  case sockets
  /// A line for each Unix socket: its own name, a tab, the name of the peer. A socket without a name has an empty one,
  /// and an abstract name begins with `@`.
  case unixSockets = "unix-sockets"
  /// A line for each configuration file that QEMU reads by default: its path, a space, `absent` or `present`.
  case userConfiguration = "user-configuration"
  /// A line for each system call that was looked up in the process's filter: its name, a space, `allow` or `deny`;
  /// empty if the process has no filter.
  case systemCallFilter = "system-call-filter"
  /// A line for each ``KVMCapability`` of the host's KVM: its number, a space, the answer. Then, if the module has it,
  /// the parameter `enable_pmu`, a space, its value.
  case kvmExtensions = "kvm-extensions"
  /// A line for each call of QEMU to its KVM virtual machine during the start, from QEMU's trace:
  /// `kvm_vm_ioctl type 0xae44, arg 0x400`.
  case kvmCalls = "kvm-calls"
}

extension HostSource {
  /// A Boolean value that indicates whether only root can read it, which briefly stops the process; it is read only
  /// with `--deep`.
  public var needsRoot: Bool { self == .systemCallFilter }
}

/// The answer of the host, or the reason why there is none.
public enum HostAnswer: Sendable, Hashable {
  /// The text.
  case text(String)
  /// The reason why this host and this QEMU do not show it.
  case unavailable(String)
  /// The reason why it exists, but could not be read now, with a remedy.
  case unreadable(String)
}

/// The reason why a QEMU cannot be queried over its monitor.
public struct MonitorUnavailability: Sendable, Hashable {
  /// The reason why there is no reply, and the remedy.
  public let reason: String
  /// A Boolean value that indicates whether another process, or this one later, could query it.
  public let isTemporary: Bool

  /// Creates a reason.
  /// - Parameters:
  ///   - reason: the reason and the remedy.
  ///   - isTemporary: whether another caller, or this one later, could query it.
  public init(_ reason: String, isTemporary: Bool) {
    self.reason = reason
    self.isTemporary = isTemporary
  }
}

/// The evidence about one running QEMU: its replies to queries, and the answers of the host.
///
/// An observation can be written to a file and judged again without the virtual machine.
public struct Observation: Sendable, Hashable {
  /// The answers by query.
  public var answers: [QueryRequest: QueryAnswer] = [:]
  /// The queries that QEMU did not answer in time, each with the reason and the remedy.
  public var unanswered: [QueryRequest: String] = [:]
  /// The answers of the host, by source.
  public var host: [HostSource: HostAnswer] = [:]
  /// The global variables that were read.
  public var globals: [GlobalVariable: HostAnswer] = [:]
  /// The targets of paths in QEMU's root directory: the device number `MAJOR:MINOR` (`0:0` if it is not a device), a
  /// space, the path without links.
  public var files: [String: HostAnswer] = [:]
  /// The text of QEMU's standard error since it started.
  public var standardError = ""
  /// The size of the host's memory pages, in bytes.
  public var hostPageSize = 4096

  /// The reason why QEMU could not be queried; nil if it was.
  public var monitorUnavailability: MonitorUnavailability?
  /// The reason why the process is not executing, such as a stop signal; nil if it is.
  public var stopReason: String?

  /// Creates an empty observation.
  public init() {}
}

/// The evidence that is still to be read.
public struct EvidenceNeeds: Sendable, Hashable {
  /// The queries, in order, each once.
  public internal(set) var queries: [QueryRequest] = []
  /// The sources to read on the host.
  public internal(set) var host: [HostSource] = []
  /// The variables to read in QEMU's memory.
  public internal(set) var globals: [GlobalVariable] = []
  /// The paths to resolve.
  public internal(set) var files: [String] = []

  /// A Boolean value that indicates whether nothing is needed.
  public var isEmpty: Bool { queries.isEmpty && isEmptyOfHost }

  /// A Boolean value that indicates whether only replies of QEMU are needed.
  public var isEmptyOfHost: Bool { host.isEmpty && globals.isEmpty && files.isEmpty }

  /// Adds the needs of another comparison.
  public mutating func add(_ other: EvidenceNeeds) {
    for query in other.queries { add(query) }
    for source in other.host { add(source) }
    for global in other.globals { add(global) }
    for file in other.files { add(file: file) }
  }

  mutating func add(file: String) {
    if !files.contains(file) { files.append(file) }
  }

  mutating func add(_ query: QueryRequest) {
    if !queries.contains(query) { queries.append(query) }
  }

  mutating func add(_ global: GlobalVariable) {
    if !globals.contains(global) { globals.append(global) }
  }

  mutating func add(_ source: HostSource) {
    if !host.contains(source) { host.append(source) }
  }
}
