import Glibc

/// The end of a run.
package struct RunEnd: Sendable, Hashable {
  /// The cause.
  package let `class`: EndClass
  /// The exit status of the process.
  package let exit: Exit
  /// The reason in QEMU's last SHUTDOWN event, such as `guest-shutdown`.
  package let shutdownReason: String?
  /// The last line of QEMU's standard error.
  package let message: String?

  /// Creates an end.
  package init(_ class: EndClass, exit: Exit, shutdownReason: String? = nil, message: String? = nil) {
    self.class = `class`
    self.exit = exit
    self.shutdownReason = shutdownReason
    self.message = message
  }

  /// The stable name of the cause for records.
  package var word: String { `class`.word }

  /// A Boolean value that indicates whether a restart policy of `on-failure` restarts the machine.
  ///
  /// As for systemd, SIGTERM, SIGINT, SIGHUP and SIGPIPE are no failures.
  package var isFailure: Bool {
    switch `class` {
    case .guestShutdown, .guestReset, .quit, .stop, .migrated, .hostRebooted: false
    case .guestPanic, .watchdog, .killed, .crash, .outOfMemory: true
    case .signal(let number, _): number.map { ![SIGTERM, SIGINT, SIGHUP, SIGPIPE].contains($0) } ?? false
    case .exit(let code): code != 0 || shutdownReason == "host-error"
    case .unobserved(let inference): inference == .abrupt
    }
  }
}
