import CLinux

/// How a process ended.
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

  /// `exit status 1`, `signal 9 (SIGKILL)`.
  public var description: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signalled(let number, let coreDumped):
      "signal \(number)\(Self.name(ofSignal: number).map { " (\($0))" } ?? "")"
        + (coreDumped ? ", core dumped" : "")
    case .unknown: "ended"
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
