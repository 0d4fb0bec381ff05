/// The names of the files of one run. Every run has its own file names.
struct RunFiles: Sendable, Hashable {
  private static let parts = [
    ("qmp-", ".sock"), ("stderr-", ".log"), ("console-", ".log"), ("console-", ".log.1"),
    ("kvm-calls-", ".log"),
    ("input-", ".fifo"), ("output-", ".fifo"), ("stop-", ".request"),
  ]

  /// The id that is part of each name.
  let id: String

  init(id: String) { self.id = id }

  /// Makes the names for a new run.
  ///
  /// QEMU unlinks its socket by name at its exit, so a run must not use the socket name of another.
  init() { self.init(id: String(UInt32.random(in: 0 ... .max), radix: 36)) }

  /// Reads the id from a file name; nil if it is not one of a run.
  init?(file name: String) {
    if MachineDirectory.supervisorFiles.contains(name) { return nil }
    for (prefix, suffix) in Self.parts where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let id = name.dropFirst(prefix.count).dropLast(suffix.count)
      if !id.isEmpty, id.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isLowercase) }) {
        self.init(id: String(id))
        return
      }
    }
    return nil
  }

  /// The socket of the monitor.
  var socket: String { "qmp-\(id).sock" }
  /// The log of QEMU's standard error. QEMU holds a lock on it while it is running.
  var standardError: String { "stderr-\(id).log" }
  /// The log of QEMU's standard output, which may be the guest's console.
  var console: String { "console-\(id).log" }
  /// The file that records a request to stop if the supervisor does not answer.
  var stopRequest: String { "stop-\(id).request" }
  /// The trace of QEMU's calls to KVM during its start, if there is one.
  var calls: String { "kvm-calls-\(id).log" }
}
