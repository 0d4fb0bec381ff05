import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

@testable import QEMULifecycle
@testable import QEMUPlanning

/// Tests of the plan from a live state and a target configuration, without a QEMU.
@Suite struct ChangePlannerTests {
  private func occurrences(_ line: String) throws -> [Occurrence] { try configuration(line).occurrences }

  private func configuration(_ line: String) throws -> QEMUConfiguration {
    try QEMUConfiguration(arguments: line.split(separator: " ").map(String.init), unknownNames: .kept)
  }

  private func plan(known: String = "", wanted: String, live: LiveInventory) throws -> ChangePlan {
    ChangePlanner(
      known: try occurrences(known), wanted: try configuration(wanted), live: live, findings: [],
      knownFindings: []
    ).plan()
  }

  @Test func whatOthersAddedStays() throws {
    var live = LiveInventory()
    live.objects = ["theirs", "ours"]
    live.devices = ["theirs": .init(type: "scsi-hd", bus: "s.0", busPath: "/s.0", netdev: nil)]
    let plan = try plan(known: "-object iothread,id=ours", wanted: "", live: live)
    #expect(plan.changes.map(\.title) == ["object ours removed"])
  }

  @Test(arguments: [
    ("-chardev socket,id=c,path=/s,server=on,wait=on", "c", true),
    ("-chardev socket,id=c,path=/s,server=on,wait=off", "c", false),
    ("-chardev socket,id=c,path=/s,server=on", "c", false),
    ("-chardev socket,id=c,path=/s,wait=on", "c", false),
    ("-chardev socket,id=c,path=/s,server=on,wait=off -netdev vhost-user,id=n,chardev=c", "n", true),
    ("-chardev socket,id=c,path=/s -netdev vhost-user,id=n,chardev=c", "n", false),
    ("-chardev socket,id=c,path=/s,server=on,wait=off -device vhost-user-blk-pci,id=n,chardev=c", "n", true),
    ("-chardev socket,id=c,path=/s,server=on,wait=off -device pci-serial,id=n,chardev=c", "n", false),
  ])
  func whatStopsTheGuestUntilSomebodyComesIsNotAddedLive(line: String, id: String, waits: Bool) throws {
    let change = try #require(
      try plan(wanted: line, live: LiveInventory()).changes.first { $0.instance == id })
    #expect(
      (change.reason?.contains("the guest would not run meanwhile") ?? false) == waits, "\(change.title)")
    if waits { #expect(change.kind == .restart) }
  }

  @Test func devicesLeaveBeforeWhatTheyStandOnAndComeAfterIt() throws {
    var live = LiveInventory()
    live.blockNodes = ["f", "d"]
    live.devices = ["disk": .init(type: "scsi-hd", bus: "s.0", busPath: "/s.0", netdev: nil)]
    let line =
      "-device scsi-hd,id=disk,drive=d -blockdev null-co,node-name=f -blockdev raw,node-name=d,file=f"
    #expect(
      try plan(known: line, wanted: "", live: live).changes.map(\.title) == [
        "device disk removed", "blockdev d removed", "blockdev f removed",
      ])
    #expect(
      try plan(wanted: line, live: LiveInventory()).changes.map(\.title) == [
        "blockdev f added", "blockdev d added", "device disk added",
      ])
  }

  @Test(arguments: [
    ("drive=d", "old", "old still uses drive d"), ("netdev=n", "old", "old still uses netdev n"),
    ("drive=other", "old", nil), ("drive=d", "gone", nil),
  ])
  func whatADeviceHasIsNotGivenToAnother(property: String, present: String, reason: String?) throws {
    var live = LiveInventory()
    live.devices = [present: .init(type: "scsi-hd", bus: "s.0", busPath: "/s.0", netdev: nil)]
    let old = "-device x,id=old,drive=d,netdev=n"
    let plan = try plan(known: old, wanted: "\(old) -device y,id=new,\(property)", live: live)
    let new = try #require(plan.changes.first { $0.instance == "new" })
    #expect(new.reason == reason)
    #expect(new.kind == (reason == nil ? .live : .impossible))
  }

  /// A port has room for one device, a bridge for many.
  @Test(arguments: [("pcie-root-port", ChangeKind.impossible), ("pcie-pci-bridge", .live)])
  func aBridgeTakesASecondDevice(type: String, kind: ChangeKind) throws {
    var live = LiveInventory()
    live.machineType = "pc-q35-7.2-machine"
    live.pciTypes = ["e1000"]
    live.devices = [
      "b": .init(type: type, bus: "pcie.0", busPath: "/pcie.0", netdev: nil),
      "e0": .init(type: "e1000", bus: "b", busPath: "/machine/peripheral/b/b", netdev: nil),
    ]
    let old = "-device \(type),id=b -device e1000,id=e0,bus=b"
    let plan = try plan(known: old, wanted: "\(old) -device e1000,id=e1,bus=b,addr=2", live: live)
    #expect(plan.changes.map(\.kind) == [kind])
  }

  /// The type of a backend is not a reference to another backend with that id.
  @Test func aNameThatIsAlsoATypeIsFree() throws {
    var live = LiveInventory()
    live.networkBackends = ["user", "n"]
    let plan = try plan(
      known: "-netdev user,id=user -netdev user,id=n", wanted: "-netdev user,id=n", live: live)
    #expect(plan.changes.map(\.title) == ["netdev user removed"])
    #expect(plan.changes.map(\.kind) == [.live])
  }

  /// By another name it is a PCI device, too.
  @Test func anAliasIsOfTheBusOfItsDriver() throws {
    var live = LiveInventory()
    live.machineType = "pc-q35-7.2-machine"
    live.pciTypes = ["ich9-ahci"]
    live.aliases = ["ahci": "ich9-ahci"]
    #expect(try plan(wanted: "-device ahci,id=a", live: live).changes.map(\.kind) == [.restart])
  }

  /// It leaves first.
  @Test func whatADeviceLeavesMayBeTaken() throws {
    var live = LiveInventory()
    live.devices = ["old": .init(type: "scsi-hd", bus: "s.0", busPath: "/s.0", netdev: nil)]
    let plan = try plan(
      known: "-device scsi-hd,id=old,drive=d", wanted: "-device scsi-hd,id=new,drive=d", live: live)
    #expect(plan.changes.map(\.title) == ["device old removed", "device new added"])
    #expect(plan.changes.map(\.kind) == [.live, .live])
  }

  @Test func aSecretIsNotTold() throws {
    let plan = try plan(wanted: "-object secret,id=k,data=hidden", live: LiveInventory())
    #expect(plan.changes.first?.commands.first?.arguments["data"] == "hidden")
    #expect(try !JSON.object(plan.json).serialized().contains("hidden"))
    #expect(plan.changes.first?.commands.first?.description == "object-add")
  }

  @Test(arguments: [
    ("null,id=c", #"{"type":"null","data":{}}"#),
    ("file,id=c,path=/a,append=on", #"{"type":"file","data":{"out":"/a","append":true}}"#),
    ("ringbuf,id=c,size=4k", #"{"type":"ringbuf","data":{"size":4096}}"#),
    (
      "socket,id=c,path=/s,server=on,wait=off",
      #"{"type":"socket","data":{"addr":{"type":"unix","data":{"path":"/s"}},"server":true,"wait":false}}"#
    ),
    (
      "socket,id=c,host=::1,port=0,telnet=on",
      #"{"type":"socket","data":{"addr":{"type":"inet","data":{"host":"::1","port":"0"}},"server":false,"telnet":true}}"#
    ),
  ])
  func aCharacterDeviceIsSaidAsQMPHasIt(option: String, expected: String) throws {
    let plan = try plan(wanted: "-chardev \(option)", live: LiveInventory())
    let backend = try #require(plan.changes.first?.commands.first?.arguments["backend"])
    #expect(backend == (try JSON.parse(expected)))
  }

  /// Rather no change than half of one.
  @Test(arguments: [
    "udp,id=c,port=1", "socket,id=c,path=/s,tls-creds=t", "file,id=c,path=/a,input-path=/b",
    "null,id=c,mux=on",
  ])
  func aCharacterDeviceThatIsNotUnderstoodWholeNeedsARestart(option: String) throws {
    let plan = try plan(wanted: "-chardev \(option)", live: LiveInventory())
    #expect(plan.changes.map(\.kind) == [.restart])
    #expect(plan.changes.allSatisfy { $0.reason?.isEmpty == false })
  }

  @Test func twoNewDevicesDoNotShareAPort() throws {
    var live = LiveInventory()
    live.machineType = "pc-q35-11.1-machine"
    live.pciTypes = ["virtio-rng-pci"]
    live.devices = ["rp": .init(type: "pcie-root-port", bus: "pcie.0", busPath: "/pcie.0", netdev: nil)]
    let plan = try plan(wanted: "-device virtio-rng,id=a -device virtio-rng-pci,id=b,bus=rp", live: live)
    #expect(plan.changes.map(\.kind) == [.live, .impossible])
    #expect(plan.changes.first?.commands.first?.arguments["bus"] == "rp")
  }

  @Test func whatNobodyCanUnplugNeedsARestart() throws {
    var live = LiveInventory()
    live.devices = ["rp": .init(type: "pcie-root-port", bus: "pcie.0", busPath: "/pcie.0", netdev: nil)]
    let plan = try plan(known: "-device pcie-root-port,id=rp", wanted: "", live: live)
    #expect(plan.changes.map(\.kind) == [.restart])
  }

  /// A value that no query shows is compared with the previous request.
  @Test(arguments: [
    ("-object secret,id=s,data=", "one", "two", "object s data"),
    ("-object secret,id=s,qom-type=secret,format=base64,data=", "b25l", "dHdv", "object s data"),
    ("-object secret_keyring,id=k,serial=", "1", "2", "object k serial"),
    ("-iscsi initiator-name=x,user=u,password=", "one", "two", "iscsi 0 password"),
  ])
  func aChangedValueThatNothingShowsNeedsARestart(
    line: String, before: String, after: String, subject: String
  ) throws {
    func changes(_ value: String) throws -> [Change] {
      let (known, wanted) = (try configuration(line + before), try configuration(line + value))
      var live = LiveInventory()
      live.objects = Set(known.occurrences.compactMap { $0.option == "object" ? $0.id : nil })
      return ChangePlanner(
        known: known.occurrences, wanted: wanted, live: live,
        findings: try Verification(of: wanted).judge(Observation()).findings,
        knownFindings: try Verification(of: known).judge(Observation()).findings
      ).plan().changes.filter { $0.kind == .restart }
    }
    #expect(try changes(before).map(\.title) == [])
    let change = try #require(try changes(after).first)
    #expect(change.title.contains(subject))
    #expect(!change.title.contains("one") && !change.title.contains("two") || !line.contains("data="))
    #expect(change.reason?.contains("a different value was requested before") == true)
  }
}
