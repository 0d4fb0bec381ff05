import QEMU
import Testing

/// Each property that TCG shows, with two values, on every QEMU: the finding is confirmed, with the value and its evidence.
@Suite struct AcceleratorVerificationTests {
  static let tcgValues: [(property: String, value: String, topology: String)] = [
    ("thread", "single", "1"), ("thread", "multi", "1"), ("thread", "single", "2"), ("thread", "multi", "2"),
    ("thread", "single", "1,maxcpus=4"), ("thread", "multi", "1,maxcpus=4"),
    ("tb-size", "1", "1"), ("tb-size", "64", "2"), ("tb-size", "256", "1,maxcpus=4"), ("tb-size", "513", "4"),
    ("split-wx", "on", "1"), ("split-wx", "off", "2"),
  ]

  @Test(arguments: QEMUMatrix.all, tcgValues)
  func aPropertyThatTookEffectIsConfirmed(
    qemu: QEMUUnderTest, row: (property: String, value: String, topology: String)
  ) async throws {
    let report = try await report(
      on: qemu,
      ["-accel", "tcg,\(row.property)=\(row.value)", "-machine", qemu.machine, "-smp", row.topology])
    let finding = try report.finding("accel.\(row.property)")
    #expect(finding.verdict == .confirmed, "\(finding)")
    #expect(finding.observed == row.value)
    #expect(!finding.evidence.isEmpty && finding.evidence.allSatisfy { !$0.observed.isEmpty })
    #expect(report.accelerator.live == "tcg")
    #expect(report.verdict == .confirmed)
  }

  @Test(arguments: QEMUMatrix.all.filter(\.hasOneInsnPerTB), ["on", "off"])
  func oneInsnPerTBIsConfirmedAndSeenToChange(qemu: QEMUUnderTest, value: String) async throws {
    try await withMachine(on: qemu, ["-accel", "tcg,one-insn-per-tb=\(value)", "-machine", "none"]) {
      machine in
      #expect(try await machine.verify().report.finding("accel.one-insn-per-tb").verdict == .confirmed)
      let other = value == "on" ? "off" : "on"
      _ = try await machine.execute(
        "human-monitor-command", ["command-line": .string("one-insn-per-tb \(other)")])
      let drift = try await machine.verify().report.finding("accel.one-insn-per-tb")
      #expect(drift.verdict == .drifted)
      #expect(drift.observed == other)
      #expect(drift.remedy?.kind == .live)
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func theRunningMachineIsHeldAgainstAnotherRequest(qemu: QEMUUnderTest) async throws {
    try await withMachine(
      on: qemu, ["-accel", "tcg,thread=multi,tb-size=64,split-wx=off", "-machine", qemu.machine, "-smp", "2"]
    ) { machine in
      let other = try QEMUConfiguration(
        arguments: [
          "-accel", "tcg,thread=single,tb-size=32,split-wx=on", "-machine", "none", "-smp", "3", "-m", "2G",
        ])
      let report = try await machine.verify(against: other).report
      for name in ["accel.thread", "accel.tb-size", "accel.split-wx", "machine.type", "smp.cpus", "m.size"] {
        let finding = try report.finding(name)
        #expect(finding.verdict == .drifted, "\(finding)")
        #expect(finding.remedy?.text.isEmpty == false)
      }
      #expect(report.verdict == .drifted)
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aClampedTranslationCacheIsADrift(qemu: QEMUUnderTest) async throws {
    let report = try await report(on: qemu, ["-accel", "tcg,tb-size=4096", "-machine", "none"])
    let finding = try report.finding("accel.tb-size")
    #expect(finding.verdict == .drifted)
    #expect(finding.observed == "2048")
    #expect(finding.remedy?.kind == .impossible)
    #expect(report.verdict == .drifted)
  }

  @Test(arguments: QEMUMatrix.all)
  func aWaivedDriftStaysVisibleAndDoesNotCount(qemu: QEMUUnderTest) async throws {
    let report = try await report(
      on: qemu, ["-accel", "tcg,tb-size=4096", "-machine", "none"], accepting: ["accel.tb-size"])
    #expect(try report.finding("accel.tb-size").isAccepted)
    #expect(report.verdict == .confirmed)
  }

  static let fallbacks: [([String], String)] = [
    (["-accel", "xen", "-accel", "tcg"], "invalid accelerator xen"),
    (["-accel", "bogus,what=ever", "-accel", "tcg,tb-size=32"], "invalid accelerator bogus"),
    (["-machine", "accel=hvf:tcg"], "invalid accelerator hvf"),
  ]

  @Test(arguments: QEMUMatrix.all, fallbacks)
  func aFallbackIsToldWithQEMUsOwnWords(qemu: QEMUUnderTest, row: (arguments: [String], words: String))
    async throws
  {
    let report = try await report(on: qemu, row.arguments + ["-M", "none"])
    #expect(report.accelerator.verdict == .fellBack)
    #expect(report.accelerator.live == "tcg")
    #expect(report.accelerator.reason?.contains(row.words) == true, "\(report.accelerator)")
    #expect(report.verdict == .fellBack)
    #expect(report.findings.allSatisfy { $0.instance != "bogus" })
  }

  /// QEMU 7.2 has no device property: there the first entry is refused for good.
  @Test(arguments: QEMUMatrix.x86.filter(\.hasOneInsnPerTB))
  func aKVMDeviceThatIsNotThereFallsBack(qemu: QEMUUnderTest) async throws {
    let report = try await report(
      on: qemu, ["-accel", "kvm,device=/nonexistent", "-accel", "tcg", "-M", "none"])
    #expect(report.accelerator.verdict == .fellBack)
    #expect(report.accelerator.reason?.contains("No such file or directory") == true)
  }

  @Test(arguments: QEMUMatrix.all)
  func whatNobodyAskedForIsNoFinding(qemu: QEMUUnderTest) async throws {
    let report = try await report(on: qemu, ["-M", "none"])
    #expect(report.findings.map(\.option) == ["machine", "nodefaults", "display"])
    #expect(report.accelerator.requested.isEmpty)
    #expect(report.accelerator.live == "tcg")
    #expect(report.findings.contains { $0.option == "nodefaults" && $0.verdict == .confirmed })
    #expect(report.findings.contains { $0.option == "display" && $0.verdict == .confirmed })
  }

  @Test(arguments: QEMUMatrix.all)
  func theInspectionShowsEveryPropertyUnasked(qemu: QEMUUnderTest) async throws {
    try await withMachine(on: qemu, ["-accel", "tcg,tb-size=96,thread=multi", "-machine", qemu.machine]) {
      machine in
      let inspection = try await machine.inspectAccelerator()
      #expect(inspection.live == "tcg")
      let live = Dictionary(uniqueKeysWithValues: inspection.properties.map { ($0.name, $0.observed) })
      #expect(live["tb-size"] == "96")
      #expect(live["thread"] == "multi")
      #expect(live["split-wx"] == "off")
      #expect(live["one-insn-per-tb"] == (qemu.hasOneInsnPerTB ? "off" : .some(nil)))
    }
  }
}
