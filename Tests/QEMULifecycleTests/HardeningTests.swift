import QEMUCommandLine
import Testing

@testable import QEMULifecycle
@testable import QEMUObservation

/// The options that take rights from QEMU, and the requests that need some of them.
@Suite struct HardeningTests {
  private static let profile = BinaryProfile(version: "10.0.2", hasMonitorObject: false, hasSandbox: true)
  private static let strict =
    "on,obsolete=deny,elevateprivileges=deny,spawn=deny"
  private static let spawning =
    "on,obsolete=deny,elevateprivileges=allow,spawn=allow"
  private static let changingUser =
    "on,obsolete=deny,elevateprivileges=allow,spawn=deny"

  private func sandbox(_ arguments: [String], isRoot: Bool = true) throws -> String? {
    let configuration = try QEMUConfiguration(arguments: ["-display", "none"] + arguments)
    let words = Hardening(configuration, Self.profile, isRoot: isRoot).arguments
    return words.firstIndex(of: "-sandbox").map { words[$0 + 1] }
  }

  @Test(arguments: [
    [], ["-netdev", "user,id=n,hostfwd=tcp::2222-:22"], ["-nic", "none"], ["-nic", "user,model=virtio"],
    ["-netdev", "tap,id=n,script=no,downscript=no"], ["-netdev", "tap,id=n,fd=7"],
    ["-netdev", #"{"type":"tap","id":"n","script":"no","downscript":"no"}"#],
    ["-netdev", "socket,id=n,listen=:1234"], ["-incoming", "defer"], ["-incoming", "tcp:localhost:4444"],
    ["-audiodev", "none,id=a"], ["-audiodev", "none,id=a", "-device", "AC97,audiodev=a"],
    ["-object", "rng-builtin,id=r"], ["-vnc", ":1"], ["-chroot", "/"],
  ])
  func aRequestThatNeedsNoOtherProgramMayStartNone(_ arguments: [String]) throws {
    #expect(try sandbox(arguments) == Self.strict)
    #expect(try sandbox(arguments, isRoot: false) == Self.strict)
  }

  @Test(arguments: [
    ["-netdev", "tap,id=n"], ["-nic", "tap,script=/etc/ifup"], ["-net", "tap"],
    ["-netdev", "tap,id=n,script=no"], ["-netdev", #"{"type":"tap","id":"n","downscript":"no"}"#],
    ["-netdev", "user,id=n,smb=/srv"], ["-netdev", "user,id=n,guestfwd=tcp:10.0.2.1:80-cmd:cat"],
    ["-incoming", "exec:cat /state"], ["-display", "gtk"], ["-display", "sdl,gl=on"],
    ["-audiodev", "pa,id=a"], ["-audiodev", #"{"driver":"alsa","id":"a"}"#],
    ["-device", "intel-hda", "-device", "hda-duplex"],
  ])
  func aRequestThatNeedsOtherProgramsMayStartThem(_ arguments: [String]) throws {
    #expect(try sandbox(arguments) == Self.spawning)
    #expect(try sandbox(arguments, isRoot: false) == Self.spawning)
  }

  /// A setuid program gains nothing below a sandbox; root needs none.
  @Test(arguments: [
    ["-netdev", "bridge,id=n,br=br0"], ["-nic", "bridge"], ["-netdev", "tap,id=n,helper=/bin/helper"],
    ["-object", "authz-pam,id=p,service=vnc"], ["-readconfig", "vm.cfg"],
  ])
  func aRequestThatNeedsAProgramWithMoreRightsHasNoSandbox(_ arguments: [String]) throws {
    #expect(try sandbox(arguments) == Self.spawning)
    #expect(try sandbox(arguments, isRoot: false) == nil)
  }

  @Test(arguments: [["-runas", "nobody"], ["-run-with", "user=nobody"]])
  func aRequestForAnotherUserMayChangeToThem(_ arguments: [String]) throws {
    #expect(try sandbox(arguments) == Self.changingUser)
  }

  @Test(arguments: [["-sandbox", "off"], ["-sandbox", "on,spawn=deny"]])
  func aRequestWithASandboxKeepsItsOwn(_ arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments)
    #expect(Hardening(configuration, Self.profile).arguments == ["-no-user-config"])
  }

  @Test func aBinaryWithoutASandboxIsGivenNone() throws {
    let configuration = try QEMUConfiguration(arguments: ["-no-user-config"])
    let profile = BinaryProfile(version: "10.0.2", hasMonitorObject: false)
    #expect(Hardening(configuration, profile).arguments.isEmpty)
  }

  @Test(arguments: [
    ["-m", "1G"], ["-S"], ["-m", "1G", "-S"], ["-sandbox", "off"], ["-netdev", "user,id=n,smb=/srv"],
    ["-accel", "tcg,thread=multi"],
  ])
  func theRequestIsReadBackFromTheCommand(_ arguments: [String]) throws {
    for hasMonitorObject in [true, false] {
      let plan = try LaunchPlan(
        QEMUConfiguration(arguments: arguments),
        BinaryProfile(version: "10", hasMonitorObject: hasMonitorObject, hasSandbox: true))
      #expect(LaunchPlan.requested(in: plan.arguments) == arguments)
    }
  }
}
