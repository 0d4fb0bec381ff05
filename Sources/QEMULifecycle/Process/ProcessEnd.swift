import CLinux

/// The exit of a process.
public enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
  /// It exited with a code.
  case exited(code: Int32)
  /// A signal ended it.
  case signalled(Int32, coreDumped: Bool)
  /// It is gone; it was not this process's child, and this kernel does not tell.
  case unknown

  init(_ end: clinux_process_end) {
    self =
      end.signalled != 0
      ? .signalled(end.status, coreDumped: end.core_dumped != 0) : .exited(code: end.status)
  }

  /// Reads how a process ended from its /proc entry, which stays until its parent has reaped it.
  ///
  /// - Returns: nil where the process is not a zombie, or where this user may not read it.
  init?(ofZombie identity: ProcessIdentity) {
    guard ProcessIdentity(reading: identity.pid) == identity, let stat = ProcessStat(pid: identity.pid),
      stat.isZombie,
      // The kernel shows a status of 0 to those who may not know it, and refuses this file to them.
      stat.waitStatus != 0 || readProcText("/proc/\(identity.pid)/io") != nil
    else { return nil }
    self.init(waitStatus: stat.waitStatus)
  }

  /// Takes a status of `wait` apart: the signal in the low seven bits, else the exit code in the second byte.
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self =
      signal == 0
      ? .exited(code: waitStatus >> 8 & 0xFF) : .signalled(signal, coreDumped: waitStatus & 0x80 != 0)
  }

  /// The status that a shell shows of such an end: the exit code, or 128 and the signal's number.
  ///
  /// nil where it is not known how the process ended.
  public var shellStatus: Int32? {
    switch self {
    case .exited(let code): code
    case .signalled(let number, _): 128 + number
    case .unknown: nil
    }
  }

  /// `exit status 1`, `signal 9 (SIGKILL)`.
  public var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let number, let coreDumped):
      "signal \(number)\(Self.name(ofSignal: number).map { " (\($0))" } ?? "")"
        + (coreDumped ? ", core dumped" : "")
    case .unknown: "exit status unknown"
    }
  }

  /// A signal's name, `SIGKILL`.
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
