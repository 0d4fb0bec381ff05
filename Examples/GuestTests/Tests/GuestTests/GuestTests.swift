import QEMU
import Testing

/// Tests of a Linux guest under tcg: its kernel finds what was requested from QEMU.
@Suite(
  .enabled(if: Guest.isAvailable, "run `make guest`, or set GUEST_KERNEL and GUEST_INITRD"),
  .timeLimit(.minutes(5)))
struct GuestTests {
  @Test(arguments: [1, 2, 4]) func theGuestHasTheRequestedCPUs(count: Int) async throws {
    try await withGuest("-machine q35 -m 256M -smp \(count)") { machine, guest in
      let inGuest = try await guest.run("nproc")
      let inQEMU = try await machine.execute(QueryCPUsFast()).count
      #expect(inGuest == "\(count)")
      #expect(inQEMU == count)
    }
  }

  @Test func theAcceleratorIsTCG() async throws {
    try await withGuest("-machine q35 -m 256M") { machine, _ in
      let report = try await machine.verify().report
      #expect(report.accelerator.live == "tcg")
      #expect(report.accelerator.verdict == .confirmed)
    }
  }

  @Test func aLinkThatGoesDownIsDownInTheGuest() async throws {
    try await withGuest("-machine q35 -m 256M -nic user,model=virtio-net-pci,id=n0") { machine, guest in
      try await guest.run("ip link set eth0 up")
      _ = try await machine.execute(SetLink(name: "n0", up: false))
      try await guest.run("until [ $(cat /sys/class/net/eth0/carrier) = 0 ]; do sleep 1; done")
    }
  }

  @Test func aPausedGuestContinuesWhereItWas() async throws {
    try await withGuest("-machine q35 -m 256M") { machine, guest in
      try await guest.run("answer=42")
      try await machine.pause()
      let state = try await machine.runState()
      #expect(state == "paused")
      try await machine.resume()
      let answer = try await guest.run("echo $answer")
      #expect(answer == "42")
    }
  }
}
