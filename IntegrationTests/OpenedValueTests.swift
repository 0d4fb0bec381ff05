import Foundation
import QEMU
import Testing

/// Tests on every QEMU that `--deep` verifies properties that no query shows, for each requested value.
@Suite(.serialized) struct OpenedValueTests {
  /// Two requests that differ in every property.
  private static let requests = [
    """
    -no-user-config -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
    -watchdog-action poweroff -compat deprecated-input=reject,deprecated-output=hide -echr 0x14 -d int,guest_errors
    -blockdev null-co,node-name=a,discard=unmap,auto-read-only=on
    -drive if=none,id=d,driver=null-co,discard=unmap
    -fsdev local,id=f,path=DIRECTORY,security_model=mapped-xattr,readonly=on,multidevs=forbid -device virtio-9p-pci,fsdev=f,mount_tag=t
    -virtfs local,path=DIRECTORY,mount_tag=u,security_model=none,multidevs=remap
    -chardev file,id=c,path=DIRECTORY/c,append=on,logfile=DIRECTORY/l,logappend=off
    -chardev udp,id=u,host=127.0.0.1,port=17273,localaddr=127.0.0.1,localport=0
    -netdev dgram,id=n,remote.type=inet,remote.host=230.0.0.1,remote.port=17277
    -netdev l2tpv3,id=l,src=127.0.0.1,dst=127.0.0.2,udp=on,srcport=0,dstport=17279,txsession=1
    """,
    """
    -no-user-config -sandbox on,obsolete=allow,elevateprivileges=allow,spawn=allow,resourcecontrol=allow
    -watchdog-action inject-nmi -compat deprecated-input=accept,deprecated-output=accept -echr 1 -d exec
    -blockdev null-co,node-name=a,discard=ignore,auto-read-only=off
    -drive if=none,id=d,driver=null-co,discard=ignore
    -fsdev local,id=f,path=DIRECTORY,security_model=passthrough,readonly=off,multidevs=remap -device virtio-9p-pci,fsdev=f,mount_tag=t
    -virtfs local,path=DIRECTORY,mount_tag=u,security_model=mapped-file,multidevs=forbid
    -chardev file,id=c,path=DIRECTORY/c,append=off,logfile=DIRECTORY/l,logappend=on
    -chardev udp,id=u,host=127.0.0.2,port=17274,localaddr=127.0.0.2,localport=0
    -netdev dgram,id=n,remote.type=inet,remote.host=230.0.0.2,remote.port=17278
    -netdev l2tpv3,id=l,src=127.0.0.2,dst=127.0.0.3,udp=on,srcport=0,dstport=17280,txsession=2
    """,
  ]

  /// The properties that cannot be observed.
  private static let unseen: Set = ["dst", "dstport", "txsession"]

  @Test(arguments: QEMUMatrix.all, requests.indices)
  func whatIsAskedForIsSeen(qemu: QEMUUnderTest, number: Int) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "opened-\(UUID())").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var words = Self.requests[number].replacing("DIRECTORY", with: directory)
      .split { $0 == " " || $0.isNewline }.map(String.init)
    if qemu.architecture == "aarch64" {
      words += ["-semihosting-config", number == 0 ? "enable=on,target=native" : "enable=on,target=gdb"]
    }
    try await withMachine(on: qemu, ["-machine", qemu.machine, "-nodefaults"] + words) { machine in
      let findings = try await machine.verify(deep: true).report.findings
      let others = findings.filter { $0.verdict != .confirmed && !Self.unseen.contains($0.property) }
      #expect(others == [])
      #expect(findings.count { $0.verdict == .confirmed } > 35)
      #expect(findings.contains { $0.tier == .kernel } && findings.contains { $0.tier == .deep })
      #expect(
        try await machine.execute(QueryStatus()).status == .prelaunch,
        "it was stopped for a moment, and goes on")
    }
  }

  @Test func aLookThatNobodyAskedForIsNotTaken() async throws {
    let qemu = try #require(QEMUMatrix.all.first)
    try await withMachine(on: qemu, ["-machine", "none", "-sandbox", "on,spawn=deny"]) { machine in
      let finding = try await machine.verify().report.finding("sandbox.spawn")
      #expect(finding.verdict == .unobservable)
      #expect(finding.reason?.contains("--deep") == true)
    }
  }
}
