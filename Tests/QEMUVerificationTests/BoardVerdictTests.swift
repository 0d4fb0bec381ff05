import QEMUCommandLine
import QEMUVerification
import Testing

/// Tests of recorded onboard devices and references between objects, compared with requests other than the recorded ones.
@Suite struct BoardVerdictTests {
  static let contraries: [ContraryLine] = [
    ContraryLine("-numa node,nodeid=0,cpus=2", "cpus.0", "CPU 2 is in node 1"),
    ContraryLine("-numa node,nodeid=0,memdev=m1", "memdev", "m0"),
    ContraryLine("-numa node,nodeid=0,mem=32", "mem", "64 MB"),
    ContraryLine("-numa node,nodeid=7", "nodeid", "no such node"),
    ContraryLine("-numa cpu,node-id=0,socket-id=0,core-id=2", "node-id", "node 1"),
    ContraryLine("-drive if=virtio,file=/other", "file", "/tmp/swift-qemu-record.img"),
    ContraryLine("-drive if=virtio,snapshot=on,file=/other", "file", "/tmp/swift-qemu-record.img"),
    ContraryLine("-drive if=virtio,snapshot=off", "snapshot", "on"),
    ContraryLine("-drive if=virtio,index=9", "if", "no such drive"),
    ContraryLine("-drive if=virtio,index=3,throttling.iops-total-max=21", "throttling.iops-total-max", "20"),
    ContraryLine("-drive if=ide,id=d2", "if", "virtio-blk-pci"),
    ContraryLine("-device virtio-blk-pci,id=vb,serial=sixteen", "serial", "fifteen"),
    ContraryLine("-blockdev raw,file=other,node-name=part", "file", "base"),
    ContraryLine("-blockdev raw,file=base,node-name=part,offset=8192", "offset", "4096"),
    ContraryLine("-blockdev blkdebug,node-name=debug,image.driver=null-aio", "image.driver", "null-co"),
    ContraryLine(
      "-blockdev blkdebug,node-name=debug,image.driver=null-co,inject-error.0.event=read_aio,inject-error.0.errno=6",
      "inject-error.0.errno", "5"),
    ContraryLine("-netdev socket,id=group,mcast=230.0.0.1:17172", "mcast", "230.0.0.1:17171"),
    ContraryLine("-nic user,model=rtl8139", "model", "none of them has it"),
    ContraryLine("-nic user,model=e1000,mac=52:54:00:11:22:44", "mac", "none of them has it"),
    ContraryLine("-nic none", "type", ""), ContraryLine("-monitor pty", "monitor", "null"),
    ContraryLine("-mon chardev=other", "chardev", "no such character device"),
    ContraryLine("-chardev null,id=mc,mux=off", "mux", "on"),
    ContraryLine(
      "-virtfs local,path=/other,mount_tag=third,security_model=none", "mount_tag", "no such device"),
    ContraryLine("-trace enable=-qmp_job_cancel", "enable", "enabled"),
  ]

  @Test(arguments: contraries)
  func theContraryIsADrift(contrary: ContraryLine) throws {
    for recording in RecordedObservation.all("board") { try Self.expectDrift(contrary, recording) }
  }

  @Test(arguments: [
    ContraryLine("-vga std", "vga", "cirrus-vga"), ContraryLine("-vga none", "vga", "cirrus-vga"),
    ContraryLine("-rtc base=1999-01-01", "base", ""), ContraryLine("-rtc base=utc", "base", ""),
    ContraryLine("-rtc driftfix=slew", "driftfix", "discard"),
    ContraryLine("-hda /other", "hda", "no such drive"),
    ContraryLine("-cdrom /other", "cdrom", "/tmp/swift-qemu-record.img"),
    ContraryLine("-serial chardev:c9", "serial", "mc"),
  ])
  func theContraryIsADriftOfAPC(contrary: ContraryLine) throws {
    for recording in RecordedObservation.all("board") where recording.isX86 {
      try Self.expectDrift(contrary, recording)
    }
  }

  private static func expectDrift(_ contrary: ContraryLine, _ recording: RecordedObservation) throws {
    let arguments = contrary.line.split(separator: " ").map(String.init)
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    let report = try Verification(of: configuration).judge(recording.observation)
    let finding = try #require(report.findings.first { $0.property == contrary.property })
    #expect(finding.verdict == .drifted, "\(recording): \(finding)")
    #expect(contrary.observed.isEmpty || finding.observed == contrary.observed, "\(recording)")
    #expect(finding.remedy?.text.isEmpty == false)
  }
}
