import QEMUCommandLine
import QEMUJSON
import Testing

@testable import QEMUVerification

/// An artificial observation of a QEMU under kvm, its memory and its host.
private struct KVMObservation {
  var observation = Observation()

  init(cpu target: String? = "x86_64") {
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "kvm"])
    observation.answers[QueryRequest("query-cpus-fast")] = .value(
      .array(target.map { [["qom-path": "/cpu", "thread-id": 1, "target": .string($0)]] } ?? []))
    observation.answers[.property("unavailable-features", of: "/cpu")] = .value([])
    hold("xen-version", "00000000")
    observation.host[.kvmCalls] = .unavailable("QEMU was started without a trace of its calls to KVM")
  }

  mutating func hold(_ property: String, _ bytes: String) {
    observation.globals[GlobalVariable(property, .property(of: "kvm_state"))] = .text(bytes)
  }

  mutating func hold(variable: String, _ byte: String?) {
    observation.globals[GlobalVariable(variable)] = byte.map(HostAnswer.text) ?? .unavailable("--deep")
  }

  mutating func show(_ feature: String, _ value: JSON) {
    observation.answers[.property(feature, of: "/cpu")] = .value(value)
  }

  mutating func showObjects(_ path: String, _ types: [String: String]) {
    observation.answers[.children(of: path)] = .value(
      .array(types.map { ["name": .string($0.key), "type": .string("child<\($0.value)>")] }))
  }

  func findings(_ arguments: String...) throws -> [Finding] {
    try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation).findings
  }
}

/// The kernel's word on the size of the shadow MMU, and QEMU's own.
@Suite struct KVMShadowMemoryTests {
  static let calls: [(wanted: String, call: String?, observed: String, verdict: Verdict)] = [
    ("4194304", "0x400", "4194304", .confirmed), ("0x400000", "0x400", "4194304", .confirmed),
    ("4194305", "0x400", "4194304", .confirmed), ("8388608", "0x400", "4194304", .drifted),
    ("-1", nil, "-1", .confirmed), ("4194304", nil, "-1", .drifted), ("-1", "0x400", "4194304", .drifted),
    ("6442450944", "0xffffffff80000", "0xffffffff80000 pages", .drifted),
    ("2147483648", "0xffffffff80000", "0xffffffff80000 pages", .drifted),
    ("4299161600", "0x400", "4194304", .drifted),
  ]

  @Test(arguments: calls)
  func theKernelWasToldThePages(row: (wanted: String, call: String?, observed: String, verdict: Verdict))
    throws
  {
    var kvm = KVMObservation()
    let call = row.call.map { "\nkvm_vm_ioctl type 0xae44, arg \($0)" } ?? ""
    kvm.observation.host[.kvmCalls] = .text("kvm_vm_ioctl type 0xae03, arg 0x9\(call)")
    for arguments in [
      ["-accel", "kvm,kvm-shadow-mem=\(row.wanted)"], ["-machine", "accel=kvm,kvm-shadow-mem=\(row.wanted)"],
    ] {
      let findings = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(kvm.observation)
        .findings
      let finding = try #require(findings.first { $0.property == "kvm-shadow-mem" })
      #expect(finding.verdict == row.verdict, "\(finding)")
      #expect(finding.observed == row.observed)
    }
  }

  static let held: [(wanted: String, bytes: String, observed: String, verdict: Verdict)] = [
    ("4194304", "00004000", "4194304", .confirmed), ("4194304", "ffffffff", "-1", .drifted),
    ("6442450944", "00000080", "-2147483648", .drifted), ("17179869184", "00000000", "0", .drifted),
  ]

  @Test(arguments: held)
  func withoutATraceQEMUsMemoryShowsIt(
    row: (wanted: String, bytes: String, observed: String, verdict: Verdict)
  ) throws {
    var kvm = KVMObservation()
    kvm.hold("kvm-shadow-mem", row.bytes)
    let finding = try #require(try kvm.findings("-accel", "kvm,kvm-shadow-mem=\(row.wanted)").first)
    #expect(finding.verdict == row.verdict, "\(finding)")
    #expect(finding.observed == row.observed)
    #expect(finding.tier == .deep)
  }

  @Test func ofTwoSizesTheOneThatLostDrifts() throws {
    var kvm = KVMObservation()
    kvm.observation.host[.kvmCalls] = .text("kvm_vm_ioctl type 0xae44, arg 0x800")
    let findings = try kvm.findings(
      "-machine", "q35,kvm-shadow-mem=4194304", "-accel", "kvm,kvm-shadow-mem=8388608")
    let verdicts = findings.filter { $0.property == "kvm-shadow-mem" }.map {
      [$0.option, $0.verdict.rawValue]
    }
    #expect(verdicts == [["accel", "confirmed"], ["machine", "drifted"]])
  }

  @Test func aNumberThatQEMUCannotKeepIsSaidToBeTooBig() throws {
    var kvm = KVMObservation()
    kvm.hold("kvm-shadow-mem", "00000080")
    let finding = try #require(try kvm.findings("-accel", "kvm,kvm-shadow-mem=2147483648").first)
    #expect(finding.reason?.contains("32 bits") == true)
    #expect(finding.remedy?.kind == .impossible)
  }

  @Test func aSizeOfAnotherFormIsNoGuess() throws {
    var kvm = KVMObservation()
    kvm.hold("kvm-shadow-mem", "0000400000000000")
    #expect(try kvm.findings("-accel", "kvm,kvm-shadow-mem=4194304").map(\.verdict) == [.unobservable])
  }
}

/// Tests of the properties of kvm in QEMU's memory, and of the kernel's capabilities for them.
@Suite struct KVMStoredValueTests {
  static let held: [(property: String, bytes: String, right: String, wrong: String)] = [
    ("xen-version", "0a000400", "0x4000a", "0x40011"), ("honor-guest-pat", "01000000", "on", "off"),
    ("honor-guest-pat", "02000000", "off", "auto"),
  ]

  @Test(arguments: held)
  func whatIsHeldIsCompared(row: (property: String, bytes: String, right: String, wrong: String)) throws {
    var kvm = KVMObservation()
    kvm.hold(row.property, row.bytes)
    #expect(try kvm.findings("-accel", "kvm,\(row.property)=\(row.right)").map(\.verdict) == [.confirmed])
    #expect(try kvm.findings("-accel", "kvm,\(row.property)=\(row.wrong)").map(\.verdict) == [.drifted])
  }

  static let limits: [(property: String, bytes: String, value: String)] = [
    ("xen-gnttab-max-frames", "8000", "128"), ("xen-evtchn-max-pirq", "0001", "256"),
  ]

  @Test(arguments: limits)
  func aLimitOfXenIsInertWithoutXen(row: (property: String, bytes: String, value: String)) throws {
    var kvm = KVMObservation()
    kvm.hold(row.property, row.bytes)
    let inert = try #require(try kvm.findings("-accel", "kvm,\(row.property)=\(row.value)").first)
    #expect(inert.verdict == .unobservable && inert.reason?.contains("no effect") == true)
    #expect(try kvm.findings("-accel", "kvm,\(row.property)=1").map(\.verdict) == [.drifted])
    kvm.hold("xen-version", "0a000400")
    #expect(try kvm.findings("-accel", "kvm,\(row.property)=\(row.value)").map(\.verdict) == [.confirmed])
  }

  static let notify: [(capability: String, wanted: String, verdict: Verdict)] = [
    ("219 1", "internal-error", .confirmed), ("219 1", "run", .drifted), ("219 1", "disable", .drifted),
    ("219 0", "internal-error", .unobservable), ("219 0", "run", .drifted),
  ]

  @Test(arguments: notify)
  func aNoticeTakesTheKernelsCapability(row: (capability: String, wanted: String, verdict: Verdict)) throws {
    var kvm = KVMObservation()
    kvm.observation.host[.kvmExtensions] = .text("38 0\n\(row.capability)\n")
    kvm.hold("notify-vmexit", "01000000")
    let findings = try kvm.findings("-accel", "kvm,notify-vmexit=\(row.wanted)")
    #expect(findings.map(\.verdict) == [row.verdict], "\(findings)")
  }

  @Test func aRingOfAMachineWithoutCPUIsReadInQEMUsMemory() throws {
    var kvm = KVMObservation(cpu: nil)
    kvm.observation.host[.maps] = .text("7f0000000000-7f0000010000 rw-p 00000000 00:00 0\n")
    kvm.hold("dirty-ring-size", "00040000")
    #expect(try kvm.findings("-accel", "kvm,dirty-ring-size=1024").map(\.verdict) == [.confirmed])
    #expect(try kvm.findings("-accel", "kvm,dirty-ring-size=2048").map(\.verdict) == [.drifted])
  }
}

/// Tests of the location of the interrupt controllers, on machines whose objects do not show it.
@Suite struct KVMStoredIRQChipTests {
  static let words: [(kernel: String, split: String, word: String)] = [
    ("01", "00", "on"), ("01", "01", "split"), ("00", "00", "off"),
  ]

  private func machines() -> [KVMObservation] {
    var none = KVMObservation(cpu: nil)
    none.showObjects("/machine", [:])
    var pc = KVMObservation()
    pc.showObjects("/cpu", [:])
    pc.showObjects("/machine", ["i440fx": "i440FX-pcihost"])
    pc.showObjects("/machine/i440fx", ["ioapic": "ioapic"])
    var isa = KVMObservation()
    isa.showObjects("/cpu", [:])
    isa.showObjects("/machine", [:])
    isa.showObjects("/machine/unattached", ["device[1]": "isa-i8259"])
    return [none, pc, isa]
  }

  @Test(arguments: words)
  func qemusMemoryTells(row: (kernel: String, split: String, word: String)) throws {
    for var kvm in machines() {
      kvm.hold(variable: "kvm_kernel_irqchip", row.kernel)
      kvm.hold(variable: "kvm_split_irqchip", row.split)
      for wanted in ["off", "split"] {
        let findings = try kvm.findings("-accel", "kvm,kernel-irqchip=\(wanted)")
        #expect(findings.map(\.verdict) == [wanted == row.word ? .confirmed : .drifted], "\(findings)")
      }
    }
  }

  @Test func withoutAnAPICNeitherOffNorSplitIsGuessed() throws {
    for var kvm in machines() {
      kvm.hold(variable: "kvm_kernel_irqchip", nil)
      for wanted in ["off", "split"] {
        #expect(try kvm.findings("-accel", "kvm,kernel-irqchip=\(wanted)").map(\.verdict) == [.unobservable])
      }
    }
  }

  @Test func aQEMUThatCannotBeAskedIsReadInItsMemory() throws {
    for option in [["-accel", "kvm,kernel-irqchip=split"], ["-machine", "accel=kvm,kernel-irqchip=split"]] {
      var observation = Observation()
      observation.monitorUnavailability = MonitorUnavailability(
        "another client holds the monitor", isTemporary: true)
      observation.host[.descriptors] = .text("9 0:0 anon_inode:kvm-vm\n")
      observation.host[.maps] = .text("")
      observation.host[.threads] = .text("")
      observation.globals[GlobalVariable("kvm_kernel_irqchip")] = .text("01")
      for (split, verdict) in [("01", Verdict.confirmed), ("00", .drifted)] {
        observation.globals[GlobalVariable("kvm_split_irqchip")] = .text(split)
        let findings = try Verification(of: QEMUConfiguration(arguments: option)).judge(observation).findings
        #expect(findings.map(\.verdict) == [verdict], "\(findings)")
      }
    }
  }
}

/// A feature that QEMU holds is not one that the guest has.
@Suite struct KVMFeatureEffectTests {
  static let features: [(feature: String, extensions: String, verdict: Verdict)] = [
    ("hv-relaxed", "44 0", .drifted), ("hv-relaxed", "44 1", .confirmed),
    ("hv-frequencies", "44 0", .drifted), ("hv_time", "44 0", .drifted),
    ("pmu", "212 0\nenable_pmu N", .drifted), ("pmu", "212 0\nenable_pmu Y", .confirmed),
    ("pmu", "212 1", .confirmed), ("pmu", "212 0", .unobservable),
    ("xen-vapic", "38 0", .drifted), ("xen-vapic", "38 63", .drifted),
    ("avx2", "44 0\n38 0\n212 0", .confirmed), ("tcg-cpuid", "44 1", .unobservable),
  ]

  @Test(arguments: features)
  func aFeatureIsJudgedByWhatTheKernelHas(row: (feature: String, extensions: String, verdict: Verdict)) throws
  {
    var kvm = KVMObservation()
    let name = row.feature.replacing("_", with: "-")
    kvm.observation.host[.kvmExtensions] = .text(row.extensions)
    kvm.observation.answers[.property("type", of: "/cpu")] = .value("max-x86_64-cpu")
    kvm.show(name, true)
    let findings = try kvm.findings("-accel", "kvm", "-cpu", "max,\(row.feature)=on")
    #expect(findings.first { $0.property == row.feature }?.verdict == row.verdict, "\(findings)")
    kvm.show(name, false)
    let off = try kvm.findings("-accel", "kvm", "-cpu", "max,\(row.feature)=off")
    #expect(off.first { $0.property == row.feature }?.verdict == .confirmed, "what is off needs no kernel")
  }

  @Test func aNumberOfHyperVsIsHeldToo() throws {
    var kvm = KVMObservation()
    kvm.observation.answers[.property("type", of: "/cpu")] = .value("max-x86_64-cpu")
    kvm.observation.host[.kvmExtensions] = .text("44 0")
    kvm.show("hv-spinlocks", 8191)
    let finding = try kvm.findings("-accel", "kvm", "-cpu", "max,hv-spinlocks=0x1fff").last
    #expect(finding?.verdict == .drifted)
    #expect(finding?.remedy?.kind == .impossible)
  }

  @Test(arguments: [true, false])
  func kvmsOwnFeaturesTakeItsSignature(isSigned: Bool) throws {
    var kvm = KVMObservation()
    kvm.observation.answers[.property("type", of: "/cpu")] = .value("max-x86_64-cpu")
    for feature in ["kvm-pv-eoi", "kvmclock"] {
      kvm.show(feature, true)
      kvm.show("kvm", .bool(isSigned))
      let finding = try kvm.findings("-accel", "kvm", "-cpu", "max,\(feature)=on").last
      #expect(finding?.verdict == (isSigned ? .confirmed : .drifted))
    }
  }

  @Test func aProcessorThatIsGivenUpTakesTheKernel() throws {
    var kvm = KVMObservation()
    kvm.hold(variable: "enable_cpu_pm", "01")
    for (answer, verdict) in [("143 14", Verdict.confirmed), ("143 0", .drifted)] {
      kvm.observation.host[.kvmExtensions] = .text(answer)
      #expect(try kvm.findings("-accel", "kvm", "-overcommit", "cpu-pm=on").map(\.verdict) == [verdict])
    }
  }
}

/// The device that QEMU was to open, whatever way leads to it.
@Suite struct KVMDeviceTests {
  private func open(_ path: String) -> KVMObservation {
    var kvm = KVMObservation()
    kvm.observation.host[.descriptors] = .text("3 0:0 socket:[1]\n6 10:232 \(path)\n9 10:232 \(path)\n")
    return kvm
  }

  @Test func aLinkToTheDeviceIsFollowed() throws {
    var kvm = open("/dev/kvm")
    for (wanted, target, verdict) in [
      ("/tmp/link", "10:232 /dev/kvm", Verdict.confirmed), ("kvm", "10:232 /dev/kvm", .confirmed),
      ("/tmp/link", "10:232 /dev/other", .drifted), ("/tmp/link", "1:3 /dev/null", .drifted),
    ] {
      kvm.observation.files = [wanted: .text(target)]
      kvm.observation.globals[GlobalVariable("device", .textProperty(of: "kvm_state"))] = .text("/dev/kvm")
      #expect(try kvm.findings("-accel", "kvm,device=\(wanted)").map(\.verdict) == [verdict])
    }
  }

  @Test func aLinkThatLeadsElsewhereNowIsReadInQEMUsMemory() throws {
    var kvm = open("/dev/kvm")
    kvm.observation.files["/tmp/gone"] = .unavailable("/tmp/gone: No such file or directory")
    let device = GlobalVariable("device", .textProperty(of: "kvm_state"))
    for (held, verdict) in [
      (HostAnswer.text("/tmp/gone"), Verdict.confirmed), (.unavailable("--deep"), .unobservable),
    ] {
      kvm.observation.globals[device] = held
      #expect(try kvm.findings("-accel", "kvm,device=/tmp/gone").map(\.verdict) == [verdict])
    }
  }

  static let sets: [(set: Int64, fd: Int64, duplicates: String, verdict: Verdict)] = [
    (7, 6, "6 9", .confirmed), (7, 6, "4 5\n6 9 12", .confirmed), (7, 6, "4 5", .drifted),
    (7, 5, "5 8\n6 9", .drifted),
  ]

  @Test(arguments: sets)
  func aDescriptorSetIsComparedByTheKernel(
    row: (set: Int64, fd: Int64, duplicates: String, verdict: Verdict)
  ) throws {
    var kvm = open("/dev/kvm")
    kvm.observation.answers[QueryRequest("query-fdsets")] = .value([
      ["fdset-id": .integer(row.set), "fds": [["fd": .integer(row.fd), "opaque": "kvm"]]]
    ])
    kvm.observation.host[.duplicateDescriptors] = .text(row.duplicates)
    #expect(try kvm.findings("-accel", "kvm,device=/dev/fdset/7").map(\.verdict) == [row.verdict])
  }

  @Test func aSetThatIsGoneIsReadInQEMUsMemory() throws {
    var kvm = open("/dev/kvm")
    kvm.observation.answers[QueryRequest("query-fdsets")] = .value([])
    kvm.observation.globals[GlobalVariable("device", .textProperty(of: "kvm_state"))] = .text("/dev/fdset/7")
    #expect(try kvm.findings("-accel", "kvm,device=/dev/fdset/7").map(\.verdict) == [.confirmed])
    #expect(try kvm.findings("-accel", "kvm,device=/dev/fdset/8").map(\.verdict) == [.drifted])
  }
}
