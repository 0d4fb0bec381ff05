public import QEMUJSON

/// One QMP query: a command and its arguments.
public struct QueryRequest: Sendable, Hashable {
  /// The command's wire name.
  public let command: String
  /// The command's arguments.
  public let arguments: JSONObject

  /// Makes a query.
  public init(_ command: String, _ arguments: JSONObject = [:]) {
    self.command = command
    self.arguments = arguments
  }
}

extension QueryRequest: CustomStringConvertible {
  /// `qom-get /machine type`, as evidence names it.
  public var description: String {
    ([command] + arguments.map { $0.value.stringValue ?? (try? $0.value.serialised()) ?? "?" }).joined(
      separator: " ")
  }

  /// QMP: `qom-get`
  static func property(_ name: String, of path: String) -> QueryRequest {
    QueryRequest("qom-get", ["path": .string(path), "property": .string(name)])
  }

  /// QMP: `qom-list`
  static func children(of path: String) -> QueryRequest {
    QueryRequest("qom-list", ["path": .string(path)])
  }
}

/// The answer to a query.
public enum QueryAnswer: Sendable, Hashable {
  /// The reply's `return` value.
  case value(JSON)
  /// QEMU said no.
  case refused(errorClass: String, description: String)
}

/// A source of evidence on the host about the QEMU process. Each is a text in the form that is given here.
public enum HostSource: String, Sendable, Hashable, CaseIterable {
  /// `/proc/PID/maps` as it is.
  case maps
  /// A line for each writable area of at least 64 KiB, from `/proc/PID/smaps` and `numa_maps`, with a space between: its bounds,
  /// its permissions, the size of its pages in KiB, how much of it is in memory or swapped out in KiB, its flags with commas
  /// between, its policy of memory nodes, its name.
  case memoryAreas = "memory-areas"
  /// A line for each thread: its id, a space, its name.
  case threads
  /// A line for each open descriptor: its number, a space, the device number `MAJOR:MINOR` of what it is open on (`0:0` where
  /// that is no device), a space, what the kernel calls it.
  case descriptors
  /// `/proc/PID/status` as it is.
  case status
  /// The process's user, as lines of a word and a value with a space between: `ids UID:GID`; `name NAME` for each name of that
  /// user; `root DIRECTORY`, where the caller may read it.
  case user
  /// Three numbers with a space between: the seconds since 1970, by how many the host's time of day is ahead of UTC, and for how
  /// many the process lives.
  case clock
  /// A line for each open descriptor: its number, a space, the flags it was opened with in octal, a space, what the kernel
  /// calls it.
  case descriptorFlags = "descriptor-flags"
  /// A line for each open file that several descriptors share, as a descriptor and its duplicates do: their numbers in order,
  /// with a space between.
  case duplicateDescriptors = "duplicate-descriptors"
  /// A line for each IP socket: `tcp`, `tcp6`, `udp` or `udp6`, a space, its own address and port, a space, those it is
  /// connected to.
  case sockets
  /// A line for each Unix socket: its own name, a tab, the name at its other end; what has no name is empty, and a name that is
  /// no
  /// file's begins with `@`.
  case unixSockets = "unix-sockets"
  /// A line for each file from which QEMU reads its configuration unasked: its path, a space, `absent` or `present`.
  case userConfiguration = "user-configuration"
  /// A line for each system call that was looked up in the process's filter: its name, a space, `allow` or `deny`; nothing
  /// where it
  /// has no filter.
  case systemCallFilter = "system-call-filter"
  /// A line for each ``KVMCapability`` of the host's KVM: its number, a space, the answer. Then, where the module has it, the
  /// parameter `enable_pmu`, a space, its value.
  case kvmExtensions = "kvm-extensions"
  /// A line for each call of QEMU to its KVM virtual machine while it started, as its own trace shows it:
  /// `kvm_vm_ioctl type 0xae44, arg 0x400`.
  case kvmCalls = "kvm-calls"
}

extension HostSource {
  /// A Boolean value that indicates whether only root can read it, while the process is stopped for a moment; it is
  /// read with `--deep` only.
  public var needsRoot: Bool { self == .systemCallFilter }
}

/// The answer of the host, or the reason why there is none.
public enum HostAnswer: Sendable, Hashable {
  /// The text.
  case text(String)
  /// This host and this QEMU do not show it; the reason.
  case unavailable(String)
  /// It is there, and this caller could not read it now; the reason, with what would help.
  case unreadable(String)
}

/// The reason why a QEMU cannot be asked over its monitor.
public struct MonitorSilence: Sendable, Hashable {
  /// The reason why there is no answer, and the remedy.
  public let reason: String
  /// A Boolean value that indicates whether another caller, or this one later, could ask.
  public let isTemporary: Bool

  /// Creates a reason.
  /// - Parameters:
  ///   - reason: what is in the way, and what would help.
  ///   - isTemporary: whether another caller, or this one later, could ask.
  public init(_ reason: String, isTemporary: Bool) {
    self.reason = reason
    self.isTemporary = isTemporary
  }
}

/// The evidence about one running QEMU: the answers to queries, and the answers of the host.
///
/// An observation can be written to a file and judged again without the virtual machine.
public struct Observation: Sendable, Hashable {
  /// The answers by query.
  public var answers: [QueryRequest: QueryAnswer] = [:]
  /// The queries that QEMU did not answer in time, each with the reason and what would help.
  public var unanswered: [QueryRequest: String] = [:]
  /// The answers of the host, by source.
  public var host: [HostSource: HostAnswer] = [:]
  /// The global variables that were read.
  public var globals: [GlobalVariable: HostAnswer] = [:]
  /// The targets of paths, as QEMU sees them: the device number `MAJOR:MINOR` (`0:0` where it is no device), a space, the path
  /// without links.
  public var files: [String: HostAnswer] = [:]
  /// The text of QEMU's standard error since it started.
  public var standardError = ""
  /// The size of the host's memory pages, in bytes.
  public var hostPageSize = 4096

  /// The reason why QEMU could not be asked; nil where it was.
  public var silence: MonitorSilence?
  /// The reason why the process does not run, such as a stop signal; nil where it does.
  public var suspension: String?

  /// Nothing seen yet.
  public init() {}
}

/// The evidence that is still to be read.
public struct EvidenceNeeds: Sendable, Hashable {
  /// Queries, in order, each once.
  public internal(set) var queries: [QueryRequest] = []
  /// The sources to read on the host.
  public internal(set) var host: [HostSource] = []
  /// The variables to read in QEMU's memory.
  public internal(set) var globals: [GlobalVariable] = []
  /// Paths that are to be followed.
  public internal(set) var files: [String] = []

  /// A Boolean value that indicates whether nothing is needed.
  public var isEmpty: Bool { queries.isEmpty && isEmptyOfHost }

  /// A Boolean value that indicates whether nothing is needed but answers of QEMU.
  public var isEmptyOfHost: Bool { host.isEmpty && globals.isEmpty && files.isEmpty }

  /// Asks for what another comparison needs, too.
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
