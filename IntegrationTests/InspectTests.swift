import QEMU
import QEMUJSON
import Testing

/// Everything that a live virtual machine shows of itself, and a configuration made of it.
@Suite struct InspectTests {
  @Test(arguments: QEMUMatrix.all)
  func everythingIsShownWithItsSource(qemu: QEMUUnderTest) async throws {
    let line = [
      "-machine", qemu.isX86 ? "q35" : "virt", "-m", "96", "-smp", "2", "-chardev", "null,id=c", "-netdev",
      "user,id=n",
      "-device", "virtio-net-pci,netdev=n,id=nic", "-blockdev", "null-co,node-name=b", "-object",
      "iothread,id=t",
    ]
    try await withMachine(on: qemu, line) { machine in
      let inspection = try await machine.inspect()
      #expect(inspection.accelerator.live == "tcg")
      #expect(inspection["machine", "memory"]?["size"]?.integerValue == 96 << 20)
      #expect(inspection["topology", "cpus"] != nil)
      #expect(inspection["chardevs", "c"]?["filename"] == "null")
      #expect(inspection["nodes", "b"]?["drv"] == "null-co")
      #expect(inspection["devices", "/machine/peripheral/nic"]?["type"] == "virtio-net-pci")
      #expect(inspection["objects", "/objects/t"]?["type"] == "iothread")
      #expect(inspection["memory", "map"]?.arrayValue?.isEmpty == false)
      #expect(inspection.entries.contains { $0.section == "cpu" && $0.name == "type" })
      #expect(inspection.entries.allSatisfy { !$0.source.isEmpty && !$0.name.isEmpty })
      #expect(try !JSON.object(inspection.json).serialized().isEmpty)
    }
  }

  /// The configuration of `inspect` has the values that QEMU chose, and starts the same virtual machine.
  @Test(arguments: QEMUMatrix.all)
  func theConfigurationStartsTheSameAgain(qemu: QEMUUnderTest) async throws {
    let line = [
      "-accel", "xen", "-accel", "tcg,tb-size=64", "-machine", qemu.isX86 ? "q35" : "virt", "-smp",
      "1,maxcpus=2",
      "-device", "virtio-rng-pci,id=r",
    ]
    let (first, pinned) = try await withMachine(on: qemu, line) { machine in
      let inspection = try await machine.inspect()
      let requested = try QEMUConfiguration(arguments: await machine.record.requested)
      return (inspection, try inspection.configuration(pinning: requested))
    }
    #expect(pinned.accelerators.map(\.name) == ["tcg"])
    #expect(pinned.machine.type?.contains(try #require(qemu.version.split(separator: ".").first)) == true)
    #expect(pinned.cpu != nil && pinned.memory != nil)
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(
        LaunchRequest(name: MachineName("again"), configuration: pinned, binary: qemu.binary, state: state))
      let report = try await machine.verify().report
      #expect(report.verdict == .confirmed, "\(report.drifts)")
      let second = try await machine.inspect()
      #expect(second["cpu", "type"] == first["cpu", "type"])
      for name in ["type", "memory", "smp"] { #expect(second["machine", name] == first["machine", name]) }
      await machine.discard()
    }
  }
}
