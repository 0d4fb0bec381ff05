import QEMUCommandLine
import Testing

/// Words that another version of QEMU may have, and requests for help: kept as they stand, and listed.
@Suite struct UnknownWordTests {
  static let words: [(arguments: [String], untyped: [String])] = [
    (["-fsdev", "handle,id=f,path=/srv"], ["fsdev.fsdriver"]),
    (["-virtfs", "local,path=/srv,mount_tag=t,security_model=novel"], ["virtfs.security_model"]),
    (["-drive", "file=a,if=novel,cache=fast"], ["drive.if", "drive.cache"]),
    (["-rtc", "clock=novel"], ["rtc.clock"]), (["-action", "panic=novel"], ["action.panic"]),
    (["-watchdog-action", "novel"], ["watchdog-action"]), (["-vga", "novel"], ["vga"]),
    (["-chardev", "novel,id=c"], ["chardev.backend"]), (["-tpmdev", "novel,id=t"], ["tpmdev.type"]),
    (["-accel", "tcg,thread=novel"], ["accel.thread"]), (["-vnc", "none,share=novel"], ["vnc.share"]),
    (
      ["-accel", "kvm,kernel-irqchip=auto,notify-vmexit=novel"],
      ["accel.kernel-irqchip", "accel.notify-vmexit"]
    ),
    (["-spice", "port=1,streaming-video=novel"], ["spice.streaming-video"]),
    (["-sandbox", "on,spawn=novel"], ["sandbox.spawn"]), (["-mon", "c,mode=novel"], ["mon.mode"]),
    (["-overcommit", "mem-lock=novel"], ["overcommit.mem-lock"]),
    (["-semihosting-config", "target=novel"], ["semihosting-config.target"]),
    (["-iscsi", "header-digest=novel"], ["iscsi.header-digest"]),
    (["-netdev", "novel,id=n,x=1"], ["netdev.type"]), (["-display", "novel"], ["display.type"]),
    (["-display", "vnc=none,share=novel"], ["display.share"]),
    (["-object", "novel,id=o"], ["object.qom-type"]),
    (["-drive", "file=a,encrypt.format=novel"], ["drive.encrypt.format"]),
  ]

  @Test(arguments: words.map(\.arguments))
  func aWordThatIsNotKnownIsKeptAndListed(arguments: [String]) throws {
    let untyped = try #require(Self.words.first { $0.arguments == arguments }?.untyped)
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(configuration.problems(unknownNames: .kept) == [])
    #expect(try configuration.arguments() == arguments)
    #expect(configuration.occurrences.flatMap(\.untyped) == untyped)
    let document = try ConfigurationDocument(configuration)
    let again = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()), unknownNames: .kept)
    #expect(try again.arguments() == arguments)
  }

  @Test(arguments: [
    ["-fsdev", "handle,id=f,path=/srv"], ["-drive", "file=a,if=novel"], ["-watchdog-action", "novel"],
    ["-accel", "tcg,thread=novel"], ["-overcommit", "mem-lock=novel"],
  ])
  func aStartRefusesIt(arguments: [String]) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: arguments) }
    #expect(error?.code == .malformedValue)
  }

  /// A value that no version of QEMU could accept is always refused.
  @Test(arguments: [
    ["-drive", "file=a,if="], ["-rtc", "clock=a b"], ["-m", "many"], ["-smp", "cpus=x"], ["-uuid", "x"],
    ["-overcommit", "cpu-pm=perhaps"], ["-watchdog-action", ""],
  ])
  func whatIsNoWordIsRefused(arguments: [String]) {
    let error = #expect(throws: CommandLineError.self) {
      try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    }
    #expect(error?.code == .malformedValue)
  }

  @Test(arguments: [
    ["-fsdev", "novel,id=f"], ["-accel", "tcg,thread=novel"], ["-rtc", "clock=Host"],
    ["-watchdog-action", "Reset"],
  ])
  func aCheckJudgesIt(arguments: [String]) throws {
    var binary = BinaryCheckTests.binary
    binary.options.formUnion(["fsdev", "rtc", "watchdog-action"])
    binary.accelerators["tcg"] = ["thread": "string"]
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(configuration.findings(for: binary).map(\.error.code) == [.malformedValue])
    binary.version = "12.0.0"
    #expect(configuration.findings(for: binary) == [])
  }

  @Test(arguments: [
    ["-M", "help"], ["-machine", "q35,help"], ["-accel", "help"], ["-accel", "tcg,help"], ["-cpu", "help"],
    ["-cpu", "?"], ["-device", "help"], ["-device", "e1000,help"], ["-device", "e1000,id=a,?"],
    ["-object", "help"], ["-object", "memory-backend-ram,help"], ["-netdev", "help"],
    ["-netdev", "user,help"],
    ["-nic", "model=help"], ["-net", "nic,model=?"], ["-chardev", "help"], ["-chardev", "socket,help"],
    ["-audiodev", "help"], ["-audio", "none,model=help"], ["-display", "help"], ["-vga", "help"],
    ["-smp", "help"], ["-m", "help"], ["-boot", "help"], ["-drive", "help"], ["-drive", "format=help"],
    ["-drive", "file=a,help"], ["-global", "help"], ["-d", "help"], ["-trace", "help"], ["-tpmdev", "help"],
    ["-fsdev", "help"], ["-numa", "help"], ["-rtc", "help"], ["-uuid", "help"], ["-smbios", "help"],
    ["-watchdog-action", "help"], ["-spice", "help"], ["-L", "help"], ["-k", "help"], ["-icount", "?"],
  ])
  func aRequestForHelpIsKept(arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(configuration.problems(unknownNames: .kept) == [])
    #expect(try configuration.arguments().last == arguments.last)
    #expect(configuration.occurrences.flatMap(\.untyped) == [])
    let document = try ConfigurationDocument(configuration)
    let again = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()), unknownNames: .kept)
    #expect(try again.arguments() == configuration.arguments())
  }

  @Test(arguments: [["-echr", "x"], ["-echr", "0x14"], ["-xen-domid", "7 "], ["-rotate", "090"]])
  func aNumberThatQEMUReadsRawIsTaken(arguments: [String]) throws {
    #expect(try QEMUConfiguration(arguments: arguments).arguments() == arguments)
  }

  @Test(arguments: ["CRC32C", "crc32c", "None-Crc32C"])
  func aDigestIsReadInEitherCase(word: String) throws {
    let argument = try Properties<ISCSIOption>(text: "header-digest=\(word)")
    #expect(argument.headerDigest?.rawValue == word.lowercased())
    #expect(argument.unknownWords == [])
    #expect(try argument.text() == "header-digest=\(word)")
  }

  @Test func theOlderNamesOfTheLimitsOfADriveAreTyped() throws {
    let text =
      "file=a,bps=1,bps_rd_max=2,iops_wr=3,iops_size=4,group=g,encrypt.format=luks,encrypt.key-secret=s"
    let drive = try Properties<DriveOption>(text: text)
    #expect(drive.untyped == [] && drive.unknownWords == [])
    #expect(drive.throttleBytesTotalAlias == 1 && drive.throttleBytesReadBurstAlias == 2)
    #expect(drive.throttleRequestsWriteAlias == 3 && drive.throttleRequestSizeAlias == 4)
    #expect(
      drive.throttleGroupAlias == "g" && drive.encryptionFormat?.propertyText == "luks"
        && drive.encryptionKey == "s")
    #expect(throws: CommandLineError.self) { try Properties<DriveOption>(text: "file=a,iops_max=many") }
  }
}
