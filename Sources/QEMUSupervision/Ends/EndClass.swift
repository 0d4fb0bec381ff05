/// The cause of the end of a run.
package enum EndClass: Sendable, Hashable {
  /// The guest shut itself down.
  case guestShutdown
  /// The guest was reset under -no-reboot.
  case guestReset(by: Resetter)
  /// The guest panicked, and QEMU ended for that reason.
  case guestPanic(PanicAction)
  /// The watchdog of the guest expired. The action is QEMU's name, such as `poweroff`.
  case watchdog(action: String)
  /// QEMU was asked to quit, but not by `qemuctl stop`.
  case quit(by: Quitter)
  /// A command of qemuctl stopped the machine, and this step was effective.
  case stop(StopStep)
  /// A signal that QEMU handles, or that ended it before it handled signals. The number is nil if only the
  /// event is known.
  case signal(Int32?, sender: SignalSender?)
  /// SIGKILL, which neither qemuctl nor the OOM killer sent.
  case killed
  /// A signal of a fault in QEMU.
  case crash(signal: Int32)
  /// The OOM killer of the control group.
  case outOfMemory
  /// QEMU exited on its own, usually with an error.
  case exit(code: Int32)
  /// The guest has been migrated to another QEMU.
  case migrated
  /// The host was restarted.
  case hostRebooted
  /// Nobody observed the end.
  case unobserved(Inference)

  /// The stable name for records.
  package var word: String {
    switch self {
    case .guestShutdown: "guest-shutdown"
    case .guestReset: "guest-reset"
    case .guestPanic: "guest-panic"
    case .watchdog: "watchdog"
    case .quit: "quit"
    case .stop: "stop"
    case .signal: "signal"
    case .killed: "killed"
    case .crash: "crash"
    case .outOfMemory: "out-of-memory"
    case .exit: "exit"
    case .migrated: "migrated"
    case .hostRebooted: "host-rebooted"
    case .unobserved: "unobserved"
    }
  }
}

/// The origin of a reset under -no-reboot.
package enum Resetter: String, Sendable, Hashable {
  /// The guest itself.
  case guest
  /// A QMP client with `system_reset`.
  case client
}

/// The reaction of QEMU to a panic that ended the run. QEMU: `-action panic=…`.
package enum PanicAction: String, Sendable, Hashable {
  /// An exit with code 0; this is the default.
  case poweroff
  /// An exit with code 1.
  case exitFailure = "exit-failure"
}

/// The origin of a request to quit.
package enum Quitter: Sendable, Hashable {
  /// A QMP client of the supervisor.
  case client(Int)
  /// A QMP client that is not known.
  case unknownClient
  /// The user, who closed QEMU's window.
  case window
}

/// A step of a stop.
package enum StopStep: String, Sendable, Hashable {
  /// QMP: `system_powerdown`.
  case powerdown
  /// QMP: `quit`.
  case quit
  /// SIGTERM.
  case terminate
  /// SIGKILL.
  case kill
}

/// The conclusion from the files that QEMU left if nobody observed its end.
package enum Inference: String, Sendable, Hashable {
  /// QEMU removed its pid file and its sockets.
  case orderly
  /// QEMU removed its pid file, but not its sockets: it called exit directly.
  case exited
  /// QEMU left its files: a signal ended it.
  case abrupt
  /// The files permit no conclusion.
  case nothing
}

/// An act of the supervisor or of one of its clients that ends a run on purpose.
package enum EndIntent: Sendable, Hashable {
  /// A step of a stop by command.
  case stop(StopStep)
  /// A `quit` of a QMP client.
  case quit(client: Int)
}
