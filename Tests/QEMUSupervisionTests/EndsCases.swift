import Glibc
import QEMUSupervision
import Testing

/// A step of a run: an event of QEMU, an intent, or a run state.
enum RunStep: Sendable {
  case event(String, String)
  case intent(EndIntent)
  case runState(String)
  case withdraw

  static func event(_ name: String) -> RunStep { .event(name, "{}") }
  static func shutdown(_ reason: String) -> RunStep {
    .event("SHUTDOWN", #"{"guest":\#(reason.hasPrefix("guest")),"reason":"\#(reason)"}"#)
  }
  static func watchdog(_ action: String) -> RunStep { .event("WATCHDOG", #"{"action":"\#(action)"}"#) }
  static func panicked(_ action: String) -> RunStep { .event("GUEST_PANICKED", #"{"action":"\#(action)"}"#) }
  static func migration(_ status: String) -> RunStep { .event("MIGRATION", #"{"status":"\#(status)"}"#) }
  static func stop(_ step: StopStep) -> RunStep { .intent(.stop(step)) }
}

/// A run and its expected end.
struct EndCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let steps: [RunStep]
  let returnCode: Int32?
  let errorOutput: String
  let expected: EndClass
  let isFailure: Bool

  init(
    _ description: String, _ steps: [RunStep], rc: Int32?, stderr: String = "", _ expected: EndClass,
    isFailure: Bool = false
  ) {
    testDescription = description
    self.steps = steps
    returnCode = rc
    errorOutput = stderr
    self.expected = expected
    self.isFailure = isFailure
  }

  func end(facts: EndFacts = EndFacts(), isIncoming: Bool = false) -> RunEnd {
    var classifier = EndClassifier(isIncoming: isIncoming)
    for step in steps {
      switch step {
      case .event(let name, let data): classifier.note(event: name, data: JSONText(data))
      case .intent(let intent): classifier.note(intent: intent)
      case .runState(let state): classifier.note(runState: state)
      case .withdraw: classifier.withdrawIntents()
      }
    }
    var facts = facts
    facts.errorOutput = Array(errorOutput.utf8)[...]
    return classifier.end(returnCode.map { Exit(returnCode: $0) } ?? .unknown, facts: facts)
  }
}

/// The line of QEMU about SIGTERM from a shell.
let killedByBash = "qemu-system-x86_64: terminating on signal 15 from pid 7 (bash)\n"
let bash = SignalSender(pid: 7, program: "bash")
private let reset = RunStep.event("RESET", #"{"guest":true,"reason":"guest-reset"}"#)

private let guestCases: [EndCase] = [
  EndCase("guest poweroff", [.shutdown("guest-shutdown")], rc: 0, .guestShutdown),
  EndCase(
    "system_powerdown of a client", [.event("POWERDOWN"), .shutdown("guest-shutdown")], rc: 0,
    .guestShutdown),
  EndCase("reboot with -no-reboot", [.shutdown("guest-reset")], rc: 0, .guestReset(by: .guest)),
  EndCase(
    "system_reset with -no-reboot", [.shutdown("host-qmp-system-reset")], rc: 0, .guestReset(by: .client)),
  EndCase(
    "reboots, then poweroff", [reset, reset, reset, .shutdown("guest-shutdown")], rc: 0, .guestShutdown),
  EndCase(
    "panic with pvpanic", [.panicked("poweroff"), .shutdown("guest-panic")], rc: 0, .guestPanic(.poweroff),
    isFailure: true),
  EndCase(
    "panic=exit-failure", [.panicked("poweroff"), .shutdown("guest-panic")], rc: 1, .guestPanic(.exitFailure),
    isFailure: true),
  EndCase(
    "panic=pause, then quit", [.panicked("pause"), .event("STOP"), .shutdown("host-qmp-quit")], rc: 0,
    .quit(by: .unknownClient)),
  EndCase(
    "panic=none, then poweroff", [.panicked("run"), .shutdown("guest-shutdown")], rc: 0, .guestShutdown),
  EndCase(
    "-no-shutdown, then quit", [.shutdown("guest-shutdown"), .event("STOP"), .shutdown("host-qmp-quit")],
    rc: 0, .quit(by: .unknownClient)),
  EndCase(
    "-no-shutdown, then SIGKILL", [.shutdown("guest-shutdown"), .event("STOP")], rc: -9, .killed,
    isFailure: true),
  EndCase(
    "-no-shutdown, then an exit without a reason", [.shutdown("guest-shutdown"), .event("STOP")], rc: 0,
    .exit(code: 0)),
  EndCase(
    "isa-debug-exit with SHUTDOWN", [.shutdown("guest-shutdown")], rc: 33, .exit(code: 33), isFailure: true),
  EndCase("isa-debug-exit without an event", [], rc: 1, .exit(code: 1), isFailure: true),
]

private let watchdogCases: [EndCase] = [
  EndCase(
    "watchdog=poweroff", [.watchdog("poweroff")], rc: 0, .watchdog(action: "poweroff"), isFailure: true),
  EndCase(
    "watchdog=reset with -no-reboot", [.watchdog("reset"), .shutdown("guest-reset")], rc: 0,
    .watchdog(action: "reset"), isFailure: true),
  EndCase(
    "watchdog=reset, and later poweroff", [.watchdog("reset"), reset, .shutdown("guest-shutdown")], rc: 0,
    .guestShutdown),
  EndCase(
    "watchdog=shutdown", [.watchdog("shutdown"), .event("POWERDOWN"), .shutdown("guest-shutdown")], rc: 0,
    .watchdog(action: "shutdown"), isFailure: true),
  EndCase(
    "watchdog=shutdown, a reboot, and later poweroff",
    [.watchdog("shutdown"), .event("POWERDOWN"), reset, .shutdown("guest-shutdown")], rc: 0, .guestShutdown),
  EndCase(
    "watchdog=pause, then quit", [.watchdog("pause"), .event("STOP"), .shutdown("host-qmp-quit")], rc: 0,
    .quit(by: .unknownClient)),
  EndCase(
    "watchdog=inject-nmi, then poweroff", [.watchdog("inject-nmi"), .shutdown("guest-shutdown")], rc: 0,
    .guestShutdown),
  EndCase(
    "watchdog=debug, then an exit without a reason", [.watchdog("debug")], rc: 0,
    stderr: "watchdog: timer fired\n", .exit(code: 0)),
  EndCase(
    "watchdog=none, then SIGKILL", [.watchdog("none")], rc: -9, .killed, isFailure: true),
]

private let requestCases: [EndCase] = [
  EndCase("quit of a client", [.shutdown("host-qmp-quit")], rc: 0, .quit(by: .unknownClient)),
  EndCase(
    "quit of a known client", [.intent(.quit(client: 3)), .shutdown("host-qmp-quit")], rc: 0,
    .quit(by: .client(3))),
  EndCase("closed window", [.shutdown("host-ui")], rc: 0, .quit(by: .window)),
  EndCase(
    "stop with powerdown", [.stop(.powerdown), .event("POWERDOWN"), .shutdown("guest-shutdown")], rc: 0,
    .stop(.powerdown)),
  EndCase(
    "stop with quit after powerdown", [.stop(.powerdown), .stop(.quit), .shutdown("host-qmp-quit")], rc: 0,
    .stop(.quit)),
  EndCase(
    "stop with quit of which no event arrived", [.stop(.powerdown), .stop(.quit)], rc: 0, .stop(.quit)),
  EndCase(
    "powerdown is effective after the step of quit",
    [.stop(.powerdown), .stop(.quit), .shutdown("guest-shutdown")], rc: 0, .stop(.powerdown)),
  EndCase(
    "stop with SIGTERM", [.stop(.quit), .stop(.terminate), .shutdown("host-signal")], rc: 0,
    stderr: "qemu-system-x86_64: terminating on signal 15 from pid 9 (qemuctl-supervi)\n", .stop(.terminate)),
  EndCase("stop with SIGTERM before the handler", [.stop(.terminate)], rc: -15, .stop(.terminate)),
  EndCase("stop with SIGKILL", [.stop(.terminate), .stop(.kill)], rc: -9, .stop(.kill)),
  EndCase(
    "SIGKILL of someone else during a stop", [.stop(.powerdown)], rc: -9, .killed, isFailure: true),
  EndCase("crash during a stop", [.stop(.quit)], rc: -11, .crash(signal: SIGSEGV), isFailure: true),
  EndCase(
    "panic during a stop", [.stop(.powerdown), .panicked("poweroff"), .shutdown("guest-panic")], rc: 0,
    .guestPanic(.poweroff), isFailure: true),
  EndCase(
    "poweroff after a stop that failed", [.stop(.powerdown), .withdraw, .shutdown("guest-shutdown")], rc: 0,
    .guestShutdown),
]

private let signalCases: [EndCase] = [
  EndCase(
    "SIGTERM", [.shutdown("host-signal")], rc: 0, stderr: killedByBash, .signal(SIGTERM, sender: bash)),
  EndCase(
    "SIGTERM with -no-shutdown", [.shutdown("guest-shutdown"), .event("STOP"), .shutdown("host-signal")],
    rc: 0, stderr: killedByBash, .signal(SIGTERM, sender: bash)),
  EndCase(
    "SIGINT of the terminal", [.shutdown("host-signal")], rc: 0,
    stderr: "qemu-system-x86_64: terminating on signal 2\n", .signal(SIGINT, sender: nil)),
  EndCase(
    "SIGHUP during a stop with SIGTERM", [.stop(.terminate), .shutdown("host-signal")], rc: 0,
    stderr: "qemu: terminating on signal 1 from pid 8 (<unknown process>)\n",
    .signal(SIGHUP, sender: SignalSender(pid: 8, program: nil))),
  EndCase("a signal without a line", [.shutdown("host-signal")], rc: 0, .signal(nil, sender: nil)),
  EndCase(
    "SIGTERM of which no event arrived", [], rc: 0, stderr: killedByBash, .signal(SIGTERM, sender: bash)),
  EndCase("SIGTERM before the handler", [], rc: -15, .signal(SIGTERM, sender: nil)),
  EndCase("SIGQUIT", [], rc: -3, .signal(SIGQUIT, sender: nil), isFailure: true),
  EndCase("SIGKILL", [], rc: -9, .killed, isFailure: true),
  EndCase("SIGKILL after SHUTDOWN", [.shutdown("guest-shutdown")], rc: -9, .killed, isFailure: true),
  EndCase("SIGSEGV", [], rc: -11, .crash(signal: SIGSEGV), isFailure: true),
  EndCase("SIGABRT", [], rc: -6, .crash(signal: SIGABRT), isFailure: true),
  EndCase("SIGBUS", [], rc: -7, .crash(signal: SIGBUS), isFailure: true),
  EndCase("SIGILL", [], rc: -4, .crash(signal: SIGILL), isFailure: true),
  EndCase("SIGFPE", [], rc: -8, .crash(signal: SIGFPE), isFailure: true),
  EndCase("SIGTRAP", [], rc: -5, .crash(signal: SIGTRAP), isFailure: true),
  EndCase("SIGSYS", [], rc: -31, .crash(signal: SIGSYS), isFailure: true),
]

private let otherCases: [EndCase] = [
  EndCase(
    "start failure", [], rc: 1, stderr: "qemu: could not load PC BIOS 'none'\n", .exit(code: 1),
    isFailure: true),
  EndCase(
    "-incoming with garbage", [], rc: 1,
    stderr: "qemu-system-x86_64: load of migration failed: Invalid argument\n",
    .exit(code: 1), isFailure: true),
  EndCase("error of the host", [.shutdown("host-error")], rc: 0, .exit(code: 0), isFailure: true),
  EndCase(
    "ENOSPC, then poweroff",
    [
      .event("BLOCK_IO_ERROR", #"{"nospace":true}"#), .event("STOP"), .event("RESUME"),
      .shutdown("guest-shutdown"),
    ],
    rc: 0, .guestShutdown),
  EndCase(
    "savevm, then poweroff", [.event("STOP"), .event("RESUME"), .shutdown("guest-shutdown")], rc: 0,
    .guestShutdown),
  EndCase(
    "migration, then quit",
    [
      .migration("setup"), .migration("active"), .event("STOP"), .migration("completed"),
      .shutdown("host-qmp-quit"),
    ],
    rc: 0, .migrated),
  EndCase(
    "migration without events, then SIGKILL", [.event("STOP"), .runState("postmigrate")], rc: -9, .migrated),
  EndCase(
    "migration, then cont and quit",
    [.migration("completed"), .event("RESUME"), .shutdown("host-qmp-quit")], rc: 0,
    .quit(by: .unknownClient)),
  EndCase(
    "failed migration, then poweroff",
    [.migration("active"), .migration("failing"), .migration("failed"), .shutdown("guest-shutdown")], rc: 0,
    .guestShutdown),
]

let endCases = guestCases + watchdogCases + requestCases + signalCases + otherCases
