import Glibc

extension RunEnd: CustomStringConvertible {
  /// A sentence for people, without a period.
  package var description: String {
    switch `class` {
    case .guestShutdown: "the guest shut down"
    case .guestReset(.guest): "the guest reset itself, and -no-reboot ends QEMU"
    case .guestReset(.client): "a QMP client reset the guest, and -no-reboot ends QEMU"
    case .guestPanic(.poweroff): "the guest panicked"
    case .guestPanic(.exitFailure): "the guest panicked; QEMU exited with code 1 (-action panic=exit-failure)"
    case .watchdog(let action): "the watchdog of the guest expired (action \(action))"
    case .quit(let quitter): quitDescription(quitter)
    case .stop(let step): stopDescription(step)
    case .signal(let number, let sender): signalDescription(number, sender)
    case .killed: "killed by SIGKILL, which no command of qemuctl sent"
    case .crash(let signal): "crashed: \(signalName(signal))\(crashHint(signal))"
    case .outOfMemory: "out of memory: the kernel's OOM killer of its cgroup killed it"
    case .exit(let code): exitDescription(code)
    case .migrated: "the guest was migrated to another QEMU"
    case .hostRebooted: "the host was restarted"
    case .unobserved(let inference): unobservedDescription(inference)
    }
  }

  private func quitDescription(_ quitter: Quitter) -> String {
    switch quitter {
    case .client(let number): "QMP client \(number) sent quit"
    case .unknownClient: "a QMP client sent quit"
    case .window: "the window of QEMU was closed"
    }
  }

  private func stopDescription(_ step: StopStep) -> String {
    switch step {
    case .powerdown: "stopped by command: the guest shut down after system_powerdown"
    case .quit: "stopped by command: quit"
    case .terminate: "stopped by command: SIGTERM"
    case .kill: "stopped by command: SIGKILL"
    }
  }

  private func signalDescription(_ number: Int32?, _ sender: SignalSender?) -> String {
    let name = number.map(signalName) ?? "a signal"
    guard let sender else { return "ended by \(name)" }
    return "ended by \(name) from pid \(sender.pid)" + (sender.program.map { " (\($0))" } ?? "")
  }

  private func crashHint(_ signal: Int32) -> String {
    let core = exit == .signalled(signal, coreDumped: true) ? "; a core dump was written" : ""
    if signal == SIGSYS { return "; -sandbox forbids a system call that QEMU made" + core }
    return (message.map { "; \($0)" } ?? "") + core
  }

  private func exitDescription(_ code: Int32) -> String {
    if code == 0 { return "QEMU exited with code 0 (SHUTDOWN reason: \(shutdownReason ?? "none"))" }
    return "QEMU exited with code \(code)" + (message.map { ": \($0)" } ?? "")
  }

  private func unobservedDescription(_ inference: Inference) -> String {
    let conclusion =
      switch inference {
      case .orderly: "QEMU removed its files, so it exited in an orderly way"
      case .exited: "QEMU removed its pid file but not its sockets, so it exited without a shutdown"
      case .abrupt: "QEMU left its files, so a signal ended it"
      case .nothing: "its files permit no conclusion"
      }
    return "nobody observed the end; \(conclusion)"
  }
}
