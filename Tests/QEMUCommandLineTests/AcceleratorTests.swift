import QEMUCommandLine
import RandomValues
import Testing

@Suite struct AcceleratorTests {
  @Test func aTypedAcceleratorIsWrittenAsQEMUReadsIt() throws {
    let accelerator = Accelerator.tcg {
      $0.threads = .multi
      $0.tbSize = 256
      $0.splitWX = true
      $0.oneInsnPerTB = false
    }
    #expect(try accelerator.text() == "tcg,thread=multi,tb-size=256,split-wx=on,one-insn-per-tb=off")
    #expect(try Accelerator(text: accelerator.text()) == accelerator)
  }

  static let texts: [(String, String)] = [
    ("tcg", "tcg"), ("accel=tcg,thread=single", "tcg,thread=single"),
    ("thread=single,accel=tcg", "tcg,thread=single"),
    ("kvm,kernel-irqchip=split,device=/dev/a,,b", "kvm,kernel-irqchip=split,device=/dev/a,,b"),
    ("tcg,split-wx", "tcg,split-wx=on"), ("tcg,nosplit-wx", "tcg,split-wx=off"), ("tcg,", "tcg"),
    ("kvm,dirty-ring-size=0x1000", "kvm,dirty-ring-size=0x1000"), ("tcg,tb-size=010", "tcg,tb-size=010"),
    ("kvm,notify-vmexit=run,notify-window=5", "kvm,notify-vmexit=run,notify-window=5"),
    (
      "kvm,notify-vmexit=internal-error,notify-window=5",
      "kvm,notify-vmexit=internal-error,notify-window=5"
    ),
    ("kvm,notify-window=5", "kvm,notify-window=5"), ("xen,igd-passthru=on", "xen,igd-passthru=on"),
    ("whpx,hyperv=off,kernel-irqchip=on", "whpx,hyperv=off,kernel-irqchip=on"),
    ("nitro,enclave-cid=16,debug-mode=on", "nitro,enclave-cid=16,debug-mode=on"),
    ("kvm,eager-split-size=2M,kvm-shadow-mem=4194304", "kvm,eager-split-size=2M,kvm-shadow-mem=4194304"),
    (
      "kvm,rapl=on,rapl-helper-socket=/run/s,xen-version=0x40011,honor-guest-pat=auto,riscv-aia=emul",
      "kvm,rapl=on,rapl-helper-socket=/run/s,xen-version=0x40011,honor-guest-pat=auto,riscv-aia=emul"
    ),
    ("bogus,what=ever", "bogus,what=ever"), ("hvf", "hvf"),
    ("tcg,thread=single,thread=multi", "tcg,thread=single,thread=multi"),
  ]

  @Test(arguments: texts)
  func aTextIsReadAndWritten(text: String, expected: String) throws {
    #expect(try Accelerator(text: text).text() == expected)
  }

  /// Properties that are not known here, in every spelling that keeps them.
  static let unknownProperties: [(text: String, untyped: [String])] = [
    ("hvf,tso=on", ["tso"]), ("nvmm,a=1,b=x,,y,a=2", ["a", "b", "a"]), ("mshv,novel=", ["novel"]),
    ("qtest,log=/tmp/q", ["log"]), ("hvf,kernel-irqchip=on", ["kernel-irqchip"]),
    ("tcg,thread=multi,novel=1,tb-size=64", ["novel"]), ("tcg,kernel-irqchip=split", ["kernel-irqchip"]),
    ("kvm,id=a,device=/dev/kvm", ["id"]), ("xen,novel=1", ["novel"]), ("whpx,thread=single", ["thread"]),
    ("nitro,novel=1,debug-mode=on", ["novel"]), ("bogus,x=1,y=2", ["x", "y"]),
  ]

  @Test(arguments: unknownProperties.map(\.text))
  func aPropertyThatIsNotKnownIsKeptAndListed(text: String) throws {
    let untyped = try #require(Self.unknownProperties.first { $0.text == text }?.untyped)
    let accelerator = try Accelerator(text: text, unknownNames: .kept)
    #expect(try accelerator.text() == text)
    #expect(accelerator.untyped == untyped)
    let document = try ConfigurationDocument(QEMUConfiguration([Occurrence(accelerator)]))
    let again = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()), unknownNames: .kept)
    #expect(try ConfigurationDocument(again) == document)
    #expect(Set(again.occurrences.flatMap(\.untyped)) == Set(untyped.map { "accel.\($0)" }))
  }

  @Test func aPropertyIsGivenToAnAcceleratorThatHasNoneHere() throws {
    #expect(try Accelerator.hvf(Properties { $0["tso"] = "on" }).text() == "hvf,tso=on")
  }

  static let refusals: [(String, CommandLineError.Code, Int?, String)] = [
    ("tcg,kernel-irqchip=on", .propertyOfOtherAccelerator, 5, "kvm and whpx"),
    ("kvm,tb-size=64", .propertyOfOtherAccelerator, 5, "tcg"),
    ("kvm,igd-passthru=on", .propertyOfOtherAccelerator, 5, "xen"),
    ("tcg,thread=single,hyperv=on", .propertyOfOtherAccelerator, 19, "whpx"),
    ("hvf,thread=multi", .propertyOfOtherAccelerator, 5, "tcg"), ("hvf,tso=on", .unknownProperty, 5, "tso"),
    ("qtest,log=x", .unknownProperty, 7, "log"),
    ("tcg,tb-sise=64", .unknownProperty, 5, "tb-size"),
    ("kvm,kernel_irqchip=on", .unknownProperty, 5, "kernel-irqchip"),
    ("tcg,thread=bogus", .malformedValue, 5, "single or multi"),
    ("tcg,tb-size=1G", .malformedValue, 5, "without a suffix"),
    ("tcg,tb-size=-1", .valueOutOfRange, 5, "4294967295"),
    ("tcg,tb-size=4294967296", .valueOutOfRange, 5, "4294967295"),
    ("kvm,dirty-ring-size=1000", .valueOutOfRange, 5, "power of two"),
    ("kvm,kvm-shadow-mem=4M", .malformedValue, 5, "bytes"),
    ("kvm,kernel-irqchip=auto", .malformedValue, 5, "on, off or split"),
    ("tcg,split-wx=1", .malformedValue, 5, "on or off"),
    ("kvm,eager-split-size=3M", .valueOutOfRange, 5, "power of two"),
    ("kvm,xen-gnttab-max-frames=65536", .valueOutOfRange, 5, "65535"),
    ("kvm,notify-vmexit=disable,notify-window=5", .conflictingOptions, nil, "notify-window"),
    ("kvm:tcg", .malformedText, 1, "-accel kvm -accel tcg"), ("", .malformedText, nil, "-accel tcg"),
    ("tcg,tb-size=" + String(repeating: "9", count: 100), .valueOutOfRange, 5, "4294967295"),
  ]

  @Test(arguments: refusals)
  func aWrongTextIsRefusedWithThePlaceAndTheRemedy(
    text: String, code: CommandLineError.Code, column: Int?, words: String
  ) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: ["-accel", text]) }
    #expect(error?.code == code)
    #expect(error?.position.column == column)
    #expect(error?.position.option == "accel")
    #expect((error.map { $0.summary + $0.remedy } ?? "").contains(words), "\(String(describing: error))")
  }

  @Test func aWindowBelongsToWhatLooksAtIt() throws {
    var properties = Properties<KVM>()
    properties.notifyVMExit = .run(window: 7)
    #expect(try Accelerator.kvm(properties).text() == "kvm,notify-vmexit=run,notify-window=7")
    properties.notifyVMExit = .internalError(window: nil)
    #expect(try Accelerator.kvm(properties).text() == "kvm,notify-vmexit=internal-error")
    properties.notifyVMExit = .internalError(window: 8)
    #expect(try Accelerator.kvm(properties).text() == "kvm,notify-vmexit=internal-error,notify-window=8")
    #expect(properties.notifyVMExit == .internalError(window: 8))
    properties.notifyVMExit = nil
    #expect(properties.assignments.isEmpty)
  }

  static let preferences: [([String], [String], AcceleratorPreference.Source)] = [
    ([], ["tcg"], .byDefault),
    (["-accel", "kvm", "-accel", "tcg,thread=single"], ["kvm", "tcg"], .accelOption),
    (["-machine", "q35,accel=kvm:tcg"], ["kvm", "tcg"], .machineProperty),
    (["-enable-kvm"], ["kvm"], .enableKVM),
    (["-M", "accel=xen", "-machine", "accel=tcg"], ["tcg"], .machineProperty),
    (["-M", "accel=tcg", "-enable-kvm"], ["kvm"], .enableKVM),
  ]

  @Test(arguments: preferences)
  func thePreferenceComesFromEverySpelling(
    arguments: [String], names: [String], source: AcceleratorPreference.Source
  ) throws {
    let preference = try QEMUConfiguration(arguments: arguments).acceleratorPreference()
    #expect(preference.entries.map(\.name) == names)
    #expect(preference.source == source)
  }

  @Test(arguments: [["-accel", "tcg", "-M", "accel=kvm"], ["-enable-kvm", "-accel", "kvm"]])
  func accelBesideItsOlderSpellingsIsAnError(arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments)
    let error = #expect(throws: CommandLineError.self) { try configuration.acceleratorPreference() }
    #expect(error?.code == .conflictingOptions)
  }

  @Test func whatIsWrittenIsReadBackForRandomValues() throws {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<3000 {
      let accelerator = Accelerator.random(using: &generator)
      #expect(try Accelerator(text: accelerator.text()) == accelerator)
    }
  }

  /// The properties of each accelerator in QEMU 11.1.3: from its list, or from its source if it is not built in.
  static let properties: [String: [String]] = [
    "tcg": ["one-insn-per-tb", "split-wx", "tb-size", "thread"],
    "kvm": [
      "device", "dirty-ring-size", "eager-split-size", "honor-guest-pat", "kernel-irqchip", "kvm-shadow-mem",
      "notify-vmexit", "notify-window", "rapl", "rapl-helper-socket", "riscv-aia", "xen-evtchn-max-pirq",
      "xen-gnttab-max-frames", "xen-version",
    ],
    "xen": ["igd-passthru"], "whpx": ["hyperv", "kernel-irqchip"], "nitro": ["debug-mode", "enclave-cid"],
    "hvf": [], "nvmm": [], "mshv": [], "qtest": [],
  ]

  @Test func theDeclaredPropertiesAreThoseOfQEMU() {
    #expect(Accelerator.declarations.mapValues { $0.map(\.name) } == Self.properties)
  }

  @Test func everyDeclaredPropertySaysWhatItTakes() {
    let all = Accelerator.declarations
    for declaration in all.values.flatMap(\.self) {
      #expect(!declaration.summary.isEmpty && !declaration.expectation.isEmpty)
    }
  }
}

extension SplitMix64 {
  mutating func coin() -> Bool { next() & 1 == 0 }

  mutating func text() -> String {
    let alphabet: [Character] = [",", "=", "\"", "'", " ", "\n", "é", "a", "/", "{", "\\", "n", "o", "-"]
    return String(
      (0..<Int.random(in: 0..<9, using: &self)).map { _ in alphabet.randomElement(using: &self) ?? "a" })
  }
}

extension Accelerator {
  static func random(using generator: inout SplitMix64) -> Accelerator {
    switch Int.random(in: 0..<7, using: &generator) {
    case 0, 1:
      .tcg {
        if generator.coin() { $0.threads = generator.coin() ? .single : .multi }
        if generator.coin() { $0.tbSize = .mebibytes(.random(in: 0 ... .max, using: &generator)) }
        if generator.coin() { $0.splitWX = generator.coin() }
        if generator.coin() { $0.oneInsnPerTB = generator.coin() }
      }
    case 2, 3, 4: randomKVM(using: &generator)
    case 5: .whpx { $0.hyperV = OnOffAuto.allCases.randomElement(using: &generator) }
    default:
      .nitro {
        $0.enclaveCID = .random(in: 0 ... .max, using: &generator)
        $0.debugMode = generator.coin()
      }
    }
  }

  private static func randomKVM(using generator: inout SplitMix64) -> Accelerator {
    .kvm {
      $0.kernelIRQChip = KernelIRQChip.allCases.randomElement(using: &generator)
      if generator.coin() { $0.device = generator.text() }
      if generator.coin() { $0.raplHelperSocket = generator.text() }
      if generator.coin() { $0.shadowMemory = .bytes(.random(in: .min ... .max, using: &generator)) }
      if generator.coin() { $0.dirtyRingSize = .twoToThe(.random(in: 0...40, using: &generator)) }
      if generator.coin() {
        $0.eagerSplitSize = PowerOfTwoSize(.bytes(1 << UInt64.random(in: 0..<64, using: &generator)))
      }
      if generator.coin() {
        $0.notifyVMExit = .run(window: generator.coin() ? nil : .random(in: 0 ... .max, using: &generator))
      }
      if generator.coin() { $0.xenVersion = .random(in: 0 ... .max, using: &generator) }
      $0.honorGuestPAT = OnOffAuto.allCases.randomElement(using: &generator)
    }
  }
}
