import Foundation
import QEMU
import Testing

/// Tests on every QEMU that a value that QEMU only stores, or ignores with a warning, is not confirmed.
@Suite struct EffectVerificationTests {
  typealias Row = (line: String, finding: String, verdict: Verdict)

  /// `DIR` is a directory of the test's own, `DIR/hugepages` one where no huge pages are mounted. Nobody listens on port 1.
  static let rows: [Row] = [
    ("-machine pc -global PIIX4_PM.disable_s3=1", "global.PIIX4_PM.disable_s3", .confirmed),
    (
      "-machine pc -global PIIX4_PM.disable_s3=1 -global PIIX4_PM.disable_s4=0", "global.PIIX4_PM.disable_s4",
      .confirmed
    ),
    (
      "-machine q35 -device e1000,id=n -global pci-device.multifunction=on",
      "global.pci-device.multifunction",
      .confirmed
    ),
    ("-machine q35 -global nosuchdev.foo=1", "global.nosuchdev.foo", .drifted),
    ("-machine q35 -global iothread.poll-max-ns=5", "global.iothread.poll-max-ns", .drifted),
    ("-machine q35 -global PIIX4_PM.disable_s3=1", "global.PIIX4_PM.disable_s3", .unobservable),
    (
      "-machine q35 -netdev stream,id=n,addr.type=inet,addr.host=127.0.0.1,addr.port=1,server=off",
      "netdev.addr.port", .drifted
    ),
    ("-machine q35 -netdev socket,id=n,connect=127.0.0.1:1", "netdev.connect", .drifted),
    ("-machine q35 -netdev stream,id=n,addr.type=unix,addr.path=DIR/none", "netdev.addr.path", .drifted),
    ("-object memory-backend-file,id=m,size=32M,mem-path=DIR/hugepages", "object.mem-path", .drifted),
    ("-object memory-backend-file,id=m,size=32M,mem-path=DIR", "object.mem-path", .confirmed),
    ("-object memory-backend-ram,id=m,size=33M,share=on", "object.share", .confirmed),
    ("-object memory-backend-ram,id=m,size=33M,prealloc=on", "object.prealloc", .confirmed),
    // QEMU marks it as mergeable all the same, unless the machine forbids it.
    ("-machine q35 -object memory-backend-ram,id=m,size=33M,merge=off", "object.merge", .drifted),
    (
      "-machine q35,mem-merge=off -object memory-backend-ram,id=m,size=33M,merge=off", "object.merge",
      .confirmed
    ),
    ("-object memory-backend-ram,id=m,size=33M,merge=on", "object.merge", .confirmed),
    ("-object memory-backend-ram,id=m,size=33M,dump=off", "object.dump", .confirmed),
    ("-object memory-backend-ram,id=m,size=33M,reserve=off", "object.reserve", .confirmed),
    ("-machine q35,dump-guest-core=off -m 48M", "machine.dump-guest-core", .confirmed),
    ("-machine q35 -m 48M -mem-prealloc", "mem-prealloc.mem-prealloc", .confirmed),
    ("-machine q35 -m 48M -mem-path DIR", "mem-path.mem-path", .confirmed),
    ("-machine q35 -m 48M -mem-path DIR/hugepages", "mem-path.mem-path", .drifted),
    ("-machine pc,usb=on -usbdevice tablet", "usbdevice.usbdevice", .confirmed),
    ("-machine q35 -cpu max,pmu=on", "cpu.pmu", .unobservable),
    ("-machine q35 -D DIR/log -d int", "D.D", .confirmed),
    ("-machine q35 -monitor none", "monitor.monitor", .confirmed),
  ]

  @Test(arguments: QEMUMatrix.x86, rows)
  func aVerdictFollowsWhatIsInEffect(qemu: QEMUUnderTest, row: Row) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "effect-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: directory.appending(path: "hugepages"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let words = row.line.split(separator: " ").map { String($0).replacing("DIR", with: directory.path) }
    let finding = try await report(on: qemu, words).finding(row.finding)
    #expect(finding.verdict == row.verdict, "\(finding)")
  }
}
