import QEMU
import Testing

/// Spellings and arrangements of which QEMU shows another form than was asked for: none is a drift.
@Suite struct FalseDriftTests {
  /// The requested options; `DIR/` stands for a directory of the test.
  struct Line: Sendable, CustomTestStringConvertible {
    let words: [String]
    /// The finding that must be confirmed; nil where the value is shown nowhere.
    let confirmed: String?

    init(_ words: String, _ confirmed: String?) {
      (self.words, self.confirmed) = (words.split(separator: " ").map(String.init), confirmed)
    }
    var testDescription: String { words.joined(separator: " ") }
  }

  static let lines = [
    Line("-serial mon:stdio", "serial.serial"), Line("-serial mon:null", "serial.serial"),
    Line("-serial mon:unix:DIR/s,server=on,wait=off", "serial.serial"),
    Line("-serial mon:telnet:127.0.0.1:0,server=on,wait=off", "serial.serial"),
    Line("-monitor mon:pty", "monitor.monitor"), Line("-chardev pty,id=c,mux=on -mon c", "chardev.mux"),
    Line("-chardev pty,id=c,mux=on -serial chardev:c -monitor chardev:c", "monitor.monitor"),
    Line("-nic user,mac=52-54-00-11-22-3a", "nic.mac"), Line("-nic user,mac=52:54:0:1:2:A", "nic.mac"),
    Line("-net nic,macaddr=0x1635 -net user", "net.macaddr"), Line("-net nic,id=a -net user", nil),
    Line("-nic hubport,hubid=0x3", "nic.hubid"), Line("-nic hubport,hubid=3,id=h", "nic.type"),
    Line("-device virtio-net-pci,id=n,mac=52-54-00-AB-CD-EF", "device.mac"),
    Line(
      "-chardev socket,id=s,path=DIR/p,server=on,wait=off -chardev socket,id=c,path=DIR//./p", "chardev.path"),
    Line("-chardev socket,id=s,path=DIR/q,abstract=on,server=on,wait=off", nil),
    Line("-display vnc=unix:DIR/v", "display.display"),
  ]

  @Test(arguments: QEMUMatrix.all, lines)
  func whatIsShownInAnotherFormIsNoDrift(qemu: QEMUUnderTest, line: Line) async throws {
    let report = try await Self.verify(qemu, ["-machine", qemu.machine] + line.words)
    #expect(report.drifts == [])
    guard let confirmed = line.confirmed else { return }
    let findings = report.findings.filter { "\($0.option).\($0.property)" == confirmed }
    #expect(!findings.isEmpty)
    #expect(findings.allSatisfy { $0.verdict == .confirmed }, "\(findings)")
  }

  /// Places of drives and ports in any spelling, images below others, and devices that QEMU adds.
  @Test(
    arguments: QEMUMatrix.x86,
    [
      "-machine pc -drive file=IMAGES/p.img,format=raw,if=ide,index=0x2,media=cdrom -nodefaults",
      "-machine q35 -drive file=IMAGES/p.img,format=raw,if=ide,index=01,media=disk",
      "-machine pc -drive driver=null-co,if=virtio,index=0xC", "-machine microvm -hdb IMAGES/p.img",
      "-machine microvm -hda IMAGES/p.img",
      "-machine microvm -drive file=IMAGES/p.img,format=raw",
      "-blockdev raw,node-name=b,file.driver=file,file.filename=IMAGES/p.img,offset=4096,size=8192",
      "-drive driver=raw,file.driver=file,file.filename=IMAGES/p.img,if=none,id=d,offset=0x200,size=4096",
      "-object throttle-group,id=g -blockdev throttle,node-name=t,throttle-group=g,file.driver=file,file.filename=IMAGES/p.img",
      "-drive file=IMAGES/p.img,format=raw,if=none,id=d,offset=512",
      "-chardev socket,id=c,host=127.0.0.1,port=045123,to=65535,server=on,wait=off",
      "-blockdev null-co,node-name=n,size=01000001", "-drive driver=null-co,if=none,id=d,size=04000000",
      "-blockdev null-co,node-name=n,size=1000",
      "-chardev udp,id=c,host=127.0.0.1,port=011,localport=0",
      "-netdev dgram,id=n,local.type=inet,local.host=127.0.0.1,local.port=0,remote.type=inet,remote.host=127.0.0.1,remote.port=011",
      "-netdev user,id=n,hostfwd=tcp:127.0.0.1:0-10.0.2.15:022,hostfwd=udp:127.0.0.1:0x0-:0x16",
      "-netdev socket,id=n,udp=127.0.0.1:011,localaddr=127.0.0.1:0",
      "-netdev socket,id=n,listen=127.0.0.1:0x0", "-netdev socket,id=n,mcast=230.0.0.1:05412",
      "-audio none,model=hda -device pci-ohci -device edu",
    ])
  func whatIsSpelledOrPlacedOtherwiseIsNoDrift(qemu: QEMUUnderTest, line: String) async throws {
    try await CommandLineReadBack.withImages(for: line.split(separator: " ").map(String.init)) { words, _ in
      let drifts = try await Self.verify(qemu, words).drifts
      #expect(drifts == [])
    }
  }

  /// A link reads back as a path.
  @Test(arguments: QEMUMatrix.x86, ["isa-ipmi-kcs", "isa-ipmi-bt", "pci-ipmi-kcs"])
  func aLinkIsComparedByTheObjectAtItsEnd(qemu: QEMUUnderTest, driver: String) async throws {
    let report = try await report(
      on: qemu, ["-device", "ipmi-bmc-sim,id=bmc0", "-device", "\(driver),id=kcs,bmc=bmc0"])
    #expect(report.drifts == [])
    #expect(try report.finding("device.bmc").verdict == .confirmed)
  }

  /// The image that is named is judged, and not the temporary one above it.
  @Test(arguments: QEMUMatrix.x86, ["writeback", "none", "directsync", "unsafe"])
  func theImageBelowATemporaryOneIsJudged(qemu: QEMUUnderTest, cache: String) async throws {
    try await CommandLineReadBack.withImages(for: ["IMAGES/p.img"]) { words, _ in
      let report = try await report(
        on: qemu, ["-snapshot", "-drive", "file=\(words[0]),format=raw,if=none,id=d,cache=\(cache)"])
      #expect(report.drifts == [])
      for name in ["drive.file", "drive.cache", "drive.format"] {
        #expect(try report.finding(name).verdict == .confirmed, "\(report.findings)")
      }
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func aDriveWithAnEmptyFileAsksForNoMedium(qemu: QEMUUnderTest) async throws {
    let report = try await report(on: qemu, ["-drive", "if=ide,media=cdrom,index=2,file="])
    #expect(report.drifts == [])
  }

  /// A model may be an alias of a class of another name.
  @Test(arguments: QEMUMatrix.others)
  func aModelOfAnotherArchitectureIsKnownAndIsItsClass(qemu: QEMUUnderTest) async throws {
    let lines = [
      "ppc64": [
        "-machine pseries -cpu POWER9", "-machine powernv9 -cpu POWER9 -smp 2",
        "-machine pseries -cpu Power9_v2.0",
        "-machine pseries -cpu 004e1200",
      ],
      "riscv64": ["-machine virt -cpu rv64 -smp 2 -m 96", "-machine spike -cpu rv64"],
      "s390x": [
        "-machine s390-ccw-virtio -cpu qemu -m 96M", "-machine s390-ccw-virtio -cpu max -smp 1,maxcpus=2",
      ],
    ]
    let capabilities = try await KnownCapabilities.of(qemu)
    for line in lines[qemu.architecture] ?? [] {
      let words = ["-display", "none"] + line.split(separator: " ").map(String.init)
      let findings = try QEMUConfiguration(arguments: words).findings(for: capabilities)
      #expect(findings.filter { $0.weight == .refused } == [], "\(line)")
      let report = try await Self.verify(qemu, words)
      #expect(report.drifts == [], "\(line)")
      #expect(report.accelerator.live == "tcg")
    }
  }

  private static func verify(_ qemu: QEMUUnderTest, _ words: [String]) async throws -> VerificationReport {
    try await CommandLineReadBack.withImages(for: []) { _, directory in
      try await withStateDirectory { state in
        let request = LaunchRequest(
          name: try MachineName("test"),
          configuration: try QEMUConfiguration(
            arguments: words.map { $0.replacing("DIR/", with: directory) }, unknownNames: .kept),
          binary: try qemu.binary, state: state)
        let machine = try await VirtualMachine.start(request)
        do {
          let report = try await machine.verify().report
          await machine.discard()
          return report
        } catch {
          await machine.discard()
          throw error
        }
      }
    }
  }
}
