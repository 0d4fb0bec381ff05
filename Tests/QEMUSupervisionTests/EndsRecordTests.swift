import Glibc
import QEMUSupervision
import Testing

/// The words of records and the sentences of all causes.
private let descriptions: [(RunEnd, String, String)] = [
  (RunEnd(.guestShutdown, exit: .exited(0)), "guest-shutdown", "the guest shut down"),
  (
    RunEnd(.guestReset(by: .guest), exit: .exited(0)), "guest-reset",
    "the guest reset itself, and -no-reboot ends QEMU"
  ),
  (RunEnd(.guestPanic(.poweroff), exit: .exited(0)), "guest-panic", "the guest panicked"),
  (
    RunEnd(.watchdog(action: "poweroff"), exit: .exited(0)), "watchdog",
    "the watchdog of the guest expired (action poweroff)"
  ),
  (RunEnd(.quit(by: .client(3)), exit: .exited(0)), "quit", "QMP client 3 sent quit"),
  (RunEnd(.stop(.kill), exit: .exited(0)), "stop", "stopped by command: SIGKILL"),
  (
    RunEnd(.signal(SIGTERM, sender: bash), exit: .exited(0)), "signal", "ended by SIGTERM from pid 7 (bash)"
  ),
  (RunEnd(.signal(nil, sender: nil), exit: .exited(0)), "signal", "ended by a signal"),
  (
    RunEnd(.killed, exit: .signalled(SIGKILL, coreDumped: false)), "killed",
    "killed by SIGKILL, which no command of qemuctl sent"
  ),
  (
    RunEnd(.crash(signal: SIGSEGV), exit: .signalled(SIGSEGV, coreDumped: true)), "crash",
    "crashed: SIGSEGV; a core dump was written"
  ),
  (
    RunEnd(.crash(signal: SIGSYS), exit: .signalled(SIGSYS, coreDumped: false)), "crash",
    "crashed: SIGSYS; -sandbox forbids a system call that QEMU made"
  ),
  (
    RunEnd(.outOfMemory, exit: .signalled(SIGKILL, coreDumped: false)), "out-of-memory",
    "out of memory: the kernel's OOM killer of its cgroup killed it"
  ),
  (
    RunEnd(.exit(code: 1), exit: .exited(1), message: "qemu: no"), "exit", "QEMU exited with code 1: qemu: no"
  ),
  (RunEnd(.migrated, exit: .exited(0)), "migrated", "the guest was migrated to another QEMU"),
  (RunEnd(.hostRebooted, exit: .unknown), "host-rebooted", "the host was restarted"),
  (
    RunEnd(.unobserved(.abrupt), exit: .unknown), "unobserved",
    "nobody observed the end; QEMU left its files, so a signal ended it"
  ),
]

@Suite("A record of an end") struct EndRecordTests {
  @Test("has a stable word and a sentence", arguments: descriptions)
  func description(end: RunEnd, word: String, sentence: String) {
    #expect(end.word == word)
    #expect(end.description == sentence)
  }

  @Test("is a valid object with the same word and sentence", arguments: descriptions)
  func members(end: RunEnd, word: String, sentence: String) throws {
    let object = try #require(JSONText(JSONText.object(end.members).bytes))
    #expect(object["reason"]?.string == word)
    #expect(object["text"]?.string == sentence)
    switch end.exit {
    case .exited(let code): #expect(object["exit"]?.integer == Int(code))
    case .signalled(let number, _): #expect(object["signal"]?.integer == Int(number))
    case .unknown: #expect(object["exit"] == nil && object["signal"] == nil)
    }
  }

  @Test("has the details of a handled signal") func signalDetails() {
    let end = RunEnd(.signal(SIGTERM, sender: bash), exit: .exited(0), shutdownReason: "host-signal")
    let text = String(decoding: JSONText.object(end.members).bytes, as: UTF8.self)
    #expect(text.contains(#""handled-signal":15,"sender-pid":7,"sender":"bash","shutdown":"host-signal""#))
  }
}
