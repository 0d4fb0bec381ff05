import Foundation
import QEMU
import Testing

/// A live virtual machine is brought to what is wanted, on every QEMU, and is that then.
@Suite struct ApplyTests {
  /// A board with two ports for PCI devices.
  static func board(_ qemu: QEMUUnderTest) -> String {
    "-machine \(qemu.isX86 ? "q35" : "virt") -m 128 -device pcie-root-port,id=rp1,chassis=1 "
      + "-device pcie-root-port,id=rp2,chassis=2 -device virtio-scsi-pci,id=s"
  }

  static func configuration(_ line: String) throws -> QEMUConfiguration {
    try QEMUConfiguration(
      arguments: ["-nodefaults", "-display", "none"] + line.split(separator: " ").map(String.init))
  }

  static func withMachine(
    _ qemu: QEMUUnderTest, _ line: String, _ body: (VirtualMachine, String) async throws -> Void
  ) async throws {
    let board = Self.board(qemu)
    try await IntegrationTests.withMachine(
      on: qemu, "\(board) \(line)".split(separator: " ").map(String.init)
    ) {
      try await body($0, board)
    }
  }

  @Test(arguments: QEMUMatrix.all, steps)
  func aChangeIsDoneAndThenThereIsNothingToChange(qemu: QEMUUnderTest, step: Step) async throws {
    try await Self.withMachine(qemu, step.before) { machine, board in
      let wanted = try Self.configuration("\(board) \(step.after)")
      #expect(try await machine.plan(wanted).changes.map(\.title) == step.done)
      let outcome = try await machine.apply(wanted)
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.done.map(\.title) == step.done)
      #expect(outcome.left == [])
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
      #expect(try await machine.plan(wanted).isEmpty)
      #expect(try await machine.record.requested == wanted.arguments())
      #expect(try await machine.verify().report.verdict == .confirmed)
    }
  }

  /// On boards that take them: a virtual CPU, and a NIC on the old PCI bus.
  @Test(arguments: QEMUMatrix.x86)
  func aCPUAndANICArePluggedIn(qemu: QEMUUnderTest) async throws {
    let line = "-machine pc -m 128 -cpu max -smp cpus"
    let start = "\(line)=1,maxcpus=3,sockets=3,cores=1,threads=1"
    try await IntegrationTests.withMachine(on: qemu, start.split(separator: " ").map(String.init)) {
      machine in
      let wanted = try Self.configuration(
        "\(line)=3,maxcpus=3,sockets=3,cores=1,threads=1 -device virtio-rng-pci,id=r")
      let outcome = try await machine.apply(wanted)
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.done.map(\.title) == ["device r added", "smp cpus 1 → 3"])
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
      #expect(try await machine.plan(wanted).isEmpty)
      for other in [start, "\(line)=4,maxcpus=4"] {
        let change = try await machine.plan(Self.configuration(other)).changes.first { $0.option == "smp" }
        #expect(change?.kind == .restart)
      }
    }
  }

  /// A CPU of `-device` is counted with the others until it has left: it alone is what changes.
  @Test(arguments: QEMUMatrix.x86)
  func aCPUThatLeavesIsOneChange(qemu: QEMUUnderTest) async throws {
    let line = "-machine pc -m 128 -cpu max -smp 1,maxcpus=3,sockets=3,cores=1,threads=1"
    let cpu = "-device max-x86_64-cpu,core-id=0,thread-id=0"
    let start = "\(line) \(cpu),id=b,socket-id=1 \(cpu),id=c,socket-id=2"
    try await IntegrationTests.withMachine(on: qemu, start.split(separator: " ").map(String.init)) {
      machine in
      let one = try await machine.plan(Self.configuration("\(line) \(cpu),id=b,socket-id=1"))
      #expect(one.changes.map(\.title) == ["device c removed"])
      #expect(try await machine.plan(Self.configuration(line)).changes.map(\.option) == ["device", "device"])
    }
  }

  /// QEMU 7.2 knows no such command.
  @Test(arguments: QEMUMatrix.all.filter(\.hasOneInsnPerTB), [("on", "off"), ("off", "on")])
  func translationBlocksAreCutAnewWhileTheyRun(qemu: QEMUUnderTest, values: (String, String)) async throws {
    try await Self.withMachine(qemu, "-accel tcg,one-insn-per-tb=\(values.0)") { machine, board in
      let wanted = try Self.configuration("\(board) -accel tcg,one-insn-per-tb=\(values.1)")
      let outcome = try await machine.apply(wanted)
      #expect(outcome.done.map(\.title) == ["accel tcg one-insn-per-tb \(values.0) → \(values.1)"])
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
      #expect(try await machine.plan(wanted).isEmpty)
    }
  }

  /// Memory that the guest is to take: QEMU shows what was asked of it, and what it took.
  @Test(arguments: QEMUMatrix.all)
  func memoryIsAskedOfTheGuest(qemu: QEMUUnderTest) async throws {
    let line =
      "-machine \(qemu.isX86 ? "q35" : "virt") -m 128,maxmem=1G -device pcie-root-port,id=rp1 "
      + "-object memory-backend-ram,id=more,size=256M -device virtio-mem-pci,id=mem,memdev=more,bus=rp1,requested-size="
    try await IntegrationTests.withMachine(on: qemu, "\(line)64M".split(separator: " ").map(String.init)) {
      machine in
      let wanted = try Self.configuration("\(line)128M")
      let outcome = try await machine.apply(wanted)
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.done.map(\.title) == ["device mem requested-size 67108864 → 128M"])
      #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
      #expect(try await machine.plan(wanted).isEmpty)
      let tooMuch = try await machine.apply(Self.configuration("\(line)512M"))
      #expect(tooMuch.failure?.error.summary.contains("exceed") == true)
      #expect(try await machine.plan(wanted).isEmpty)
    }
  }

  /// The caches of a node, which no query shows, are set once if they were not requested before.
  @Test(arguments: QEMUMatrix.all)
  func theCachesOfAnImageAreSetAnew(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { files in
      let image = URL(filePath: files.path).appending(path: "image")
      try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: true)
      try Data().write(to: image)
      let file = "-blockdev file,node-name=f,filename=\(image.path(percentEncoded: false))"
      try await Self.withMachine(qemu, file) { machine, board in
        try await machine.format(["driver": "qcow2", "file": "f", "size": 1_048_576])
        for (caches, done) in [
          ("", ["added"]), (",l2-cache-size=65536", ["l2-cache-size → 65536"]),
          (
            ",l2-cache-size=131072,lazy-refcounts=on", ["l2-cache-size → 131072", "lazy-refcounts → on"]
          ),
        ] {
          let wanted = try Self.configuration("\(board) \(file) -blockdev qcow2,node-name=q,file=f\(caches)")
          let outcome = try await machine.apply(wanted)
          #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
          #expect(outcome.done.map(\.title) == done.map { "blockdev q \($0)" })
          #expect(try await machine.plan(wanted).isEmpty)
        }
      }
    }
  }

  /// A port of the guest's lets another line in only while the guest runs.
  @Test(arguments: QEMUMatrix.all)
  func theLineOfAPortChangesWhileTheGuestRuns(qemu: QEMUUnderTest) async throws {
    let port = "-device virtio-serial-pci,id=vs -device virtconsole,id=line,bus=vs.0,chardev=c"
    try await Self.withMachine(qemu, "-chardev null,id=c \(port)") { machine, board in
      let wanted = try Self.configuration("\(board) -chardev ringbuf,id=c,size=8192 \(port)")
      let held = try await machine.plan(wanted).changes
      #expect(held.map(\.property) == ["backend", "size"])
      #expect(held.map(\.kind) == [.impossible, .impossible])
      #expect(held.first?.reason?.contains("releases it only while the guest is running") == true)
      try await machine.resume()
      let outcome = try await machine.apply(wanted)
      #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
      #expect(outcome.done.map(\.title) == ["chardev c backend null → ringbuf", "chardev c size → 8192"])
      #expect(try await machine.plan(wanted).isEmpty)
    }
  }

  /// A backend that another device or a monitor uses.
  @Test(arguments: QEMUMatrix.all)
  func whatIsInUseIsNotGivenAway(qemu: QEMUUnderTest) async throws {
    let disc = "-blockdev null-co,node-name=d,size=65536 -device scsi-hd,drive=d,id=disk,bus=s.0"
    try await Self.withMachine(qemu, "\(disc) -chardev null,id=c -mon chardev=c") { machine, board in
      let plan = try await machine.plan(
        Self.configuration(
          "\(board) \(disc) -device nvme,drive=d,id=nvm,serial=1,bus=rp1 -chardev vc,id=c -mon chardev=c"))
      let kinds = Dictionary(plan.changes.map { ($0.title, $0) }) { first, _ in first }
      #expect(kinds["device nvm added"]?.kind == .impossible)
      #expect(kinds["device nvm added"]?.reason == "disk still uses drive d")
      #expect(kinds["chardev c backend null → vc"]?.kind == .restart)
      #expect(kinds.count == 2)
    }
  }

  /// QEMU stops listening before it finds that it cannot listen elsewhere.
  @Test(arguments: QEMUMatrix.all)
  func aDisplayThatCannotMoveStaysWhereItWas(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      try FileManager.default.createDirectory(atPath: state.path, withIntermediateDirectories: true)
      try await Self.withMachine(qemu, "-vnc unix:\(state.path)/a") { machine, board in
        let moved = try Self.configuration("\(board) -vnc unix:\(state.path)/b")
        let outcome = try await machine.apply(moved)
        #expect(outcome.done.map(\.title) == ["vnc 0 unix:\(state.path)/a → unix:\(state.path)/b"])
        #expect(outcome.report.verdict == .confirmed)
        let lost = try await machine.apply(Self.configuration("\(board) -vnc unix:\(state.path)/no/c"))
        #expect(lost.failure?.error.summary.contains("No such file or directory") == true)
        #expect(try await machine.verify().report.verdict == .confirmed)
        #expect(try await machine.plan(moved).isEmpty)
      }
    }
  }

  /// A command is not sent if QEMU would accept it without effect, or would remove an object that is in use.
  @Test(arguments: QEMUMatrix.all)
  func whatCannotBeLiveSaysWhy(qemu: QEMUUnderTest) async throws {
    try await Self.withMachine(
      qemu, "-netdev user,id=n -device virtio-net-pci,id=nic,netdev=n,bus=rp1 -object iothread,id=t"
    ) { machine, board in
      let wanted = try Self.configuration(
        "\(board.replacing("-m 128", with: "-m 256")) -device virtio-net-pci,id=nic,netdev=n,bus=rp1 "
          + "-device virtio-rng-pci,id=r1,bus=rp1 -device virtio-rng-pci,id=r2,bus=pcie.0 "
          + "-device virtio-rng-pci,id=r3 -device virtio-rng-pci,id=r4 -device virtio-blk-pci,iothread=t,id=v,bus=rp2"
      )
      let plan = try await machine.plan(wanted)
      let kinds = Dictionary(plan.changes.map { ($0.title, $0) }) { first, _ in first }
      #expect(kinds["netdev n removed"]?.reason?.contains("device nic uses it") == true)
      #expect(kinds["object t removed"]?.reason?.contains("device v uses it") == true)
      #expect(kinds["device r1 added"]?.reason?.contains("nic is already on rp1") == true)
      #expect(kinds["device r2 added"]?.kind == .restart)
      #expect(kinds["device r3 added"]?.kind == .live)
      #expect(kinds["device r3 added"]?.commands.first?.arguments["bus"] == "rp2")
      #expect(kinds["device r4 added"]?.reason?.contains("no pcie-root-port is free") == true)
      #expect(kinds["memory size 128M → 256M"]?.kind == .restart)
      #expect(await machine.record.pending == [])
    }
  }

  /// Options that QEMU reads only at startup need a restart. QEMU accepts some of them later, and shows them, but without
  /// effect.
  @Test(
    arguments: QEMUMatrix.all,
    [
      ("-uuid 6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e", "-uuid 6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4f"),
      ("-name a", "-name b"), ("-rtc base=2006-06-17T16:01:21", "-rtc base=2007-06-17T16:01:21"),
      ("-smbios type=1,manufacturer=a", "-smbios type=1,manufacturer=b"),
      ("-accel tcg,tb-size=64", "-accel tcg,tb-size=32"), ("-icount shift=1", "-icount shift=2"),
      ("-machine dump-guest-core=on", "-machine dump-guest-core=off"), ("-boot menu=off", "-boot menu=on"),
      ("-smp 1,maxcpus=2", "-smp 1,maxcpus=4"), ("-sandbox on", "-sandbox on,spawn=deny"),
      ("-fw_cfg name=opt/a,string=x", "-fw_cfg name=opt/a,string=y"),
      ("-audiodev none,id=a,timer-period=10000", "-audiodev none,id=a,timer-period=20000"),
      (
        "-device virtio-net-pci,id=nic,bus=rp1,mac=52:54:00:12:34:56",
        "-device virtio-net-pci,id=nic,bus=rp1,mac=52:54:00:12:34:57"
      ),
      ("-netdev user,id=n,net=10.0.2.0/24", "-netdev user,id=n,net=10.0.5.0/24"),
    ])
  func whatQEMUReadsOnceWaitsForTheNextStart(qemu: QEMUUnderTest, lines: (String, String)) async throws {
    try await Self.withMachine(qemu, lines.0) { machine, board in
      let (old, wanted) = try (
        Self.configuration("\(board) \(lines.0)"), Self.configuration("\(board) \(lines.1)")
      )
      let outcome = try await machine.apply(wanted)
      #expect(outcome.done == [])
      #expect(outcome.failure == nil)
      #expect(outcome.left.count == 1)
      #expect(outcome.left.first?.kind == .restart)
      #expect(outcome.left.first?.commands == [])
      #expect(try await machine.plan(old).isEmpty)
      #expect(try await machine.record.requested == old.arguments())
    }
  }

  /// A guest that does not run releases no PCI device: QEMU would accept the command and wait.
  @Test(arguments: QEMUMatrix.all)
  func aDeviceThatTheGuestMustLetGoIsNotAskedWhileItIsHeld(qemu: QEMUUnderTest) async throws {
    try await Self.withMachine(qemu, "-device virtio-rng-pci,id=r,bus=rp1") { machine, board in
      let wanted = try Self.configuration(board)
      let held = try await machine.plan(wanted).changes
      #expect(held.map(\.kind) == [.impossible])
      #expect(held.first?.reason?.contains("resume the guest first") == true)
      try await machine.resume()
      #expect(try await machine.plan(wanted).changes.map(\.kind) == [.live])
      // The firmware alone does not let it go either.
      let outcome = try await machine.apply(wanted, timeout: .milliseconds(300))
      #expect(outcome.failure?.error.code == .timedOut)
      #expect(outcome.failure?.error.remedy.isEmpty == false)
      #expect(outcome.done == [])
    }
  }
}
