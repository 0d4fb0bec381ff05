import Glibc

/// The exit status of a QEMU process.
package enum Exit: Sendable, Hashable {
  /// The process exited with a code.
  case exited(Int32)
  /// A signal ended the process.
  case signalled(Int32, coreDumped: Bool)
  /// Nobody observed the exit status.
  case unknown

  /// A number as QEMU's tests and shells without 128 + N use it: the code, or the signal's number negated.
  package init(returnCode: Int32) {
    self = returnCode < 0 ? .signalled(0 &- returnCode, coreDumped: false) : .exited(returnCode)
  }
}

/// Returns the name of a signal, such as `SIGTERM`.
package func signalName(_ number: Int32) -> String {
  signalNames.first { $0.number == number }.map { "SIG\($0.name)" } ?? "signal \(number)"
}

/// The signals that end a process by default. Glibc's sigabbrev_np is not visible in Swift.
private let signalNames: [(number: Int32, name: StaticString)] = [
  (SIGHUP, "HUP"), (SIGINT, "INT"), (SIGQUIT, "QUIT"), (SIGILL, "ILL"), (SIGTRAP, "TRAP"), (SIGABRT, "ABRT"),
  (SIGBUS, "BUS"), (SIGFPE, "FPE"), (SIGKILL, "KILL"), (SIGUSR1, "USR1"), (SIGSEGV, "SEGV"),
  (SIGUSR2, "USR2"),
  (SIGPIPE, "PIPE"), (SIGALRM, "ALRM"), (SIGTERM, "TERM"), (SIGXCPU, "XCPU"), (SIGXFSZ, "XFSZ"),
  (SIGVTALRM, "VTALRM"), (SIGPROF, "PROF"), (SIGIO, "IO"), (SIGPWR, "PWR"), (SIGSYS, "SYS"),
]

/// The process that sent a signal, as QEMU's standard error names it.
package struct SignalSender: Sendable, Hashable {
  /// The process ID in QEMU's PID namespace.
  package let pid: Int
  /// The name of the process, such as `bash`. Nil if QEMU could not determine it.
  package let program: String?

  /// Creates the name of a process.
  package init(pid: Int, program: String?) {
    self.pid = pid
    self.program = program
  }
}

/// The line of QEMU's standard error about the signal that ended it:
/// `qemu-system-x86_64: terminating on signal 15 from pid 7 (bash)`.
struct TerminationLine: Hashable {
  let signal: Int32
  let sender: SignalSender?

  /// Reads the last such line. QEMU omits the sender if it is outside its PID namespace or is the terminal.
  init?(in errorOutput: ArraySlice<UInt8>) {
    let marker = ": terminating on signal "
    for line in errorOutput.split(separator: UInt8(ascii: "\n")).reversed() {
      let text = String(decoding: line, as: UTF8.self)
      guard let start = text.firstRange(of: marker)?.upperBound else { continue }
      let rest = text[start...]
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int32(digits), number > 0 else { continue }
      signal = number
      sender = Self.sender(rest.dropFirst(digits.count))
      return
    }
    return nil
  }

  private static func sender(_ text: Substring) -> SignalSender? {
    let prefix = " from pid "
    guard text.hasPrefix(prefix) else { return nil }
    let digits = text.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber }
    guard let pid = Int(digits), pid > 0 else { return nil }
    let rest = text.dropFirst(prefix.count + digits.count)
    guard rest.hasPrefix(" ("), let end = rest.lastIndex(of: ")") else {
      return SignalSender(pid: pid, program: nil)
    }
    let program = String(rest.dropFirst(2).prefix(upTo: end))
    return SignalSender(pid: pid, program: program == "<unknown process>" ? nil : program)
  }
}
