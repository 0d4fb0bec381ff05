import QEMUCommandLine
import RandomValues
import Testing

/// Tests that a written configuration is read as the same one. The values are seeded, so that a failure can be repeated.
@Suite struct RoundTripTests {
  @Test func everyPropertyOfEveryAcceleratorIsReadBack() throws {
    var generator = SplitMix64(seed: 1)
    var named: Set<String> = []
    for _ in 0..<4000 {
      let accelerator = Accelerator.anything(using: &generator)
      named.formUnion(accelerator.assignments.map { "\(accelerator.name).\($0.name)" })
      #expect(try Accelerator(text: accelerator.text()) == accelerator)
    }
    let declared = Accelerator.declarations.flatMap { name, keys in keys.map { "\(name).\($0.name)" } }
    #expect(Set(declared).subtracting(named).isEmpty, "a property that no value was made of")
  }

  @Test func machinesCPUsTopologiesAndMemoriesAreReadBack() throws {
    var generator = SplitMix64(seed: 2)
    for _ in 0..<2000 {
      let configuration = QEMUConfiguration.anything(using: &generator)
      let arguments = try configuration.arguments()
      #expect(
        try QEMUConfiguration(arguments: arguments).occurrences == configuration.occurrences, "\(arguments)")
      #expect(try QEMUConfiguration(shellText: configuration.shellText()) == configuration, "\(arguments)")
    }
  }

  @Test func anAcceleratorInTheTypedModelReadsBackAsWhatWasSet() throws {
    let accelerator = Accelerator.kvm {
      $0.kernelIRQChip = .split
      $0.shadowMemory = .bytes(-1)
      $0.dirtyRingSize = .twoToThe(12)
      $0.eagerSplitSize = PowerOfTwoSize(.mebibytes(2))
      $0.device = "/dev/a,b=\"c\" é\n"
      $0.rapl = true
      $0.xenVersion = 0x40011
      $0.riscvAIA = .hwaccel
      $0.honorGuestPAT = .auto
    }
    guard case .kvm(let properties) = try Accelerator(text: accelerator.text()) else {
      Issue.record("not kvm")
      return
    }
    #expect(properties.kernelIRQChip == .split)
    #expect(properties.shadowMemory?.bytes == -1)
    #expect(properties.dirtyRingSize?.count == 4096)
    #expect(properties.eagerSplitSize?.size == .mebibytes(2))
    #expect(properties.device == "/dev/a,b=\"c\" é\n")
    #expect(properties.rapl == true)
    #expect(properties.xenVersion == 0x40011)
    #expect(properties.riscvAIA == .hwaccel)
    #expect(properties.honorGuestPAT == .auto)
    #expect(properties.notifyVMExit == nil)
  }

  static let inexpressible: [Occurrence] = [
    Occurrence(Accelerator.other(name: "x", assignments: [Assignment("a,b", "c")])),
    Occurrence(Accelerator.other(name: "x", assignments: [Assignment("a=b", "c")])),
    Occurrence(Accelerator.other(name: "", assignments: [])),
    Occurrence(Accelerator.other(name: "a:b", assignments: [])),
    Occurrence(Accelerator.kvm { $0.device = "/dev/\0" }),
    Occurrence(MachineOption(type: "q35", ["a b": "c"])),
    Occurrence(MachineOption(type: "q35", ["": "c"])),
    Occurrence(MachineOption(type: "q35", ["a.": "c"])),
    Occurrence(option: "name", argument: PlainText("a\0b")),
    Occurrence(option: "na\0me", argument: PlainText("a")),
    Occurrence(CPUModel("", [])),
    Occurrence(CPUModel("max", [.bare("+avx")])),
    Occurrence(CPUModel("max", [.bare("")])),
    Occurrence(CPUModel("max", [.assignment("a=b", "c")])),
    Occurrence(CPUModel("max", [.assignment("model-id", "a,b")])),
  ]

  @Test(arguments: inexpressible)
  func whatALanguageCannotSayIsRefusedInsteadOfWritten(occurrence: Occurrence) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration([occurrence]).arguments() }
    #expect(error?.code == .unencodableValue)
    #expect(error?.remedy.isEmpty == false)
  }

  @Test func whatAnAccentFollowsIsStillSyntax() throws {
    // To Swift a comma and an accent are one character that is no comma.
    let name = Occurrence(named("a,\u{301}b"))
    let append = Occurrence(option: "append", argument: PlainText("'\u{301} x"))
    var configuration = QEMUConfiguration([name, append])
    #expect(try configuration.arguments() == ["-name", "a,,\u{301}b", "-append", "'\u{301} x"])
    configuration.binary = "qemu"
    #expect(try configuration.shellText().hasSuffix(" -append ''\\''\u{301} x'"))
    #expect(try QEMUConfiguration(shellText: configuration.shellText()) == configuration)
    let accelerator = try Accelerator(text: "new,no\u{301}x")
    #expect(accelerator.assignments == [Assignment("\u{301}x", "off")])
  }

  private func named(_ guest: String) -> Properties<NameOption> {
    var name = Properties<NameOption>()
    name.guest = guest
    return name
  }

  @Test func aBinaryWithoutANameIsRefusedAsItCouldNotBeWritten() {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(shellText: "'' -S") }
    #expect(error?.code == .malformedText)
  }

  @Test func aShellTextThatWouldBeReadAsAnotherCommandIsRefused() {
    var drive = QEMUConfiguration([Occurrence(option: "", argument: PlainText("disk.img"))])
    #expect(throws: CommandLineError.self) { try drive.shellText() }
    for binary in ["", "-qemu", "A=b"] {
      drive.binary = binary
      #expect(throws: CommandLineError.self) { try drive.shellText() }
    }
    drive.binary = "/usr/bin/q=emu"
    drive.environment = [.init(name: "1A", value: "b")]
    #expect(throws: CommandLineError.self) { try drive.shellText() }
    drive.environment = [.init(name: "A_1", value: "b c'd\n")]
    #expect(throws: Never.self) {
      let read = try QEMUConfiguration(shellText: drive.shellText())
      #expect(read == drive)
    }
  }
}

extension Accelerator {
  /// Any accelerator with any of its properties, all of them in some run.
  static func anything(using generator: inout SplitMix64) -> Accelerator {
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: .hvf()
    case 1: .nvmm()
    case 2: .mshv()
    case 3: .qtest()
    case 4: .xen { if generator.coin() { $0.igdPassthru = generator.coin() } }
    case 5:
      .whpx {
        if generator.coin() { $0.kernelIRQChip = KernelIRQChip.allCases.randomElement(using: &generator) }
        if generator.coin() { $0.hyperV = OnOffAuto.allCases.randomElement(using: &generator) }
      }
    case 6: .other(name: "a\(generator.text())", assignments: [Assignment("some-key", generator.text())])
    case 7: .random(using: &generator)
    default:
      .kvm {
        $0.rapl = generator.coin()
        $0.xenGrantTableMaxFrames = .random(in: 0 ... .max, using: &generator)
        $0.xenEventChannelMaxPIRQ = .random(in: 0 ... .max, using: &generator)
        $0.riscvAIA = RISCVAIA.allCases.randomElement(using: &generator)
        $0.notifyVMExit = [.internalError(window: 2), .disable, .run(window: 1)].randomElement(
          using: &generator)
      }
    }
  }
}

extension QEMUConfiguration {
  static func anything(using generator: inout SplitMix64) -> QEMUConfiguration {
    var machine = MachineOption(type: generator.text(), ["usb": generator.text()])
    if generator.coin() { machine.type = nil }
    if generator.coin() { machine["a.0.b-c"] = generator.text() }
    let word = generator.text().filter { $0 != "," }
    let features: [CPUModel.Feature] = [
      .plus(word), .minus(word), .assignment("a", word), .bare("b\(word.filter { $0 != "=" })"),
    ]
    var memory = Properties<MemoryOption>()
    memory.size = MemorySize(.bytes(generator.next() >> UInt64.random(in: 0..<64, using: &generator)))
    if generator.coin() { memory.maximum = .bytes(generator.next()) }
    var topology = Properties<SMPTopology>()
    if generator.coin() { topology.cpus = generator.next() >> 40 }
    if generator.coin() { topology.clusters = generator.next() >> 40 }
    var name = Properties<NameOption>()
    if generator.coin() { name.guest = generator.text() }
    if generator.coin() { name.process = generator.text() }
    var result = QEMUConfiguration([
      Occurrence(machine),
      Occurrence(CPUModel("m\(word)", features.shuffled(using: &generator))),
      Occurrence(memory), Occurrence(topology),
      Occurrence(name),
      Occurrence(option: "append", argument: PlainText(generator.text())),
      Occurrence(flag: "S"), Occurrence(option: "", argument: PlainText("d\(generator.text())")),
    ])
    if generator.coin() { result.binary = "/q \(generator.text())" }
    if generator.coin() { result.environment = [.init(name: "A", value: generator.text())] }
    return result
  }
}
