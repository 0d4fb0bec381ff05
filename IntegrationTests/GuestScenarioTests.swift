import Foundation
import QEMU
import QEMUJSON
import Testing

/// Tests that changes of a running virtual machine reach the Linux in its guest.
@Suite(.disabled(if: GuestUnderTest.absence != nil, "\(GuestUnderTest.absence ?? "")"))
struct GuestScenarioTests {
  @Test(arguments: QEMUMatrix.x86)
  func cardsAndDiscsComeAndGo(qemu: QEMUUnderTest) async throws {
    try await withGuest(qemu) { scenario in
      try await scenario.apply(
        removing: ["n1", "nic1"],
        adding: [
          "n2": "-netdev user,id=n2,net=10.7.0.0/24",
          "nic2": "-device virtio-net-pci,id=nic2,netdev=n2,bus=rp1,mac=52:54:00:aa:bb:02",
        ])
      try await scenario.eventually("cat /sys/class/net/*/address", shows: "52:54:00:aa:bb:02")
      #expect(!(try await scenario.guest.run("cat /sys/class/net/*/address").contains("52:54:00:aa:bb:01")))

      try await scenario.apply(
        removing: [],
        adding: [
          "w2f": "-blockdev null-co,node-name=w2f,size=33554432",
          "w2": "-blockdev raw,node-name=w2,file=w2f",
          "blk2": "-device virtio-blk-pci,drive=w2,id=blk2,bus=rp2",
        ])
      try await scenario.eventually("cat /sys/block/vdb/size", shows: "65536")
      try await scenario.apply(removing: ["w2f", "w2", "blk2"], adding: [:])
      try await scenario.eventually("ls /sys/block", lacks: "vdb")

      try await scenario.apply(
        removing: ["cd", "isoA"],
        adding: [
          "isoB": "-blockdev null-co,node-name=isoB,size=4194304,read-only=on",
          "cd": "-device scsi-cd,drive=isoB,id=cd,bus=sc0.0",
        ])
      try await scenario.eventually(
        "dd if=/dev/sr0 of=/dev/null bs=2048 count=1; cat /sys/block/sr0/size", shows: "8192")
      try await scenario.apply(
        removing: [],
        adding: [
          "isoC": "-blockdev null-co,node-name=isoC,size=2097152,read-only=on",
          "cd2": "-device scsi-cd,drive=isoC,id=cd2,bus=sc0.0",
        ])
      try await scenario.eventually("ls /sys/block", shows: "sr1")
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func processorsAndMemoryAreAdded(qemu: QEMUUnderTest) async throws {
    try await withGuest(qemu) { scenario in
      try await scenario.apply(
        removing: ["smp"],
        adding: [
          "smp": "-smp cpus=3,maxcpus=4,sockets=1,cores=4,threads=1",
          "mem1": "-object memory-backend-ram,id=mem1,size=128M",
          "dimm1": "-device pc-dimm,id=dimm1,memdev=mem1",
        ])
      try await scenario.eventually("ls /sys/devices/system/cpu", shows: "cpu2")
      try await scenario.guest.run("echo 1 > /sys/devices/system/cpu/cpu2/online")
      try await scenario.eventually("cat /sys/devices/system/cpu/online", shows: "0-2")
      let before = try await scenario.memory()
      try await scenario.eventually("ls -d /sys/devices/system/memory/memory32", shows: "memory32")
      try await scenario.guest.run("echo online > /sys/devices/system/memory/memory32/state")
      #expect(try await scenario.memory() == before + 128 * 1024)
    }
  }

  /// A module that holds nothing goes; one in which the guest's kernel lives stays, and the guest says so at once.
  @Test(arguments: QEMUMatrix.x86)
  func memoryLeavesWhenTheGuestLetsItGo(qemu: QEMUUnderTest) async throws {
    try await withGuest(qemu) { scenario in
      try await scenario.apply(
        removing: [],
        adding: [
          "mem1": "-object memory-backend-ram,id=mem1,size=128M",
          "dimm1": "-device pc-dimm,id=dimm1,memdev=mem1",
          "mem2": "-object memory-backend-ram,id=mem2,size=128M",
          "dimm2": "-device pc-dimm,id=dimm2,memdev=mem2",
        ])
      for (block, use) in [("memory32", "online_kernel"), ("memory33", "online_movable")] {
        let state = "/sys/devices/system/memory/\(block)/state"
        try await scenario.eventually("ls -d \(state)", shows: state)
        try await scenario.guest.run("echo \(use) > \(state)")
      }
      // The kernel takes memory from the highest place it may use.
      try await scenario.guest.run("mkdir /held && cd /held && mkdir $(seq 1 3000)")
      try await scenario.apply(removing: ["mem2", "dimm2"], adding: [:])

      let wanted = try await scenario.wanted(without: ["mem1", "dimm1"])
      let kept = try await scenario.machine.apply(wanted, timeout: .seconds(120))
      #expect(kept.failure?.change.title == "device dimm1 removed")
      #expect(kept.failure?.error.summary == "the guest refused to unplug device dimm1")
      #expect(kept.failure?.error.evidence == ["ACPI_DEVICE_OST: status 130"])
      #expect(kept.done == [])
      #expect(kept.left.map(\.title) == ["object mem1 removed"])
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func limitsLinesAndDisplaysFollow(qemu: QEMUUnderTest) async throws {
    try await withGuest(qemu) { scenario in
      let file = "\(scenario.directory)/line"
      try await scenario.apply(
        removing: ["tg", "ch2", "vnc", "n1"],
        adding: [
          "tg": "-object throttle-group,id=tg,x-iops-total=200",
          "ch2": "-chardev file,id=ch2,path=\(file)",
          "vnc": "-vnc unix:\(scenario.directory)/moved",
          "n1": "-netdev user,id=n1,hostfwd=tcp:127.0.0.1:0-:22",
        ])
      try await scenario.guest.run("echo hello > /dev/ttyS1")
      #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("hello"))

      try await scenario.guest.run("ip link set eth0 up")
      try await scenario.eventually("cat /sys/class/net/eth0/carrier", shows: "1")
      _ = try await scenario.machine.execute("set_link", ["name": "nic1", "up": false])
      try await scenario.eventually("cat /sys/class/net/eth0/carrier", shows: "0")
    }
  }

  /// Changes that correspond to no option are made by their QMP commands, after which a plan is empty.
  @Test(arguments: QEMUMatrix.x86)
  func aDiscGrowsAndIsMergedAndMemoryIsGivenBack(qemu: QEMUUnderTest) async throws {
    try await withGuest(qemu) { scenario in
      let machine = scenario.machine
      _ = try await machine.execute("block_resize", ["node-name": "w1", "size": 134_217_728])
      try await scenario.eventually("cat /sys/block/vda/size", shows: "262144")

      let events = await machine.events()
      _ = try await machine.execute("balloon", ["value": 419_430_400])
      _ = try await events.first(within: .seconds(120)) {
        $0.name == "BALLOON_CHANGE" && $0.data["actual"] == 419_430_400
      }

      let overlay = "\(scenario.directory)/overlay"
      try Data().write(to: URL(filePath: overlay))
      _ = try await machine.execute(
        "blockdev-add", ["driver": "file", "node-name": "snf", "filename": .string(overlay)])
      try await machine.format(["driver": "qcow2", "file": "snf", "size": 134_217_728])
      _ = try await machine.execute(
        "blockdev-add", ["driver": "qcow2", "node-name": "sn", "file": "snf", "backing": nil])
      _ = try await machine.execute("blockdev-snapshot", ["node": "w1", "overlay": "sn"])
      try await scenario.guest.run("echo merged | dd of=/dev/vda conv=fsync")
      #expect(try await !machine.plan(scenario.wanted()).isEmpty)
      let merging = await machine.events()
      _ = try await machine.execute("block-commit", ["job-id": "merge", "device": "sn"])
      _ = try await merging.first(within: .seconds(60)) { $0.name == "BLOCK_JOB_READY" }
      _ = try await machine.execute("job-complete", ["id": "merge"])
      _ = try await merging.first(within: .seconds(60)) { $0.name == "BLOCK_JOB_COMPLETED" }
      for node in ["sn", "snf"] {
        _ = try await machine.execute("blockdev-del", ["node-name": .string(node)])
      }
      #expect(try await scenario.guest.run("dd if=/dev/vda bs=6 count=1 2>/dev/null; echo") == "merged")
      let left = try await machine.plan(scenario.wanted()).changes.map(\.title)
      #expect(left == [])
    }
  }
}

// MARK: - A virtual machine with a guest

/// The requested parts of a virtual machine, by name, and the guest that shows the result.
private actor GuestScenario {
  let machine: VirtualMachine
  let guest: GuestUnderTest
  nonisolated let directory: String
  private var parts: [(name: String, words: String)]

  init(_ machine: VirtualMachine, _ guest: GuestUnderTest, _ directory: String, _ parts: [(String, String)]) {
    (self.machine, self.guest, self.directory, self.parts) = (machine, guest, directory, parts)
  }

  func wanted(without leftOut: Set<String> = []) throws -> QEMUConfiguration {
    try QEMUConfiguration(
      arguments: ["-nodefaults", "-display", "none"] + Self.words(parts.filter { !leftOut.contains($0.name) })
        + GuestUnderTest.arguments(console: "\(directory)/console"))
  }

  static func words(_ parts: [(name: String, words: String)]) -> [String] {
    parts.flatMap { $0.words.split(separator: " ").map(String.init) }
  }

  /// Changes what is wanted, brings it about, and checks that nothing is left.
  func apply(removing: Set<String>, adding: KeyValuePairs<String, String>) async throws {
    parts.removeAll { removing.contains($0.name) }
    parts += adding.map { ($0.key, $0.value) }
    let wanted = try wanted()
    let outcome = try await machine.apply(wanted, timeout: .seconds(120))
    #expect(outcome.failure == nil, "\(outcome.failure?.error.evidence ?? [])")
    #expect(outcome.left.map(\.title) == [])
    #expect(outcome.report.verdict == .confirmed, "\(outcome.report.drifts)")
    let left = try await machine.plan(wanted).changes.map(\.title)
    #expect(left == [])
  }

  /// Asks the guest again and again: it learns of a change in its own time.
  func eventually(_ line: String, shows words: String) async throws {
    try await eventually(line) { $0.contains(words) }
  }

  func eventually(_ line: String, lacks words: String) async throws {
    try await eventually(line) { !$0.contains(words) }
  }

  private func eventually(_ line: String, _ isMet: (String) -> Bool) async throws {
    var answer = ""
    for _ in 0..<300 {
      answer = (try? await guest.run("(\(line)) 2>&1")) ?? ""
      if isMet(answer) { return }
      try await guest.run("usleep 100000")
    }
    Issue.record("\(line): \(answer)")
  }

  /// KiB that the guest has.
  func memory() async throws -> Int {
    try #require(Int(try await guest.run("awk '/MemTotal/ {print $2}' /proc/meminfo")))
  }
}

private func withGuest(_ qemu: QEMUUnderTest, _ body: (GuestScenario) async throws -> Void) async throws {
  try await withStateDirectory { files in
    let directory = files.path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let disc = URL(filePath: "\(directory)/disc")
    try Data().write(to: disc)
    let handle = try FileHandle(forWritingTo: disc)
    try handle.truncate(atOffset: 64 << 20)
    try handle.close()
    let parts = [
      ("board", "-machine q35 -m 512M,slots=4,maxmem=4G -cpu qemu64"),
      ("smp", "-smp cpus=2,maxcpus=4,sockets=1,cores=4,threads=1"),
      ("rp1", "-device pcie-root-port,id=rp1,chassis=1"), ("rp2", "-device pcie-root-port,id=rp2,chassis=2"),
      ("rp3", "-device pcie-root-port,id=rp3,chassis=3"), ("sc0", "-device virtio-scsi-pci,id=sc0"),
      ("balloon", "-device virtio-balloon-pci,id=balloon"),
      ("tg", "-object throttle-group,id=tg,x-iops-total=100"),
      ("ch2", "-chardev null,id=ch2"), ("com2", "-device isa-serial,chardev=ch2,id=com2,index=1"),
      ("vnc", "-vnc unix:\(directory)/vnc"),
      ("n1", "-netdev user,id=n1"),
      ("nic1", "-device virtio-net-pci,id=nic1,netdev=n1,bus=rp1,mac=52:54:00:aa:bb:01"),
      ("w1f", "-blockdev file,node-name=w1f,filename=\(directory)/disc"),
      ("w1", "-blockdev raw,node-name=w1,file=w1f"),
      ("blk1", "-device virtio-blk-pci,drive=w1,id=blk1,bus=rp3"),
      ("isoA", "-blockdev null-co,node-name=isoA,size=1048576,read-only=on"),
      ("cd", "-device scsi-cd,drive=isoA,id=cd,bus=sc0.0"),
    ]
    let console = "\(directory)/console"
    try await withMachine(on: qemu, GuestScenario.words(parts) + GuestUnderTest.arguments(console: console)) {
      machine in
      let guest = try GuestUnderTest(console: console)
      try await machine.resume()
      try await guest.waitUntilReady()
      try await body(GuestScenario(machine, guest, directory, parts))
    }
  }
}
