import QEMU
import Testing

/// Machine, CPU, topology and memory: what took effect is confirmed whatever QEMU normalises, what did not is a drift.
@Suite struct MachineVerificationTests {
  static let confirmedOnX86: [[String]] = [
    ["-machine", "q35"], ["-machine", "pc"], ["-machine", "microvm"], ["-machine", "none"],
    ["-machine", "q35,hpet=off,vmport=off,smm=off"], ["-machine", "q35,hpet=yes,vmport=on,usb=y"],
    ["-machine", "pc,acpi=off,graphics=on,max-ram-below-4g=2G"],
    ["-M", "q35,dump-guest-core=off,mem-merge=no"],
    ["-M", "pc", "-M", "q35,kernel-irqchip=off"], ["-machine", "q35,smp.cpus=2,boot.order=d"],
    ["-cpu", "qemu64"], ["-cpu", "EPYC,-avx2"], ["-cpu", "Haswell,+sse4.1,-sse4_2,xlevel=0x8000001f"],
    ["-cpu", "max,vendor=GenuineIntel"], ["-cpu", "qemu64,+avx2,avx2=off"], ["-cpu", "qemu64,-avx2,+avx2"],
    ["-cpu", "max,avx2=off,avx2=on"], ["-cpu", "Haswell-v1"],
    ["-smp", "4"], ["-smp", "2,maxcpus=8"], ["-smp", "cpus=8,sockets=2,cores=2,threads=2"], ["-smp", "010"],
    ["-m", "64"], ["-m", "0.5G"], ["-m", "131073k"], ["-m", "134217729b"], ["-m", "256M,slots=3,maxmem=8G"],
    ["-object", "memory-backend-ram,id=mm,size=64M", "-machine", "memory-backend=mm", "-m", "64M"],
  ]

  @Test(arguments: QEMUMatrix.x86, confirmedOnX86)
  func whatTookEffectIsNoDriftOnX86(qemu: QEMUUnderTest, arguments: [String]) async throws {
    try await expectNoDrift(qemu, arguments)
  }

  static let confirmedOnARM: [[String]] = [
    ["-machine", "virt"], ["-machine", "virt,gic-version=2"], ["-machine", "virt,gic-version=max,secure=on"],
    ["-machine", "virt,virtualization=on,highmem=off,iommu=smmuv3"], ["-machine", "none"],
    ["-machine", "virt", "-cpu", "cortex-a57"], ["-machine", "virt", "-cpu", "cortex-a72,pmu=off"],
    ["-machine", "virt", "-cpu", "max,sve=off"], ["-machine", "virt", "-smp", "2,maxcpus=4"],
    ["-machine", "virt", "-m", "512M,slots=2,maxmem=1G"],
  ]

  @Test(arguments: QEMUMatrix.all.filter { !$0.isX86 }, confirmedOnARM)
  func whatTookEffectIsNoDriftOnARM(qemu: QEMUUnderTest, arguments: [String]) async throws {
    try await expectNoDrift(qemu, arguments)
  }

  private func expectNoDrift(_ qemu: QEMUUnderTest, _ arguments: [String]) async throws {
    let report = try await report(on: qemu, arguments)
    #expect(report.verdict == .confirmed, "\(report.drifts)")
    for finding in report.findings where finding.verdict != .confirmed && finding.option != "nodefaults" {
      // Under tcg the place of the interrupt controllers is nobody's to choose.
      #expect(finding.property == "kernel-irqchip", "\(finding)")
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func aFeatureThatTCGCannotOfferIsADrift(qemu: QEMUUnderTest) async throws {
    let report = try await report(on: qemu, ["-machine", "q35", "-cpu", "Haswell,+avx512f,+avx2"])
    let finding = try report.finding("cpu.avx512f")
    #expect(finding.verdict == .drifted)
    #expect(finding.observed == "off")
    #expect(finding.reason?.contains("dropped avx512f") == true)
    #expect(try report.finding("cpu.avx2").verdict == .confirmed)
    #expect(try report.finding("cpu.model").verdict == .confirmed)
  }

  static let contradictions: [([String], String)] = [
    (["-machine", "pc"], "machine.type"), (["-machine", "q35,hpet=on"], "machine.hpet"),
    (["-cpu", "EPYC"], "cpu.model"), (["-cpu", "Haswell,-avx2"], "cpu.avx2"),
    (["-smp", "cores=4"], "smp.cores"),
    (["-smp", "maxcpus=9"], "smp.maxcpus"), (["-m", "65"], "m.size"), (["-m", "slots=4"], "m.slots"),
    (["-m", "maxmem=2G"], "m.maxmem"), (["-machine", "boot.order=c"], "machine.boot.order"),
  ]

  @Test(arguments: QEMUMatrix.x86)
  func everyRowNoticesThatTheMachineIsAnother(qemu: QEMUUnderTest) async throws {
    let arguments = [
      "-machine", "q35,hpet=off,boot.order=d", "-cpu", "Haswell,+avx2", "-smp", "2,maxcpus=8", "-m",
      "64,slots=2,maxmem=1G",
    ]
    try await withMachine(on: qemu, arguments) { machine in
      #expect(try await machine.verify().report.verdict == .confirmed)
      for (other, name) in Self.contradictions {
        let report = try await machine.verify(against: QEMUConfiguration(arguments: other)).report
        let finding = try report.finding(name)
        #expect(finding.verdict == .drifted, "\(finding)")
        #expect(finding.remedy?.text.isEmpty == false)
      }
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func aPropertyThatCannotBeReadIsUnobservableWithQEMUsWords(qemu: QEMUUnderTest) async throws {
    try await withMachine(on: qemu, ["-machine", "q35"]) { machine in
      let other = try QEMUConfiguration(arguments: ["-machine", "nosuch=on"])
      let finding = try await machine.verify(against: other).report.finding("machine.nosuch")
      #expect(finding.verdict == .unobservable)
      #expect(finding.reason?.contains("nosuch") == true)
    }
  }
}
