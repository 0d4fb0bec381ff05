import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A virtual machine with a bit of everything, as real QEMUs showed it, judged against other requests than its own.
@Suite struct WholeLineVerdictTests {
  @Test(arguments: RecordedObservation.all("whole", "board"))
  func nothingOfItDrifts(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.drifts == [])
    #expect(report.findings.count { $0.verdict == .confirmed } > 75)
  }

  /// The unobservable properties are those that no version shows, and those that only 7.2 does not show.
  @Test(arguments: RecordedObservation.all("whole"))
  func whatHasNoWitnessIsNamed(recording: RecordedObservation) throws {
    let unobservable = try recording.report().findings.filter { $0.verdict == .unobservable }
    let names = Set(unobservable.map { "\($0.option).\($0.property)" })
    let sound: Set =
      recording.description.hasPrefix("7.2")
      ? ["audiodev.driver", "audiodev.id", "audiodev.out.frequency"] : []
    #expect(
      names
        == sound.union([
          "object.data"
        ]), "\(names)")
  }

  @Test(arguments: RecordedObservation.all("whole"))
  func aSecretIsNotTold(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(try !JSON.object(report.json).serialized().contains("hidden"))
    #expect(report.findings.contains { $0.property == "data" && $0.requested == Redaction.marker })
  }

  /// Numbers that no bus, display or network has.
  @Test(arguments: [
    ["-device", "pcie-root-port,id=rp1,addr=7fffffffffffffff"],
    ["-device", "pcie-root-port,id=rp1,addr=0.-9"],
    ["-vnc", "127.0.0.1:9223372036854775807"], ["-vnc", "127.0.0.1:1,to=9223372036854775807"],
    ["-netdev", "user,id=n1,net=10.9.0.0/4294967296"], ["-netdev", "user,id=n1,net=10.9.0.0/33"],
    ["-netdev", "user,id=n1,hostfwd=tcp::99999999999999999999-:1"],
    ["-chardev", "socket,id=c4,host=::1,port=99999999999999999999"],
  ])
  func whatCannotBeIsNotConfirmed(arguments: [String]) throws {
    let recording = try #require(RecordedObservation.all("whole").first)
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    let report = try Verification(of: configuration).judge(recording.observation)
    let named: Set = ["addr", "vnc", "net", "hostfwd.0.str", "port"]
    for finding in report.findings where named.contains(finding.property) {
      #expect(finding.verdict != .confirmed, "\(finding)")
    }
  }

  /// Of what is merged the last word counts, and `-set` changes what stands before it.
  @Test func whatCountsIsTheLastWord() throws {
    let recording = try #require(RecordedObservation.all("whole").first)
    let configuration = try QEMUConfiguration(arguments: [
      "-uuid", "00000000-0000-0000-0000-000000000001", "-uuid", "6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e",
      "-name", "two,process=other", "-name", "one,process=whole-vm", "-boot", "menu=off", "-boot", "menu=on",
      "-global", "qemu-xhci.p2=6", "-global", "qemu-xhci.p2=5", "-display", "gtk", "-display", "none",
      "-device", "e1000,id=nic1,netdev=other", "-set", "device.nic1.netdev=n1",
    ])
    let report = try Verification(of: configuration).judge(recording.observation)
    #expect(report.drifts == [])
    #expect(report.findings.count { $0.verdict == .confirmed } == 10, "\(report.findings)")
  }

  struct Contrary: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let name: String
    let observed: String

    init(_ arguments: [String], _ name: String, _ observed: String) {
      (self.arguments, self.name, self.observed) = (arguments, name, observed)
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let contraries: [Contrary] = [
    Contrary(["-name", "two"], "name.guest", "one"),
    Contrary(["-name", "process=other"], "name.process", "whole-vm"),
    Contrary(
      ["-uuid", "00000000-0000-0000-0000-000000000001"], "uuid.uuid", "6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e"),
    Contrary(["-boot", "menu=off"], "boot.menu", "on"), Contrary(["-boot", "order=d"], "boot.order", "c"),
    Contrary(["-overcommit", "mem-lock=on"], "overcommit.mem-lock", "off"),
    Contrary(["-sandbox", "off"], "sandbox.enable", "on"),
    Contrary(["-display", "gtk"], "display.type", "none"),
    Contrary(["-vnc", "unix:/tmp/other"], "vnc.vnc", "unix:/tmp/swift-qemu-record.vnc"),
    Contrary(["-vnc", "none"], "vnc.vnc", "unix:/tmp/swift-qemu-record.vnc"),
    Contrary(["-vnc", "127.0.0.1:1"], "vnc.vnc", "unix:/tmp/swift-qemu-record.vnc"),
    Contrary(["-chardev", "null,id=c1"], "chardev.backend", "unix"),
    Contrary(["-chardev", "pty,id=c3"], "chardev.backend", "null"),
    Contrary(["-chardev", "socket,id=c1,path=/x"], "chardev.path", "/tmp/swift-qemu-record.sock,server=on"),
    Contrary(["-chardev", "socket,id=c1,path=/x,server=off"], "chardev.server", "on"),
    Contrary(["-chardev", "socket,id=c4,host=127.0.0.1,port=1,telnet=off"], "chardev.telnet", "on"),
    Contrary(["-chardev", "socket,id=c4,host=127.0.0.2,port=0"], "chardev.host", "127.0.0.1"),
    Contrary(["-chardev", "null,id=c9"], "chardev.id", "no such character device"),
    Contrary(["-object", "iothread,id=io1,poll-max-ns=7"], "object.poll-max-ns", "1000"),
    Contrary(["-object", "memory-backend-ram,id=m1,size=2M"], "object.size", "1048576"),
    Contrary(["-object", "memory-backend-ram,id=m1,size=1M,share=off"], "object.share", "on"),
    Contrary(
      ["-object", "memory-backend-file,id=m1,size=1M,mem-path=/x"], "object.qom-type", "memory-backend-ram"),
    Contrary(["-object", "throttle-group,id=tg,limits.iops-total=7"], "object.limits.iops-total", "100"),
    Contrary(["-object", "iothread,id=io9"], "object.id", "no such object"),
    Contrary(["-device", "pcie-root-port,id=rp1,port=17"], "device.port", "16"),
    Contrary(["-device", "pcie-root-port,id=rp1,addr=3"], "device.addr", "2.0"),
    Contrary(["-device", "pcie-root-port,id=rp1,addr=2.1"], "device.addr", "2.0"),
    Contrary(["-device", "ioh3420,id=rp1"], "device.driver", "pcie-root-port"),
    Contrary(["-device", "usb-tablet,bus=other.0"], "device.bus", "/machine/peripheral/usb/usb.0"),
    Contrary(["-device", "e1000,id=nic1,mac=52:54:00:aa:bb:02"], "device.mac", "52:54:00:aa:bb:01"),
    Contrary(["-device", "e1000,id=nic1,netdev=n2"], "device.netdev", "n1"),
    Contrary(["-device", "virtio-scsi-pci,id=scsi0,iothread=io2"], "device.iothread", "/objects/io1"),
    Contrary(["-device", "scsi-cd,id=cd,drive=other"], "device.drive", "d1"),
    Contrary(["-device", "usb-mouse"], "device.driver", "usb-tablet"),
    Contrary(["-device", "e1000,id=nic9"], "device.id", "no such device"),
    Contrary(["-blockdev", "raw,node-name=b1,file=x"], "blockdev.driver", "null-co"),
    Contrary(["-blockdev", "null-co,node-name=b1,read-only=off"], "blockdev.read-only", "on"),
    Contrary(["-blockdev", "null-co,node-name=b1,size=1"], "blockdev.size", "65536"),
    Contrary(["-blockdev", "null-co,node-name=b1,detect-zeroes=on"], "blockdev.detect-zeroes", "off"),
    Contrary(["-blockdev", "null-co,node-name=b9"], "blockdev.node-name", "no such node"),
    Contrary(["-drive", "id=d1,file=/x"], "drive.file", "/tmp/swift-qemu-record.img"),
    Contrary(["-drive", "id=d1,format=qcow2"], "drive.format", "raw"),
    Contrary(["-drive", "id=d1,readonly=off"], "drive.readonly", "on"),
    Contrary(["-drive", "id=d1,cache=none"], "drive.cache", "direct off, no-flush on"),
    Contrary(["-drive", "id=d1,iops=8"], "drive.iops", "7"),
    Contrary(["-drive", "id=d1,media=disk"], "drive.media", "cdrom"),
    Contrary(["-drive", "id=d9"], "drive.id", "no such drive"),
    Contrary(["-netdev", "user,id=n1,restrict=off"], "netdev.restrict", "on"),
    Contrary(["-netdev", "user,id=n1,net=10.8.0.0/24"], "netdev.net", "10.9.0.0"),
    Contrary(["-netdev", "tap,id=n1"], "netdev.type", "user"),
    Contrary(["-netdev", "hubport,id=h1,hubid=8"], "netdev.hubid", "7"),
    Contrary(["-netdev", "user,id=n1,hostfwd=tcp:127.0.0.1:0-:23"], "netdev.hostfwd.0.str", "no such rule"),
    Contrary(["-serial", "pty"], "serial.serial", "null"),
    Contrary(["-serial", "none"], "serial.serial", "null"),
    Contrary(["-global", "virtio-scsi-pci.num_queues=4"], "global.virtio-scsi-pci.num_queues", "3"),
    Contrary(["-global", "qemu-xhci.p2=6"], "global.qemu-xhci.p2", "5"),
    Contrary(["-netdev", "user,id=n9"], "netdev.id", "no such backend"),
  ]

  @Test(arguments: contraries)
  func theContraryIsADrift(contrary: Contrary) throws {
    for recording in RecordedObservation.all("whole") {
      let configuration = try QEMUConfiguration(arguments: contrary.arguments)
      let report = try Verification(of: configuration).judge(recording.observation)
      let finding = try #require(report.findings.first { "\($0.option).\($0.property)" == contrary.name })
      #expect(finding.verdict == .drifted, "\(recording): \(finding)")
      #expect(contrary.observed.isEmpty || finding.observed == contrary.observed, "\(recording)")
      #expect(finding.remedy?.text.isEmpty == false)
    }
  }
}
