import CLinux

/// The exit of a process.
public enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
  /// It exited with a code.
  case exited(code: Int32)
  /// A signal ended it.
  case signalled(Int32, coreDumped: Bool)
  /// It has exited; it was not a child of this process, and the kernel does not report its status.
  case unknown

  init(_ end: clinux_process_end) {
    self =
      end.signalled != 0
      ? .signalled(end.status, coreDumped: end.core_dumped != 0) : .exited(code: end.status)
  }

  /// Reads the exit of a process from its /proc entry, which remains until its parent has reaped it; nil if the process
  /// is not a zombie, or if this user may not read its status.
  package init?(ofZombie identity: ProcessIdentity) {
    guard ProcessIdentity(reading: identity.pid) == identity, let stat = ProcessStat(pid: identity.pid),
      stat.isZombie,
      // To users without permission the kernel shows a status of 0, and refuses to open this file.
      stat.waitStatus != 0 || readProcText("/proc/\(identity.pid)/io") != nil
    else { return nil }
    self.init(waitStatus: stat.waitStatus)
  }

  /// Decodes a status of `wait`: the signal in the low seven bits, else the exit code in the second byte.
  package init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self =
      signal == 0
      ? .exited(code: waitStatus >> 8 & 0xFF) : .signalled(signal, coreDumped: waitStatus & 0x80 != 0)
  }

  /// The status that a shell reports: the exit code, or 128 plus the signal's number; nil if the exit is unknown.
  public var shellStatus: Int32? {
    switch self {
    case .exited(let code): code
    case .signalled(let number, _): 128 + number
    case .unknown: nil
    }
  }

  /// The exit as a text: `exit status 1`, `signal 9 (SIGKILL)`.
  public var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let number, let coreDumped):
      "signal \(number)\(Self.name(ofSignal: number).map { " (\($0))" } ?? "")"
        + (coreDumped ? ", core dumped" : "")
    case .unknown: "exit status unknown"
    }
  }

  /// Returns a signal's name, such as `SIGKILL`; nil if it is not known.
  public static func name(ofSignal number: Int32) -> String? {
    let names: [Int32: String] = [
      1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS",
      8: "SIGFPE",
      9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
      24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
    return names[number]
  }
}
