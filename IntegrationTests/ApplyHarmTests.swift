import Foundation
import QEMU
import QEMUJSON
import Testing

/// Tests that a change has no effect other than the intended one.
@Suite struct ApplyHarmTests {
  private static func board(_ qemu: QEMUUnderTest) -> String {
    "-machine \(qemu.isX86 ? "q35" : "virt") -m 128 -device pcie-root-port,id=rp1,chassis=1 "
      + "-device virtio-scsi-pci,id=s -device qemu-xhci,id=x"
  }

  private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  private static func configuration(_ line: String) throws -> QEMUConfiguration {
    try QEMUConfiguration(arguments: ["-nodefaults", "-display", "none"] + words(line))
  }

  /// Starts the first, and applies the second to it.
  private static func apply(
    _ qemu: QEMUUnderTest, _ before: String, _ after: String,
    _ body: (VirtualMachine, ApplyOutcome, QEMUConfiguration) async throws -> Void
  ) async throws {
    try await withMachine(on: qemu, words("\(board(qemu)) \(before)")) { machine in
      let wanted = try configuration("\(board(qemu)) \(after)")
      try await body(machine, try await machine.apply(wanted), wanted)
    }
  }

  /// QEMU would open the socket again, close the old one, and remove its file with that.
  @Test(arguments: QEMUMatrix.all)
  func aListeningSocketStaysWhereItIs(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { files in
      try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: true)
      let line = "-chardev socket,id=c,path=\(files.path)/c,server=on,wait=off"
      try await Self.apply(qemu, line, "\(line),logfile=\(files.path)/log") { _, outcome, _ in
        #expect(outcome.done == [])
        #expect(outcome.left.map(\.kind) == [.restart])
        #expect(FileManager.default.fileExists(atPath: "\(files.path)/c"))
      }
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func theLimitsOfADriveAreItsOwn(qemu: QEMUUnderTest) async throws {
    let drive = "-drive if=none,id=d,driver=null-co,read-zeroes=on,throttling.bps-total="
    let others =
      " -device scsi-hd,drive=d,id=disk,bus=s.0 -drive if=none,driver=null-co,read-zeroes=on,throttling.bps-total=5000000"
    try await Self.apply(qemu, "\(drive)1000000\(others)", "\(drive)2000000\(others)") {
      machine, outcome, wanted in
      #expect(outcome.failure == nil)
      #expect(outcome.done.map(\.title) == ["drive d throttling.bps-total 1000000 → 2000000"])
      #expect(outcome.report.verdict == .confirmed)
      let left = try await machine.plan(wanted).changes.map(\.title)
      #expect(left == [])
    }
  }

  /// Since 10.0 QEMU takes a property of a new device only as its own type.
  @Test(
    arguments: QEMUMatrix.all,
    [
      "-netdev user,id=n -device virtio-net-pci,id=nic,netdev=n,bus=rp1,mq=on,csum=off,ioeventfd=off",
      "-device usb-kbd,id=k,bus=x.0,port=2,msos-desc=off",
      "-device virtio-rng-pci,id=r,bus=rp1,max-bytes=0x400,period=1000,addr=0,event_idx=off",
      "-device scsi-hd,id=d,bus=s.0,drive=b,serial=17,lun=3 -blockdev null-co,node-name=b,size=1048576",
    ])
  func aNewDeviceIsToldInItsOwnTypes(qemu: QEMUUnderTest, line: String) async throws {
    try await Self.apply(qemu, "", line) { machine, outcome, wanted in
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.left == [])
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
      let left = try await machine.plan(wanted).changes.map(\.title)
      #expect(left == [])
    }
  }

  /// A number is a slot in an option, and a slot and a function in QMP.
  @Test(arguments: QEMUMatrix.x86)
  func aSlotIsTheOneThatWasAskedFor(qemu: QEMUUnderTest) async throws {
    let line = "-machine pc -m 128"
    try await withMachine(on: qemu, Self.words(line)) { machine in
      let wanted = try Self.configuration("\(line) -device virtio-rng-pci,id=r,addr=8")
      let outcome = try await machine.apply(wanted)
      #expect(outcome.failure == nil)
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
    }
  }

  /// It would go with the hub.
  @Test(arguments: QEMUMatrix.x86)
  func aHubStaysUnderItsDevices(qemu: QEMUUnderTest) async throws {
    let tablet = "-device usb-tablet,id=t,bus=x.0,port=1.1"
    try await Self.apply(qemu, "-device usb-hub,id=h,bus=x.0,port=1 \(tablet)", tablet) { _, outcome, _ in
      #expect(outcome.done == [])
      #expect(outcome.left.map(\.reason) == ["t is plugged into it: also remove t"])
    }
  }

  @Test(
    arguments: QEMUMatrix.all,
    [
      "-chardev null,id=c -object rng-egd,id=r,chardev=c",
      "-netdev user,id=n -object filter-buffer,id=f,netdev=n,interval=1000",
    ])
  func anObjectComesAfterWhatItStandsOn(qemu: QEMUUnderTest, line: String) async throws {
    try await Self.apply(qemu, "", line) { machine, outcome, wanted in
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.done.count == 2)
      let left = try await machine.plan(wanted).changes.map(\.title)
      #expect(left == [])
      let back = try await machine.apply(Self.configuration(Self.board(qemu)))
      #expect(back.failure == nil, "\(back.failure?.error.evidence ?? [])")
      #expect(back.done.map(\.instance) == outcome.done.map(\.instance).reversed())
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func aPortOfTheHostIsGivenUpBeforeItIsTaken(qemu: QEMUUnderTest) async throws {
    // One for each, as they run at once.
    let port = 25_540 + (QEMUMatrix.all.firstIndex { $0.path == qemu.path } ?? 0)
    let rule = "-netdev user,id=n,hostfwd=tcp:127.0.0.1:\(port)-:"
    try await Self.apply(qemu, "\(rule)22", "\(rule)23") { machine, outcome, wanted in
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.done.count == 2)
      #expect(outcome.report.verdict == .confirmed)
      let left = try await machine.plan(wanted).changes.map(\.title)
      #expect(left == [])
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func aDeviceWithoutANameWaitsForTheNextStart(qemu: QEMUUnderTest) async throws {
    try await Self.apply(
      qemu, "-device virtio-rng-pci -device virtio-balloon-pci", "-device virtio-balloon-pci"
    ) {
      _, outcome, _ in
      #expect(outcome.done == [])
      #expect(outcome.left.map(\.kind).allSatisfy { $0 == .restart })
      #expect(outcome.left.contains { $0.title == "device virtio-rng-pci removed" })
    }
  }

  /// The order of the record is the order in which QEMU can be started.
  @Test(arguments: QEMUMatrix.x86)
  func whatOthersStandOnStaysBeforeThem(qemu: QEMUUnderTest) async throws {
    func nodes(_ more: String) -> String {
      "-blockdev null-co,node-name=f\(more) -blockdev raw,node-name=r,file=f"
    }
    try await Self.apply(
      qemu, nodes(""), nodes(",detect-zeroes=on") + " -uuid 6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e"
    ) {
      machine, outcome, _ in
      #expect(outcome.done.map(\.title) == ["blockdev f detect-zeroes off → on"])
      #expect(outcome.left.map(\.kind) == [.restart])
      let names = await machine.record.requested.filter { $0.contains("node-name=") }
      #expect(names.map { $0.contains("node-name=f") } == [true, false])
    }
  }

  /// A disc that was ejected without `qemuctl` is a drift, and `apply` inserts it again.
  @Test(arguments: QEMUMatrix.all)
  func aDiscThatWasTakenOutIsMissed(qemu: QEMUUnderTest) async throws {
    let drive =
      "-drive if=none,id=m,media=cdrom,file=null-co://,format=raw -device scsi-cd,drive=m,id=cd,bus=s.0"
    try await withMachine(on: qemu, Self.words("\(Self.board(qemu)) \(drive)")) { machine in
      _ = try await machine.execute("eject", ["id": "cd", "force": true])
      #expect(try await machine.verify().report.finding("drive.file").observed == "no medium")
      let outcome = try await machine.apply(Self.configuration("\(Self.board(qemu)) \(drive)"))
      #expect(outcome.done.map(\.title) == ["drive m file no medium → null-co://"])
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
    }
  }

  /// A line of another kind is not what was asked for.
  @Test(arguments: QEMUMatrix.x86)
  func aLineThatCannotBeOpenedIsADrift(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { files in
      try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: true)
      try await Self.apply(
        qemu,
        "-chardev socket,id=c,path=\(files.path)/c,server=on,wait=off -device isa-serial,id=line,chardev=c",
        "-chardev socket,id=c,host=127.0.0.1,port=1 -device isa-serial,id=line,chardev=c"
      ) { _, outcome, _ in
        #expect(outcome.failure != nil)
        for property in ["host", "port"] {
          let finding = try outcome.report.finding("chardev.\(property)")
          #expect(finding.verdict == .drifted)
        }
      }
    }
  }

  /// A reopened character device keeps no property of the previous one.
  @Test(arguments: QEMUMatrix.x86)
  func aLineThatWasOpenedAnewIsWhole(qemu: QEMUUnderTest) async throws {
    try await Self.apply(qemu, "-chardev ringbuf,id=c,size=4096", "-chardev null,id=c") {
      machine, outcome, wanted in
      #expect(
        outcome.done.map(\.title) == ["chardev c backend ringbuf → null", "chardev c size 4096 removed"])
      #expect(outcome.left == [])
      let left = try await machine.plan(wanted).changes.map(\.title)
      #expect(left == [])
    }
  }

  @Test(arguments: QEMUMatrix.all.prefix(1))
  func aNameThatIsGivenTwiceIsRefusedBeforeAnythingIsSent(qemu: QEMUUnderTest) async throws {
    try await withMachine(on: qemu, Self.words(Self.board(qemu))) { machine in
      let wanted = try Self.configuration("\(Self.board(qemu)) -object iothread,id=t -object iothread,id=t")
      await #expect(throws: LifecycleError.self) { try await machine.apply(wanted) }
      #expect(try await machine.plan(Self.configuration(Self.board(qemu))).isEmpty)
    }
  }
}
