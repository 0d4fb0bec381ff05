import QEMUCommandLine
import QEMUJSON
import Testing

/// Tests of the check of a configuration against the capabilities of a binary.
@Suite struct BinaryCheckTests {
  static let binary: BinaryCapabilities = {
    var binary = asked
    binary.references = ["netdev": "netdev", "drive": "drive", "chardev": "chardev", "tpmdev": "tpmdev"]
    binary.implementers = [
      "PCI": ["PCI", "PCIE"], "user-creatable": ["iothread", "memory-backend-ram"], "iothread": ["iothread"],
      "memory-backend": ["memory-backend-ram"], "ipmi-bmc": ["ipmi-bmc-sim"],
    ]
    binary.backends = [
      "chardev": ["null", "socket", "file", "ringbuf"], "vga": ["std"],
      "drive": ["raw", "file", "luks", "null-co"],
      "netdev": ["user", "tap"],
    ]
    return binary
  }()

  private static let asked = BinaryCapabilities(
    version: "7.2.22", architecture: "x86_64",
    options: [
      "accel", "add-fd", "blockdev", "chardev", "cpu", "d", "debugcon", "device", "drive", "fw_cfg", "global",
      "hda",
      "incoming", "m", "machine", "mon", "monitor", "net", "netdev", "nic", "no-hpet", "numa", "object",
      "overcommit",
      "serial", "set", "smp", "enable-kvm", "readconfig", "tpmdev", "usb", "vga", "vnc",
    ],
    parameters: [
      "overcommit": ["mem-lock": "boolean", "cpu-pm": "boolean"],
      "mon": ["chardev": "string", "mode": "string"],
    ],
    logItems: ["int", "guest_errors", "all"],
    accelerators: ["tcg": ["tb-size": "int", "thread": "string"]],
    machines: [
      "pc-q35-7.2": .init(
        alias: "q35", isDeprecated: false, maximumCPUs: 288, isDefault: true,
        properties: [
          "hpet": "bool", "smp": "SMPConfiguration", "memory-backend": "link<memory-backend>",
          "nvdimm": "bool",
        ],
        buses: [.init(name: "pcie.0", type: "PCIE")]),
      "none": .init(
        alias: nil, isDeprecated: false, maximumCPUs: 1, properties: [:],
        buses: [.init(name: "main", type: "System")]),
      "old": .init(alias: nil, isDeprecated: true, maximumCPUs: 1, properties: [:]),
      "silent": .init(alias: nil, isDeprecated: false, maximumCPUs: 1, properties: nil),
    ],
    models: [
      "max": .init(typeName: "max-x86_64-cpu", isDeprecated: false),
      "gone": .init(typeName: "gone-x86_64-cpu", isDeprecated: true),
    ],
    devices: [
      "virtio-net-pci": .init(
        alias: "virtio-net", bus: "PCI", isUserCreatable: true,
        properties: [
          "mac": "str", "netdev": "str", "mq": "bool", "tx_queue_size": "uint16", "addr": "int32",
          "rx[0]": "uint8",
        ]),
      "virtio-net-ccw": .init(
        alias: "virtio-net", bus: "virtual-css-bus", isUserCreatable: true, properties: [:]),
      "usb-ehci": .init(
        alias: nil, bus: "PCI", isUserCreatable: true, properties: ["iothread": "link<iothread>"]),
      "usb-kbd": .init(alias: nil, bus: "usb-bus", isUserCreatable: true, properties: ["port": "str"]),
      "virtio-blk-pci": .init(
        alias: nil, bus: "PCI", isUserCreatable: true, properties: ["drive": "str", "queue-size": "uint16"]),
      "ipmi-bmc-sim": .init(alias: nil, bus: nil, isUserCreatable: true, properties: [:]),
      "pci-ipmi-kcs": .init(
        alias: nil, bus: "PCI", isUserCreatable: true, properties: ["bmc": "link<ipmi-bmc>"]),
      "pc-dimm": .init(
        alias: nil, bus: nil, isUserCreatable: true, properties: ["memdev": "link<memory-backend>"]),
      "PIIX4": .init(alias: nil, bus: "PCI", isUserCreatable: false, properties: [:]),
      "max-x86_64-cpu": .init(
        alias: nil, bus: nil, isUserCreatable: true, properties: ["avx": "bool", "sse4.1": "bool"]),
    ],
    schema: LiveSchema(
      entities: [
        ["name": "netdev_add", "meta-type": "command", "arg-type": "1"],
        [
          "name": "1", "meta-type": "object", "tag": "type",
          "members": [["name": "id", "type": "str"], ["name": "type", "type": "2"]],
          "variants": [["case": "user", "type": "3"], ["case": "nic", "type": "nic"]],
        ],
        ["name": "2", "meta-type": "enum", "values": ["user", "tap", "nic", "bridge", "none"]],
        [
          "name": "nic", "meta-type": "object",
          "members": [["name": "netdev", "type": "str"], ["name": "model", "type": "str"]],
        ],
        ["name": "blockdev-add", "meta-type": "command", "arg-type": "4"],
        [
          "name": "4", "meta-type": "object", "tag": "driver",
          "members": [
            ["name": "driver", "type": "str"], ["name": "node-name", "type": "str", "default": nil],
          ],
          "variants": [
            ["case": "raw", "type": "raw"], ["case": "luks", "type": "raw"],
            ["case": "qcow2", "type": "raw"],
          ],
        ],
        [
          "name": "raw", "meta-type": "object",
          "members": [
            ["name": "file", "type": "5"], ["name": "key-secret", "type": "str", "default": nil],
          ],
        ],
        ["name": "5", "meta-type": "alternate", "members": [["type": "4"], ["type": "str"]]],
        [
          "name": "3", "meta-type": "object",
          "members": [
            ["name": "restrict", "type": "bool"], ["name": "hostfwd", "type": "str"],
            ["name": "model", "type": "str"],
            ["name": "tftp", "type": "str", "features": ["deprecated"]],
          ],
        ],
      ]))

  struct Row: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let weight: CheckFinding.Weight
    let words: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ weight: CheckFinding.Weight, _ words: String, _ arguments: String...) {
      self.arguments = arguments
      self.weight = weight
      self.words = words
    }
  }

  @Test(arguments: [
    Row(.refused, "added in QEMU 8.1", "-run-with", "chroot=/"),
    Row(.refused, "exists for arm, aarch64", "-semihosting"),
    Row(.refused, "is not built in", "-spice", "port=1"),
    Row(.refused, "has no option \"-acel\"", "-acel", "tcg"),
    Row(.refused, "accelerator \"kvm\"", "-accel", "kvm"),
    Row(.ignored, "accelerator \"kvm\"", "-accel", "kvm", "-accel", "tcg"),
    Row(.refused, "the accelerator tcg has no property \"split-wx\"", "-accel", "tcg,split-wx=on"),
    Row(.refused, "-accel cannot be combined with", "-accel", "tcg", "-enable-kvm"),
    Row(.refused, "machine type \"q53\"", "-machine", "q53"),
    Row(.refused, "hpet of the machine type q35 does not take \"maybe\"", "-machine", "q35,hpet=maybe"),
    Row(.refused, "no property \"hppet\"", "-machine", "q35", "-machine", "hppet=on"),
    Row(.deprecated, "the machine type old is deprecated", "-machine", "old"),
    Row(.refused, "CPU model \"min\"", "-cpu", "min"),
    Row(.refused, "no feature \"avx9\"", "-cpu", "max,+avx9"),
    Row(.deprecated, "the CPU model gone is deprecated", "-cpu", "gone"),
    Row(.refused, "no device \"virtio-nett\"", "-device", "virtio-nett"),
    Row(.refused, "only a machine can create the device PIIX4", "-device", "PIIX4"),
    Row(.refused, "no property \"macc\"", "-device", "virtio-net-pci,macc=1"),
    Row(.refused, "mq of the device virtio-net does not take \"1\"", "-device", "virtio-net,mq=1"),
    Row(.refused, "does not take \"65536\"", "-device", "virtio-net,tx_queue_size=65536"),
    Row(.refused, "does not take \"x\"", "-device", "virtio-net,tx_queue_size=x"),
    Row(.refused, "mq of the device", "-device", #"{"driver":"virtio-net","mq":"on"}"#),
    Row(.refused, "-device has no driver", "-device", "id=x"),
    Row(.refused, "\"1\" is not a valid id", "-device", "virtio-net,id=1"),
    Row(
      .refused, "is taken by an earlier -device", "-device", "virtio-net,id=a", "-device", "virtio-net,id=a"),
    Row(.refused, "netdev=n refers to nothing", "-device", "virtio-net,netdev=n"),
    Row(.refused, "no type \"usr\"", "-netdev", "usr,id=n"),
    Row(.refused, "no member \"restrickt\"", "-netdev", "user,id=n,restrickt=on"),
    Row(.deprecated, "\"tftp\" of -netdev is deprecated", "-netdev", "user,id=n,tftp=/x"),
    Row(.refused, "no device \"r\" before", "-set", "device.r.mac=1"),
    Row(.refused, "mem-lock of -overcommit", "-overcommit", "mem-lock=on-fault"),
    Row(.ignored, "no accelerator \"kvm\"", "-accel", "kvm", "-accel", "thread=multi"),
    Row(.refused, "no member \"restrickt\"", "-nic", "model=virtio,restrickt=on"),
    Row(.refused, "either driver or file", "-drive", "what=ever"),
    Row(.refused, "exactly one of", "-fw_cfg", "name=opt/a,string=x,file=y"),
    Row(.refused, "standard stream", "-add-fd", "fd=2,set=1"),
    Row(.refused, "migration channels", "-incoming", "main,addr.transport=socket,addr.type=unix,addr.path=x"),
    Row(.refused, "no log item \"innt\"", "-d", "innt"),
    Row(
      .refused, "before this option", "-blockdev", "raw,node-name=a,file=b", "-blockdev",
      "null-co,node-name=b"),
    Row(.exposed, "read the property \"data\" on the command line", "-object", "secret,id=s,data=swordfish"),
    Row(
      .exposed, "read the property \"cookie\" on the command line", "-blockdev",
      "https,node-name=b,url=x,cookie=swordfish"),
    Row(.exposed, "read the password of a URL", "-drive", "if=none,file=https://me:swordfish@host/a"),
    Row(
      .refused, "mq of the device", "-global", "virtio-net-pci.mq=perhaps", "-device", "virtio-net-pci"),
  ])
  func whatTheBinaryHasNotIsTold(row: Row) throws {
    let findings = try QEMUConfiguration(arguments: row.arguments, unknownNames: .kept).findings(
      for: Self.binary)
    let finding = try #require(findings.first { $0.weight == row.weight }, "\(findings)")
    #expect(finding.error.description.contains(row.words), "\(findings)")
    #expect(!finding.error.remedy.isEmpty)
    #expect(!"\(findings)".contains("swordfish"))
  }

  @Test(arguments: [
    ["-machine", "q35,hpet=off,smp.cpus=2", "-accel", "tcg,thread=multi,tb-size=64"],
    ["-machine", "silent,what=ever"],
    ["-cpu", "nothing", "-cpu", "max,+avx,-sse4_1"],
    ["-netdev", "user,id=n", "-device", "virtio-net,netdev=n,mq=on,addr=06.0,rx[3]=1,tx_queue_size=0x100"],
    ["-device", #"{"driver":"virtio-net","mq":true,"id":"1r"}"#],
    ["-readconfig", "f", "-device", "virtio-net,netdev=n"],
    ["-blockdev", "null-co,node-name=b", "-blockdev", "raw,node-name=a,file=b"],
    ["-d", "int,trace:foo*,all"], ["-global", "unknown.property=1"],
    ["-drive", "file.driver=null-co,if=none,id=d"], ["-m", "0x40"], ["disk.img"],
    ["-device", "usb-ehci,id=u", "-device", "usb-kbd,bus=u.0,port=1.2"], ["-usb", "-device", "usb-kbd"],
    ["-hda", "d", "-device", "virtio-blk-pci,drive=ide0-hd0"],
    ["-device", #"{"driver":"virtio-net","tx_queue_size":256}"#],
    ["-chardev", "null,id=c,mux=on", "-serial", "chardev:c", "-mon", "chardev=c"], ["-monitor", "nonesuch"],
    ["-accel", "tb-size=32"], ["-overcommit", "mem-lock=no,cpu-pm=y"],
    ["-nic", "model=virtio,mac=52:54:00:00:00:01"],
    [
      "-m", "64M,slots=1,maxmem=1G", "-object", "memory-backend-ram,id=m,size=1M", "-device",
      "pc-dimm,memdev=m",
    ],
    ["-smp", "2,maxcpus=4,sockets=2"], ["-global", "virtio-net-pci.mq=perhaps"],
    ["-device", "virtio-blk-pci", "-global", "virtio-blk-pci.drive=x"],
  ])
  func whatItHasIsNoFinding(arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(configuration.findings(for: Self.binary) == [])
  }

  /// A switch of an older binary is a word of several in a newer one, which takes no other spelling of it.
  @Test(arguments: [
    ("boolean", "yes", true), ("string", "yes", false), ("string", "on", true), ("string", "n", false),
  ])
  func aSwitchThatBecameAWordIsJudgedByTheBinary(row: (type: String, text: String, isTaken: Bool)) throws {
    var binary = Self.binary
    binary.parameters["overcommit"] = ["mem-lock": row.type]
    let configuration = try QEMUConfiguration(
      arguments: ["-overcommit", "mem-lock=\(row.text)"], unknownNames: .kept)
    #expect(configuration.findings(for: binary).isEmpty == row.isTaken)
  }

  /// Each kind of option that names another, and one that nothing defines.
  @Test(arguments: [
    Row(.refused, "chardev=c refers to nothing", "-mon", "chardev=c"),
    Row(.refused, "chardev=c refers to nothing", "-serial", "chardev:c"),
    Row(.refused, "chardev=c refers to nothing", "-monitor", "mon:chardev:c"),
    Row(.refused, "chardev=c refers to nothing", "-tpmdev", "emulator,id=t,chardev=c"),
    Row(.refused, "netdev=n refers to nothing", "-net", "nic,netdev=n"),
    Row(.refused, "memdev=m refers to nothing", "-numa", "node,memdev=m"),
    Row(.refused, "memory-backend=m refers to nothing", "-machine", "q35,memory-backend=m"),
    Row(.refused, "tls-creds=t refers to nothing", "-vnc", ":1,tls-creds=t"),
    Row(
      .refused, "key-secret=s refers to nothing", "-blockdev",
      "luks,node-name=n,file.driver=null-co,key-secret=s"),
    Row(.refused, "iothread=i refers to nothing", "-device", "usb-ehci,iothread=i"),
    Row(
      .refused, "iothread=m refers to nothing", "-object", "memory-backend-ram,id=m,size=1M", "-device",
      "usb-ehci,iothread=m"),
    Row(
      .refused, "drive=e refers to nothing", "-drive", "driver=null-co", "-device", "virtio-blk-pci,drive=e"),
    Row(
      .refused, "before this option", "-device", "pci-ipmi-kcs,bmc=b", "-device", "ipmi-bmc-sim,id=b"),
    Row(
      .refused, "in use by an earlier -serial", "-chardev", "null,id=c", "-serial", "chardev:c", "-mon",
      "chardev=c"),
    Row(
      .refused, "in use by an earlier -device", "-netdev", "user,id=n", "-device", "virtio-net,netdev=n",
      "-device",
      "virtio-net,netdev=n"),
  ])
  func aNameThatNothingDefinesIsRefused(row: Row) throws { try whatTheBinaryHasNotIsTold(row: row) }

  @Test(arguments: [
    Row(.refused, "no bus of type PCI", "-machine", "none", "-device", "usb-ehci"),
    Row(.refused, "no bus of type usb-bus", "-device", "usb-kbd"),
    Row(.refused, "no bus of type usb-bus", "-device", "usb-kbd", "-device", "usb-ehci"),
    Row(.refused, "no bus \"e.0\"", "-device", "usb-ehci,id=u", "-device", "usb-kbd,bus=e.0"),
    Row(.refused, "no bus \"pci.0\"", "-device", "virtio-net,bus=pci.0"),
    Row(.refused, "has the type PCIE", "-device", "usb-ehci", "-device", "usb-kbd,bus=pcie.0"),
    Row(.refused, "needs drive", "-device", "virtio-blk-pci"),
    Row(.refused, "needs bmc", "-device", "pci-ipmi-kcs"),
    Row(.refused, "needs room", "-object", "memory-backend-ram,id=m,size=1M", "-device", "pc-dimm,memdev=m"),
    Row(.refused, "needs id", "-chardev", "null"), Row(.refused, "needs backend", "-chardev", "id=c"),
    Row(.refused, "needs path", "-chardev", "file,id=c"),
    Row(.refused, "needs chardev", "-tpmdev", "emulator,id=t"),
    Row(.refused, "exactly one of data and file", "-object", "secret,id=s"),
    Row(.refused, "needs maxmem", "-m", "1G,slots=2"),
    Row(.refused, "less than the initial memory", "-m", "1G,maxmem=512M"),
    Row(
      .refused, "its backend m has", "-m", "1G", "-machine", "q35,memory-backend=m", "-object",
      "memory-backend-ram,id=m,size=1M"),
    Row(
      .refused, "the nodes have", "-m", "1G", "-object", "memory-backend-ram,id=m,size=1M", "-numa",
      "node,memdev=m"),
    Row(.refused, "but 4 are specified", "-smp", "4,sockets=1,cores=3,threads=1"),
    Row(.refused, "at most 288 CPUs", "-smp", "400"),
  ])
  func aPartThatIsMissingIsTold(row: Row) throws { try whatTheBinaryHasNotIsTold(row: row) }

  @Test(arguments: [
    Row(.refused, "no graphics adapter \"qxl\"", "-vga", "qxl"),
    Row(.refused, "no character device \"spicevmc\"", "-chardev", "spicevmc,id=c"),
    Row(.refused, "no character device \"sockett\"", "-serial", "sockett"),
    Row(.refused, "by its id", "-chardev", "null,id=c", "-debugcon", "chardev:c"),
    Row(.refused, "no format \"vdi\"", "-drive", "file=x,format=vdi"),
    Row(.refused, "no driver \"qcow2\"", "-blockdev", "qcow2,node-name=a,file.driver=null-co"),
    Row(.refused, "no type \"bridge\"", "-nic", "bridge"),
    Row(.refused, "no NIC model \"e1001\"", "-nic", "user,model=e1001"),
    Row(.refused, "no property \"pretty\"", "-chardev", "null,id=c", "-mon", "chardev=c,pretty=on"),
    Row(.refused, "no accelerator \"hvf\"", "-machine", "q35,accel=hvf:nvmm"),
    Row(.refused, "mac of the device", "-device", "virtio-net,mac=52:54:00"),
    Row(.refused, "addr of the device", "-device", "virtio-net,addr=20"),
    Row(.refused, "queue-size of the device", "-device", "virtio-blk-pci,queue-size=100"),
    Row(.refused, "port of the device", "-device", "usb-ehci", "-device", "usb-kbd,port=a"),
    Row(.refused, "vnc of -vnc", "-vnc", "5901"),
    Row(.refused, "hostfwd of", "-netdev", "user,id=n,hostfwd=22:22"),
    Row(.refused, "there can be only one -hda", "-hda", "a", "-hda", "b"),
  ])
  func whatThisBuildLacksIsTold(row: Row) throws { try whatTheBinaryHasNotIsTold(row: row) }

  @Test func aBinaryWithoutDefaultMachineNeedsAName() throws {
    var binary = Self.binary
    for name in binary.machines.keys { binary.machines[name]?.isDefault = false }
    let nothing = try QEMUConfiguration(arguments: []).findings(for: binary)
    #expect(nothing.contains { $0.error.summary.contains("no default machine") })
    #expect(try QEMUConfiguration(arguments: ["-machine", "none"]).findings(for: binary) == [])
  }

  /// QEMU prints help and ends, whatever else is on the line.
  @Test(arguments: [
    ["-accel", "help"], ["-machine", "help"], ["-machine", "q35,help"], ["-device", "?"],
    ["-device", "virtio-net,help"],
    ["-cpu", "help"],
    ["-object", "secret,help"], ["-netdev", "help"], ["-chardev", "help", "-serial", "chardev:c"],
    ["-smp", "?"],
  ])
  func aRequestForHelpIsNotRefused(arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(configuration.findings(for: Self.binary) == [])
    #expect(try configuration.arguments() == arguments)
  }

  @Test func theNearestNameIsMeant() throws {
    let findings = try QEMUConfiguration(arguments: ["-device", "virtio-nett-pci"]).findings(for: Self.binary)
    #expect(findings.first?.error.remedy.contains("did you mean \"virtio-net-pci\"?") == true)
  }

  @Test func capabilitiesAreReadBackAsTheyWereWritten() {
    #expect(BinaryCapabilities(json: .object(Self.binary.json)) == Self.binary)
    #expect(BinaryCapabilities(json: ["version": "1"]) == nil)
    #expect(BinaryCapabilities(json: nil) == nil)
  }
}
