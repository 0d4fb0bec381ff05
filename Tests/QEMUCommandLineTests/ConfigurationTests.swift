import QEMUCommandLine
import Testing

@Suite struct ConfigurationTests {
  static let lines: [[String]] = [
    [
      "-accel", "tcg,thread=multi", "-machine", "q35,hpet=off", "-cpu", "Haswell,+avx2,-sse4.1,vendor=x",
      "-smp", "2,maxcpus=4",
      "-m", "64M,slots=2,maxmem=1G", "-name", "a,,b,process=p", "-S", "-drive", "file=/a,,b.img,if=none",
    ],
    ["disk.img", "-append", "console=ttyS0,115200 a=b", "-name", "-S", "-name", ""],
    ["-device", "{\"driver\":\"x\"}"],
    ["-chroot", "/x", "-no-hpet", "-singlestep"], ["-serial", "file:/x,append=on"],
  ]

  @Test(arguments: lines)
  func nothingIsLostBetweenReadingAndWriting(arguments: [String]) throws {
    var configuration = try QEMUConfiguration(arguments: arguments)
    #expect(try configuration.arguments() == arguments)
    configuration.binary = "qemu-system-x86_64"
    #expect(try QEMUConfiguration(shellText: configuration.shellText()).arguments() == arguments)
  }

  @Test func occurrencesOfMachineMemoryAndTopologyMerge() throws {
    let configuration = try QEMUConfiguration(arguments: [
      "-M", "pc,hpet=on", "--machine", "q35", "-machine", "hpet=off,usb=on", "-m", "64", "-m",
      "slots=2,maxmem=1G", "-smp", "2",
      "-smp", "maxcpus=4", "-cpu", "qemu64", "-cpu", "max",
    ])
    #expect(
      configuration.machine.assignments == [
        Assignment("type", "q35"), Assignment("hpet", "off"), Assignment("usb", "on"),
      ])
    #expect(configuration.memory?.size?.bytes == 64 << 20)
    #expect(configuration.memory?.maximum == .gibibytes(1))
    #expect(configuration.smp?.cpus == 2)
    #expect(configuration.smp?.maxCPUs == 4)
    #expect(configuration.cpu?.model == "max")
  }

  static let refusals: [([String], CommandLineError.Code, String)] = [
    (["-acel", "tcg"], .unknownOption, "accel"), (["---accel", "tcg"], .unknownOption, "-help"),
    (["-name=x"], .unknownOption, "with a space"), (["-"], .unknownOption, "-help"),
    (["--"], .unknownOption, "-help"),
    (["-m"], .missingArgument, "-m"), (["-m", "64MB"], .malformedValue, "suffix"),
    (["-smp", "cores=2,2"], .malformedText, "2=on"),
    (["-smp", "{\"cpus\":2}"], .malformedValue, "whole number"),
    (["-machine", "q35,novmport"], .malformedText, "novmport=on"),
    (["-machine", ",q35"], .malformedText, "comma"), (["-name", "a=b"], .unknownProperty, "guest"),
    (["-machine", "q35, usb=on"], .malformedText, "letters"), (["-cpu", ""], .malformedText, "-cpu max"),
    (["-m", "1e6"], .malformedValue, "suffix"), (["-name", "a\0b"], .unencodableValue, "NUL"),
    (["-m", "99999999999999999999"], .malformedValue, "size"),
  ]

  @Test(arguments: refusals)
  func aWrongLineIsRefusedWithARemedy(arguments: [String], code: CommandLineError.Code, words: String) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: arguments) }
    #expect(error?.code == code)
    #expect(
      (error.map { $0.summary + $0.remedy } ?? "").contains(words),
      "\(String(describing: error)) \(error?.remedy ?? "")")
    #expect(error?.remedy.isEmpty == false)
  }

  static let sizes: [(String, UInt64)] = [
    ("64", 64 << 20), ("0.5G", 1 << 29), ("64m", 64 << 20), ("67108864b", 67_108_864),
    ("131073k", 131073 << 10), ("064", 64 << 20),
    ("1T", 1 << 40),
  ]

  @Test(arguments: sizes)
  func memoryIsReadAsQEMUReadsIt(text: String, bytes: UInt64) throws {
    #expect(try QEMUConfiguration(arguments: ["-m", text]).memory?.size?.bytes == bytes)
  }

  @Test func aPastedCommandKeepsItsEnvironmentAndBinary() throws {
    let configuration = try QEMUConfiguration(
      shellText: """
        # a comment
        LC_ALL=C QEMU_AUDIO_DRV='no ne' \\
          /usr/bin/qemu-system-x86_64 -name "it's \\"x\\"" \\
          -accel tcg -append 'a b'"c"\\ d
        -display none   # the end
        """)
    #expect(configuration.environment.map(\.name) == ["LC_ALL", "QEMU_AUDIO_DRV"])
    #expect(configuration.environment.map(\.value) == ["C", "no ne"])
    #expect(configuration.binary == "/usr/bin/qemu-system-x86_64")
    #expect(
      try configuration.arguments() == [
        "-name", "it's \"x\"", "-accel", "tcg", "-append", "a bc d", "-display", "none",
      ])
  }

  static let shellRefusals: [(String, Int, Int)] = [
    ("qemu -name $X", 1, 12), ("qemu\n -name \"`x`\"", 2, 9), ("qemu -name 'abc", 1, 12),
    ("qemu; rm x", 1, 7),
    ("qemu -name a > log", 1, 14), ("qemu \\", 1, 7),
  ]

  @Test(arguments: shellRefusals)
  func whatOnlyAShellCanDoIsRefusedWithThePlace(text: String, line: Int, column: Int) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(shellText: text) }
    #expect(error?.code == .malformedShellText)
    #expect(error?.position.line == line)
    #expect(error?.position.column == column)
  }

  @Test func garbageTakesLinearTimeAndNeverCrashes() {
    let commas = String(repeating: ",", count: 1_000_000)
    for option in ["-accel", "-machine", "-cpu", "-smp", "-m", "-name"] {
      _ = try? QEMUConfiguration(arguments: [option, commas])
      _ = try? QEMUConfiguration(arguments: [option, String(repeating: "a=,,", count: 250_000)])
    }
    let many = (0..<50_000).flatMap { ["-device", "x,id=d\($0)"] }
    #expect((try? QEMUConfiguration(arguments: many))?.occurrences.count == 50_000)
    _ = try? QEMUConfiguration(shellText: String(repeating: "'", count: 1_000_001))
  }
}
