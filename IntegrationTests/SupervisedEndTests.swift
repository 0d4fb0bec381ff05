import Foundation
import QEMU
import QMP
import Testing

/// The end of a supervised run: its cause, and whether it is a failure.
@Suite struct SupervisedEndTests {
  /// A guest, or a signal, that ends QEMU.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    var code: [UInt8] = []
    var options: [String] = []
    var signal: Int32?
    var command: String?
    /// The state and the reason that `status` reports; the reason begins so.
    let state: String
    let reason: String

    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "power-off", code: Firmware.powerOff, state: "stopped", reason: "the guest shut down"),
    Row(
      name: "reset", code: Firmware.reset, options: ["-no-reboot"], state: "stopped",
      reason: "the guest reset itself, and -no-reboot ends QEMU"),
    Row(
      name: "panic", code: Firmware.panic, options: ["-device", "pvpanic"], state: "failed",
      reason: "the guest panicked"),
    Row(
      name: "panic=exit-failure", code: Firmware.panic,
      options: ["-device", "pvpanic", "-action", "panic=exit-failure"], state: "failed",
      reason: "the guest panicked; QEMU exited with code 1"),
    Row(
      name: "isa-debug-exit", code: Firmware.debugExit,
      options: ["-device", "isa-debug-exit,iobase=0x501,iosize=4"], state: "failed",
      reason: "QEMU exited with code 33"),
    Row(
      name: "watchdog=poweroff", code: Firmware.watchdog,
      options: ["-device", "ib700", "-action", "watchdog=poweroff"], state: "failed",
      reason: "the watchdog of the guest expired (action poweroff)"),
    Row(name: "SIGTERM", signal: SIGTERM, state: "stopped", reason: "ended by SIGTERM from pid "),
    Row(name: "SIGINT", signal: SIGINT, state: "stopped", reason: "ended by SIGINT from pid "),
    Row(
      name: "SIGKILL", signal: SIGKILL, state: "failed",
      reason: "killed by SIGKILL, which no command of qemuctl sent"),
    Row(name: "SIGSEGV", signal: SIGSEGV, state: "failed", reason: "crashed: SIGSEGV"),
    Row(name: "SIGABRT", signal: SIGABRT, state: "failed", reason: "crashed: SIGABRT"),
    Row(name: "quit", command: "quit", state: "stopped", reason: "stopped by quit"),
    Row(
      name: "system_reset", options: ["-no-reboot"], command: "system_reset", state: "stopped",
      reason: "a QMP client reset the guest, and -no-reboot ends QEMU"),
  ]

  static let machine = ["-nodefaults", "-machine", "pc", "-accel", "tcg", "-display", "none", "-m", "16"]

  @Test(arguments: QEMUMatrix.x86, rows) func isReported(qemu: QEMUUnderTest, row: Row) async throws {
    // The guest waits for a key, so that it does not end QEMU during the start.
    try await withFirmware(Firmware.waitForKey + row.code) { firmware in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "e", "--qemu", qemu.path, "--"] + Self.machine + ["-bios", firmware]
            + row.options)
        #expect(start.status == 0, "\(start.errors)")
        try await end(row, command)
        let wait = try await command.run(["wait", "e", "stopped", "--timeout", "60s"])
        #expect(wait.status == 0, "\(wait.errors)")
        let status = try await command.run(["status", "e", "--format", "json"]).json["vm"]
        #expect(status?["state"]?.stringValue == row.state, "\(String(describing: status))")
        let reason = status?["ended"]?["reason"]?.stringValue ?? ""
        #expect(reason.hasPrefix(row.reason), "\(reason)")
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: "\(command.state.path)/e").allSatisfy {
            !$0.hasSuffix(".sock") && !$0.hasSuffix(".fifo")
          })
      }
    }
  }

  private func end(_ row: Row, _ command: CommandUnderTest) async throws {
    if let signal = row.signal {
      kill(try await command.pid(of: "e"), signal)
    } else if let words = row.command {
      let socket = "\(command.state.path)/e/qmp.sock"
      let session = try await QMPSession.connect(path: socket)
      _ = try? await session.execute(words)
      await session.close()
    } else {
      let key = try await command.run(["qmp", "e", "send-key", #"keys=[{"type":"qcode","data":"a"}]"#])
      #expect(key.status == 0, "\(key.errors)")
    }
  }

  /// Actions after which QEMU continues to run, and the state that they lead to.
  static let pauses: [(name: String, code: [UInt8], options: [String], state: String, event: String)] = [
    (
      "panic=pause", Firmware.panic, ["-device", "pvpanic", "-action", "panic=pause"], "guest-panicked",
      "GUEST_PANICKED,action=pause"
    ),
    (
      "watchdog=pause", Firmware.watchdog, ["-device", "ib700", "-action", "watchdog=pause"], "watchdog",
      "WATCHDOG"
    ),
    ("shutdown=pause", Firmware.powerOff, ["-action", "shutdown=pause"], "shutdown", "SHUTDOWN,guest=true"),
    (
      "watchdog=none", Firmware.watchdog, ["-device", "ib700", "-action", "watchdog=none"], "running",
      "WATCHDOG"
    ),
    ("reset", Firmware.reset, [], "running", "RESET,reason=guest-reset"),
    (
      "watchdog=reset", Firmware.watchdog, ["-device", "ib700"], "running", "RESET"
    ),
  ]

  @Test(arguments: QEMUMatrix.x86, pauses)
  func aGuestThatQEMUKeepsIsNoEnd(
    qemu: QEMUUnderTest, row: (name: String, code: [UInt8], options: [String], state: String, event: String)
  ) async throws {
    let code = Firmware.waitForKey + Firmware.readKey + row.code
    try await withFirmware(code) { firmware in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "k", "--qemu", qemu.path, "--"] + Self.machine + ["-bios", firmware]
            + row.options)
        #expect(start.status == 0, "\(start.errors)")
        let before = try await command.pid(of: "k")
        try await command.run(["qmp", "k", "send-key", #"keys=[{"type":"qcode","data":"a"}]"#])
        let wait = try await command.run(["wait", "k", "event:\(row.event)", "--timeout", "60s"])
        #expect(wait.status == 0, "\(wait.errors)")
        var status = try await command.run(["status", "k", "--format", "json"]).json["vm"]
        while status?["state"]?.stringValue != row.state, status?["ended"] == .null {
          status = try await command.run(["status", "k", "--format", "json"]).json["vm"]
        }
        #expect(status?["state"]?.stringValue == row.state, "\(String(describing: status))")
        #expect(status?["pid"]?.integerValue == Int64(before))
        let resume = try await command.run(["resume", "k"])
        // A guest that is paused for a reason that remains is resumed only by force.
        #expect(resume.status == (row.state == "running" ? 0 : 1), "\(resume)")
        #expect(row.state == "running" || resume.errors.contains("--force"))
      }
    }
  }

  @Test(arguments: QEMUMatrix.x86) func aGuestThatPowersOffEndsTheStopByItsFirstStep(qemu: QEMUUnderTest)
    async throws
  {
    try await withFirmware(Firmware.waitForPowerButton + Firmware.powerOff) { firmware in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "p", "--qemu", qemu.path, "--"] + Self.machine + [
            "-bios", firmware, "-serial", "stdio",
          ])
        #expect(start.status == 0, "\(start.errors)")
        let powerdown = try await command.run(["stop", "p"])
        #expect(powerdown.output == "p: stopped by powerdown (exit status 0)\n", "\(powerdown)")
      }
    }
  }
}
