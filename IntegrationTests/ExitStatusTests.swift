import Foundation
import QEMU
import Testing

/// Tests of the exit status of a QEMU that its guest, or a fault of its guest, has terminated.
@Suite struct ExitStatusTests {
  /// 16-bit code that a machine runs first, and how QEMU ends by it.
  static let endings: [(code: [UInt8], options: [String], status: Int32, words: String)] = [
    // 16 to the port of isa-debug-exit: (16 << 1) | 1.
    (
      [0xBA, 0x01, 0x05, 0xB0, 16, 0xEE, 0xF4], ["-device", "isa-debug-exit,iobase=0x501,iosize=4"], 33,
      "the guest ended QEMU with status 33"
    ),
    // 0xFE to the keyboard controller: a reset.
    ([0xB0, 0xFE, 0xE6, 0x64, 0xF4], ["-no-reboot"], 0, ""),
    // 1 to the port of pvpanic: a panic.
    (
      [0xBA, 0x05, 0x05, 0xB0, 0x01, 0xEE, 0xF4], ["-device", "pvpanic", "-action", "panic=exit-failure"], 1,
      "the guest panicked"
    ),
  ]

  @Test(arguments: QEMUMatrix.x86, endings)
  func runEndsWithQEMUsOwnStatus(
    qemu: QEMUUnderTest, row: (code: [UInt8], options: [String], status: Int32, words: String)
  ) async throws {
    try await withFirmware(row.code) { firmware in
      try await withCommand { command in
        let run = try await command.run(
          ["run", "--name", "r", "--qemu", qemu.path, "--"] + Self.machine(firmware) + row.options)
        #expect(run.status == row.status, "\(run.errors)")
        #expect(row.words.isEmpty || run.errors.contains(row.words), "\(run.errors)")
        let ended = try await command.run(["status", "r", "--format", "json"]).json["vm"]?["ended"]
        #expect(ended?["exit"]?.integerValue == Int64(row.status))
      }
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func runEndsWith128AndTheNumberOfTheSignal(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let run = try await command.run(
        [
          "run", "--name", "r", "--qemu", qemu.path, "--", "-machine", "none", "-nodefaults", "-display",
          "none",
        ]) { _ in
          kill(try await command.pid(of: "r"), SIGABRT)
        }
      #expect(run.status == 128 + SIGABRT, "\(run.errors)")
      let status = try await command.run(["status", "r", "--format", "json"]).json["vm"]
      #expect(status?["state"]?.stringValue == "failed")
      #expect(status?["ended"]?["signal"]?.integerValue == Int64(SIGABRT))
    }
  }

  /// Nobody holds it when its guest ends it.
  @Test(arguments: QEMUMatrix.x86)
  func aGuestThatEndsADetachedQEMUIsToldFromACrash(qemu: QEMUUnderTest) async throws {
    // Waits for a key, then resets.
    let code: [UInt8] = [0xE4, 0x64, 0xA8, 0x01, 0x74, 0xFA, 0xB0, 0xFE, 0xE6, 0x64, 0xF4]
    try await withFirmware(code) { firmware in
      try await withCommand { command in
        let start = try await command.run(
          ["start", "--name", "d", "--qemu", qemu.path, "--"] + Self.machine(firmware)
            + ["-no-reboot"])
        #expect(start.status == 0, "\(start.errors)")
        #expect(
          try await command.run(["qmp", "d", "send-key", "keys=[{\"type\":\"qcode\",\"data\":\"a\"}]"]).status
            == 0)
        var status = try await command.run(["status", "d", "--format", "json"]).json["vm"]
        while status?["ended"]?.objectValue == nil {
          status = try await command.run(["status", "d", "--format", "json"]).json["vm"]
        }
        #expect(status?["state"]?.stringValue == "stopped", "\(String(describing: status))")
        let reason = status?["ended"]?["reason"]?.stringValue ?? ""
        #expect(
          reason == "the guest reset itself, and -no-reboot ends QEMU", "\(reason)")
      }
    }
  }

  /// A Cortex-M without firmware locks up at its first instruction.
  @Test(arguments: QEMUMatrix.all.filter { !$0.isX86 }, ["mps2-an385", "lm3s6965evb", "microbit"])
  func aProcessorThatLocksUpIsExplained(qemu: QEMUUnderTest, board: String) async throws {
    try await withCommand { command in
      let run = try await command.run(
        [
          "run", "--qemu", qemu.path, "--", "-accel", "tcg", "-machine", board, "-nodefaults", "-display",
          "none",
        ])
      #expect(run.status == 128 + SIGABRT, "\(run.errors)")
      #expect(run.errors.contains("processor locked up"), "\(run.errors)")
      #expect(run.errors.contains("-kernel FILE"), "\(run.errors)")
      #expect(!run.errors.contains("internal error"), "\(run.errors)")
      try command.expectNothingLeft()
    }
  }

  private static func machine(_ firmware: String) -> [String] {
    ["-accel", "tcg", "-machine", "q35", "-nodefaults", "-display", "none", "-bios", firmware]
  }
}
