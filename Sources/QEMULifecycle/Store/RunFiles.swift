import QMP

/// The names of the files of one run. No two runs of a virtual machine share one, so what a run left tells of it alone.
struct RunFiles: Sendable, Hashable {
  private static let parts = [
    ("qmp-", ".sock"), ("stderr-", ".log"), ("console-", ".log"), ("kvm-calls-", ".log"),
  ]

  /// What the names have in common.
  let id: String

  init(id: String) { self.id = id }

  /// Names the files of a new run.
  ///
  /// QEMU unlinks its socket by name when it ends: a run never uses the name of another.
  init() { self.init(id: String(UInt32.random(in: 0 ... .max), radix: 36)) }

  /// Reads the id out of a file's name; nil where it is no run's.
  init?(file name: String) {
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
  /// What QEMU writes to its standard error. QEMU holds a lock on it for as long as it lives.
  var standardError: String { "stderr-\(id).log" }
  /// What QEMU writes to its standard output, which may be a console.
  var console: String { "console-\(id).log" }
  /// The trace of QEMU's calls to KVM while it started, where there is one.
  var calls: String { "kvm-calls-\(id).log" }
}
