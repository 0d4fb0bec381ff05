import QEMU
import Testing

/// Spellings and arrangements of which QEMU shows another form than was asked for: none is a drift.
@Suite struct FalseDriftTests {
  /// What is asked for; `DIR/` stands for a directory of the test's own.
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
