import QEMUCommandLine
import QEMUVerification
import Testing

/// Tests of values that were read from QEMU's memory, compared with requests other than the recorded ones.
@Suite struct StoredValueVerdictTests {
  @Test(arguments: RecordedObservation.all("held"))
  func nothingOfItDrifts(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.drifts == [])
    #expect(report.findings.filter { $0.verdict == .unobservable } == [])
    #expect(report.findings.count { $0.tier == .deep } > 35)
  }

  @Test(arguments: [
    ContraryLine("-action reboot=reset", "reboot", "shutdown"),
    ContraryLine("-action shutdown=poweroff", "shutdown", "pause"),
    ContraryLine("-action panic=pause", "panic", "none"),
    ContraryLine("-only-migratable", "only-migratable", "off"),
    ContraryLine("-msg timestamp=off", "timestamp", "on"),
    ContraryLine("-msg guest-name=on", "guest-name", "off"),
    ContraryLine("-k fr", "k", "de"), ContraryLine("-rtc clock=host", "clock", "vm"),
    ContraryLine("-overcommit cpu-pm=off", "cpu-pm", "on"), ContraryLine("-icount shift=3", "shift", "7"),
    ContraryLine("-icount shift=auto", "shift", ""), ContraryLine("-icount shift=7,align=on", "align", "off"),
    ContraryLine("-icount shift=7,sleep=off", "sleep", "on"),
    ContraryLine("-smbios type=1,serial=S-2", "serial", "S-1"),
    ContraryLine(
      "-smbios type=1,uuid=00000000-0000-0000-0000-000000000001", "uuid",
      "6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e"),
    ContraryLine("-smbios type=0,release=3.5", "release", "3.4"),
    ContraryLine("-smbios type=0,uefi=off", "uefi", "on"),
    ContraryLine("-smbios type=4,max-speed=2001", "max-speed", "2000"),
    ContraryLine("-smbios type=3,sku=other", "sku", "chas"),
    ContraryLine("-smbios type=11,value=three", "value", "one"),
    ContraryLine("-smbios type=8,external_reference=x", "type", ""),
  ])
  func theContraryIsADrift(contrary: ContraryLine) throws {
    for recording in RecordedObservation.all("held") {
      var observation = recording.observation
      observation.globals[GlobalVariable("only_migratable")] = .text("00000000")
      let arguments = contrary.line.split(separator: " ").map(String.init)
      let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
      let report = try Verification(of: configuration).judge(observation)
      let finding = try #require(report.findings.first { $0.property.hasPrefix(contrary.property) })
      #expect(finding.verdict == .drifted, "\(recording): \(finding)")
      #expect(contrary.observed.isEmpty || finding.observed == contrary.observed, "\(recording)")
      #expect(finding.remedy?.text.isEmpty == false)
    }
  }

  /// Memory that is not what it is taken for says nothing.
  @Test(arguments: ["", "07", "0700000000000000", "zz", "ff000000", String(repeating: "0", count: 7)])
  func anUnknownVariableIsNoWitness(text: String) throws {
    let configuration = try QEMUConfiguration(arguments: [
      "-action", "reboot=reset,panic=pause", "-icount", "shift=7",
    ])
    var observation = Observation()
    for symbol in ["reboot_action", "panic_action", "timers_state"] {
      observation.globals[GlobalVariable(symbol)] = .text(text)
    }
    observation.globals[GlobalVariable("use_icount")] = .text("01000000")
    let report = try Verification(of: configuration).judge(observation)
    #expect(report.findings.allSatisfy { $0.verdict == .unobservable }, "\(report.findings)")
  }

  @Test func whatIsNotReadSaysHow() throws {
    var observation = Observation()
    observation.globals[GlobalVariable("reboot_action")] = .unavailable("verify with --deep")
    let report = try Verification(of: QEMUConfiguration(arguments: ["-no-reboot"])).judge(observation)
    #expect(report.findings.first?.reason == "verify with --deep")
  }

  /// Tables that end where they should not.
  @Test(arguments: ["01", "0104", "01ff0000", "010400", "01040000", "0000000000000000", "011b0000ffffff"])
  func brokenTablesAreReadToTheirEnd(text: String) throws {
    var observation = Observation()
    observation.globals[GlobalVariable("smbios_tables", .bytes(length: "smbios_tables_len"))] = .text(text)
    let configuration = try QEMUConfiguration(arguments: ["-smbios", "type=1,serial=a,uuid=\(UUIDText.some)"])
    let report = try Verification(of: configuration).judge(observation)
    #expect(report.findings.allSatisfy { $0.verdict != .confirmed || $0.property == "type" })
  }

  private enum UUIDText { static let some = "00000000-0000-0000-0000-000000000001" }
}
