import QEMUCommandLine
import Testing

/// Lines that were given to QEMU 7.2.22 and 11.1.3, and what both made of them.
@Suite struct QEMUAgreementTests {
  /// A line and what is understood: `KEY VALUE…` of each part that the line names, or the code of the refusal.
  static let lines: [([String], String)] =
    names + memory + topology + machines + accelerators + integers + processors + others

  static let names: [([String], String)] = [
    (["-name", "process=x,guest=vm"], "guest=vm process=x"),
    (["-name", "one", "-name", "process=p"], "guest=one process=p"), (["-name", ""], ""),
    (["-name", "guest="], "guest="), (["-name", "a=b"], "unknownProperty"), (["-name=x"], "unknownOption"),
    (["-name", "-S"], "guest=-S"), (["-name", "a,,b,process=p"], "guest=a,b process=p"),
    (["-name", "ÿþ"], "guest=ÿþ"), (["-name", "a,debug-threads"], "guest=a debug-threads=on"),
    (["-name", "a,nodebug-threads"], "guest=a debug-threads=off"),
    (["-name", "a,debug-threads=1"], "malformedValue"), (["-name", "a,guest=b"], "guest=b"),
    (["-name", ",guest=x"], "guest=x"), (["-name", "a,,b,,"], "guest=a,b,"), (["-name", ","], "guest="),
    (["-name", "debug-threads=on,zzz"], "unknownProperty"), (["-name", "guest=a=b"], "guest=a=b"),
    (["-name", "a,id=x"], "unknownProperty"), (["-name", "a,debug-threads=,"], "malformedValue"),
    (["-name", "guest=a,debug-threads,,x"], "malformedText"),
  ]

  static let memory: [([String], String)] = [
    (["-m", "64"], "m=67108864"),
    (["-m", "size=64M,slots=2,maxmem=1G"], "m=67108864 maxmem=1073741824 slots=2"),
    (["-m", "0.5G"], "m=536870912"), (["-m", "64MB"], "malformedValue"), (["-m", "64m"], "m=67108864"),
    (["-m", "67108864b"], "m=67108864"),
    (["-m", "64", "-m", "slots=2,maxmem=1G"], "m=67108864 maxmem=1073741824 slots=2"),
    (["-m", "064"], "m=67108864"), (["-m", "0x4000000b"], "m=1073741835"), (["-m", "64."], "m=64"),
    (["-m", "1.5"], "malformedValue"), (["-m", "64.0"], "m=67108864"), (["-m", " 64M"], "m=67108864"),
    (["-m", "+64"], "m=67108864"), (["-m", "64M "], "malformedValue"), (["-m", "1.G"], "m=1073741824"),
    (["-m", "1..G"], "malformedValue"), (["-m", ".M"], "malformedValue"), (["-m", "1.5b"], "malformedValue"),
    (["-m", "64,,"], "malformedValue"), (["-m", "64,"], "m=67108864"), (["-m", "size="], "malformedValue"),
    (["-m", "64,foo=1"], "unknownProperty"), (["-m", "id=x"], "unknownProperty"),
    (["-m", "16E"], "malformedValue"),
    (["-m", "-64"], "malformedValue"), (["-m", "64,slots"], "malformedValue"),
    (["-m", "64,slots=010,maxmem=64"], "m=67108864 maxmem=64 slots=8"),
    (["-m", "64,slots=2k,maxmem=1G"], "malformedValue"),
    (["-m", "64M,size=32M"], "m=33554432"), (["-m", "0x+5"], "malformedValue"),
    (["-m", "0x"], "malformedValue"),
    (["-m", "64,slots=1,maxmem=0.1M"], "m=67108864 maxmem=104858 slots=1"),
    (["-m", "64,slots=1,maxmem=3.3M"], "m=67108864 maxmem=3460301 slots=1"),
    (["-machine", "memory.size=32M", "-m", "64"], "m=67108864"),
    (["-m", "64", "-machine", "memory.size=32M"], "m=67108864"),
    (["-machine", "memory.size=33554432"], "memory.size=33554432"),
  ]

  static let topology: [([String], String)] = [
    (["-smp", "2,maxcpus=4"], "smp.cpus=2 smp.maxcpus=4"), (["-smp", "0x2"], "smp.cpus=0x2"),
    (["-smp", "+2"], "smp.cpus=+2"), (["-smp", " 2"], "smp.cpus= 2"), (["-smp", "2k"], "malformedValue"),
    (["-smp", "{\"cpus\":2}"], "malformedValue"), (["-smp", "cores=2,2"], "malformedText"),
    (["-smp", "2,,"], "malformedText"), (["-smp", "2,"], "smp.cpus=2"), (["-smp", ""], ""),
    (["-smp", "2,foo=1"], "unknownProperty"), (["-smp", "-1"], "valueOutOfRange"),
    (["-smp", "cpus"], "malformedValue"),
    (["-smp", "2=3"], "malformedText"), (["-smp", "cores.x=2"], "unknownProperty"),
    (["-smp", "2.0"], "malformedValue"),
    (["-smp", "2,maxcpus=4,maxcpus=2"], "smp.cpus=2 smp.maxcpus=2"), (["-smp", "cpus="], "malformedValue"),
    (["-machine", "smp.cpus=2", "-smp", "3"], "smp.cpus=3"),
    (["-smp", "3", "-machine", "smp.cpus=2"], "smp.cpus=2"),
  ]

  static let machines: [([String], String)] = [
    (["-machine", "novmport"], "type=novmport"), (["-machine", "dt_compatible=x"], "dt-compatible=x"),
    (["-machine", "pc", "-machine", "q35"], "type=q35"), (["-M", "q35"], "type=q35"),
    (["-machine", "hpet=yes"], "hpet=yes"), (["-machine", "hpet=off,hpet=on"], "hpet=on"),
    (["-machine", "usb=off", "-usb"], "usb=on"), (["-usb", "-machine", "usb=off"], "usb=off"), (["-usb"], ""),
    (["-machine", "memory-backend=mm", "-m", "16"], "memory-backend=mm m=16777216"),
    (["-machine", "boot.order=d"], "boot.order=d"), (["-machine", "type=q35,type=pc"], "type=pc"),
    (["-machine", ""], ""), (["-machine", ",q35"], "malformedText"),
    (["-machine", "q35,,hpet=on"], "malformedText"),
    (["-machine", "q35,1x=on"], "malformedText"), (["-machine", "q35,-x=on"], "malformedText"),
    (["-machine", "q35,_x=on"], "malformedText"),
    (["-machine", "q35,__com.x_foo=1"], "type=q35 --com.x_foo=1"),
    (["-machine", "q35,a..b=1"], "malformedText"), (["-machine", "q35,.a=1"], "malformedText"),
    (["-machine", "q35,a.=1"], "malformedText"), (["-machine", "q35,a b=1"], "malformedText"),
    (["-machine", "q35,é=1"], "malformedText"), (["-machine", "q35,hpet=on,0=x"], "malformedText"),
    (["-machine", "boot=d,boot.order=c"], "malformedText"),
    (["-machine", "boot.order=c,boot=d"], "malformedText"),
    (["-machine", "q35,x.1.y=1"], "malformedText"), (["-machine", "q35,x.0=1"], "type=q35 x.0=1"),
    (["-machine", "x.0=1,x.y=2"], "malformedText"),
    (
      ["-machine", "smp-cache.1.cache=l2,smp-cache.0.cache=l1d,smp-cache.0.cache=l1i"],
      "smp-cache.1.cache=l2 smp-cache.0.cache=l1i"
    ),
    (["-machine", "q35," + String(repeating: "x", count: 128) + "=1"], "malformedText"),
    (["-machine", "q35,hpet"], "malformedText"),
    (["-machine", "q35,kernel_irqchip=off"], "type=q35 kernel-irqchip=off"),
  ]

  static let accelerators: [([String], String)] = [
    (["-accel", "nosuch", "-accel", "tcg"], "accel nosuch|tcg"),
    (["-accel", "nosuch,a=b,,c", "-accel", "tcg"], "accel nosuch,a=b,,c|tcg"),
    (["-machine", "accel=nosuch:tcg"], "accel=nosuch:tcg accel nosuch|tcg"),
    (
      ["-machine", "accel=tcg,,thread=single:tcg"],
      "accel=tcg,thread=single:tcg accel accel=tcg,,thread=single|tcg"
    ),
    (["-machine", "accel=tcg", "-accel", "tcg"], "conflictingOptions"),
    (["-machine", "accel="], "malformedText"),
    (["-machine", "accel=", "-accel", "tcg"], "conflictingOptions"),
    (["-accel", "tcg,thread=multi,tb-size=64"], "accel tcg,thread=multi,tb-size=64"),
    (["-accel", "tcg,nope=1"], "unknownProperty"), (["-accel", "tcg,type=x"], "unknownProperty"),
    (["-accel", "tcg,novmx"], "unknownProperty"), (["-accel", "tcg,nothread"], "malformedValue"),
    (["-accel", "kvm,kernel_irqchip=on"], "unknownProperty"), (["-accel", "kvm:tcg"], "malformedText"),
    (["-accel", ",accel=tcg"], "accel tcg"), (["-accel", ",tcg"], "malformedText"),
    (["-accel", "tcg,accel=tcg"], "accel tcg"),
    (["-accel", "accel=tcg,split-wx,,thread=multi"], "malformedText"),
    (["-accel", "tcg,split-wx=on,"], "accel tcg,split-wx=on"),
    (["-accel", "tcg,split-wx=on,,"], "malformedValue"),
    (["-accel", "tcg,split-wx=ON"], "malformedValue"), (["-accel", "tcg,thread=Multi"], "malformedValue"),
    (["-accel", "tcg,help"], "unknownProperty"), (["-accel", "kvm,dirty-ring-size=3"], "valueOutOfRange"),
    (["-accel", "kvm,device=/no/such,,x=y"], "accel kvm,device=/no/such,,x=y"),
    (["-accel", "accel=tcg,,"], "accel tcg,,"),
  ]

  static let integers: [([String], String)] = [
    (["-accel", "tcg,tb-size= 64"], "accel tcg,tb-size= 64"),
    (["-accel", "tcg,tb-size=+64"], "accel tcg,tb-size=+64"),
    (["-accel", "tcg,tb-size=-0"], "accel tcg,tb-size=-0"),
    (["-accel", "tcg,tb-size=0X10"], "accel tcg,tb-size=0X10"),
    (["-accel", "tcg,tb-size=64 "], "malformedValue"), (["-accel", "tcg,tb-size="], "malformedValue"),
    (["-accel", "tcg,tb-size=0x"], "malformedValue"), (["-accel", "tcg,tb-size=08"], "malformedValue"),
    (["-accel", "tcg,tb-size=1-3"], "malformedValue"), (["-accel", "tcg,tb-size=64M"], "malformedValue"),
    (["-accel", "tcg,tb-size=-1"], "valueOutOfRange"),
    (["-accel", "tcg,tb-size=4294967295"], "accel tcg,tb-size=4294967295"),
    (["-accel", "kvm,kvm-shadow-mem=1M"], "malformedValue"),
    (["-accel", "kvm,kvm-shadow-mem=-5"], "accel kvm,kvm-shadow-mem=-5"),
    (["-accel", "kvm,kvm-shadow-mem=9223372036854775808"], "valueOutOfRange"),
    (["-accel", "kvm,xen-gnttab-max-frames=65536"], "valueOutOfRange"),
    (["-accel", "kvm,dirty-ring-size=0"], "accel kvm,dirty-ring-size=0"),
  ]

  static let processors: [([String], String)] = [
    (["-cpu", "nosuch", "-cpu", "qemu64,avx=on"], "cpu qemu64 avx=on"), (["-cpu", "qemu64,"], "cpu qemu64"),
    (["-cpu", "qemu64,,"], "cpu qemu64"), (["-cpu", "qemu64,model-id=a,,b"], "cpu qemu64 model-id=a b=on"),
    (["-cpu", ""], "malformedText"), (["-cpu", ",max"], "malformedText"),
    (["-cpu", "qemu64,-avx2,+avx2"], "cpu qemu64 avx2=off"),
    (["-cpu", "qemu64,+avx2,-avx2"], "cpu qemu64 avx2=off"),
    (["-cpu", "max,+avx2,avx2=off"], "cpu max avx2=on"),
    (["-cpu", "qemu64,avx2=off,+avx2"], "cpu qemu64 avx2=on"),
    (["-cpu", "qemu64,avx2=off,avx2"], "cpu qemu64 avx2=on"),
    (["-cpu", "qemu64,+sse4_1,sse4.1=off"], "cpu qemu64 sse4_1=on"),
    (["-cpu", "max,+avx2=on"], "cpu max avx2=on=on"), (["-cpu", "max,model-id=a=b"], "cpu max model-id=a=b"),
    (["-cpu", "max,noavx2"], "cpu max noavx2=on"),
  ]

  static let others: [([String], String)] = [
    (["--name", "x"], "guest=x"), (["---name", "x"], "unknownOption"), (["-"], "unknownOption"),
    (["--"], "unknownOption"),
    (["-nam", "x"], "unknownOption"), (["-m"], "missingArgument"), (["disk.img", "-S"], ""), ([""], ""),
    (["-serial", "file:/x,append=on"], ""), (["-append", "console=ttyS0,115200"], ""),
  ]

  @Test(arguments: lines)
  func aLineMeansWhatItMeansToQEMU(arguments: [String], expected: String) {
    #expect(understanding(of: arguments) == expected, "\(arguments)")
  }

  @Test(arguments: lines)
  func whatIsWrittenMeansTheSame(arguments: [String], expected: String) throws {
    guard let configuration = try? QEMUConfiguration(arguments: arguments) else { return }
    let written = try configuration.arguments()
    #expect(try QEMUConfiguration(arguments: written) == configuration)
    #expect(understanding(of: written) == expected)
  }

  private func understanding(of arguments: [String]) -> String {
    do throws(CommandLineError) {
      let configuration = try QEMUConfiguration(arguments: arguments)
      let preference = try configuration.acceleratorPreference()
      return (guest(configuration) + machine(configuration) + (try accelerators(preference))).joined(
        separator: " ")
    } catch {
      return "\(error.code)"
    }
  }

  private func guest(_ configuration: QEMUConfiguration) -> [String] {
    var words: [String] = []
    if let name = configuration.name {
      words += name.assignments.filter { $0.name == "guest" }.map { "\($0.name)=\($0.text)" }
      words += name.assignments.filter { $0.name != "guest" }.map { "\($0.name)=\($0.text)" }
    }
    if let cpu = configuration.cpu {
      words += ["cpu \(cpu.model)"] + cpu.settings.map { "\($0.name)=\($0.text)" }
    }
    return words
  }

  private func machine(_ configuration: QEMUConfiguration) -> [String] {
    var words = configuration.machine.assignments.map { "\($0.name)=\($0.text)" }
    words += configuration.smp?.assignments.map { "smp.\($0.name)=\($0.text)" } ?? []
    if let memory = configuration.memory {
      words += [
        memory.size.map { "m=\($0.bytes)" }, memory.maximum.map { "maxmem=\($0.bytes)" },
        memory.slots.map { "slots=\($0)" },
      ].compactMap(\.self)
    }
    return words
  }

  private func accelerators(_ preference: AcceleratorPreference) throws(CommandLineError) -> [String] {
    if preference.isDefault { return [] }
    var texts: [String] = []
    for entry in preference.entries { texts.append(try entry.text()) }
    return ["accel \(texts.joined(separator: "|"))"]
  }
}
