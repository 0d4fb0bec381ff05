import QEMUCommandLine
import QEMUJSON
import Testing

/// What a binary will refuse, by what it is known to have.
@Suite struct BinaryCheckTests {
  static let binary = BinaryCapabilities(
    version: "7.2.22", architecture: "x86_64",
    options: [
      "accel", "add-fd", "blockdev", "cpu", "d", "device", "drive", "fw_cfg", "global", "incoming", "m",
      "machine", "netdev", "no-hpet", "object", "overcommit", "set", "enable-kvm", "readconfig",
    ],
    parameters: ["overcommit": ["mem-lock": "boolean", "cpu-pm": "boolean"]],
    logItems: ["int", "guest_errors", "all"],
    accelerators: ["tcg": ["tb-size": "int", "thread": "string"]],
    machines: [
      "pc-q35-7.2": .init(
        alias: "q35", isDeprecated: false, maximumCPUs: 288,
        properties: ["hpet": "bool", "smp": "SMPConfiguration"]),
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
          "variants": [["case": "user", "type": "3"]],
        ],
        ["name": "2", "meta-type": "enum", "values": ["user", "tap"]],
        [
          "name": "3", "meta-type": "object",
          "members": [
            ["name": "restrict", "type": "bool"],
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
    Row(.refused, "there since QEMU 8.1", "-run-with", "chroot=/"),
    Row(.refused, "there for arm, aarch64", "-semihosting"),
    Row(.refused, "was not built in", "-vnc", ":1"),
    Row(.refused, "has no option \"-acel\"", "-acel", "tcg"),
    Row(.refused, "accelerator \"kvm\"", "-accel", "kvm"),
    Row(.ignored, "accelerator \"kvm\"", "-accel", "kvm", "-accel", "tcg"),
    Row(.refused, "the accelerator tcg has no property \"split-wx\"", "-accel", "tcg,split-wx=on"),
    Row(.refused, "-accel stands beside", "-accel", "tcg", "-enable-kvm"),
    Row(.refused, "machine type \"q53\"", "-machine", "q53"),
    Row(.refused, "hpet of the machine type q35 does not take \"maybe\"", "-machine", "q35,hpet=maybe"),
    Row(.refused, "no property \"hppet\"", "-machine", "q35", "-machine", "hppet=on"),
    Row(.deprecated, "the machine type old is deprecated", "-machine", "old"),
    Row(.refused, "CPU model \"min\"", "-cpu", "min"),
    Row(.refused, "no feature \"avx9\"", "-cpu", "max,+avx9"),
    Row(.deprecated, "the CPU model gone is deprecated", "-cpu", "gone"),
    Row(.refused, "no device \"virtio-nett\"", "-device", "virtio-nett"),
    Row(.refused, "made by a machine only", "-device", "PIIX4"),
    Row(.refused, "no property \"macc\"", "-device", "virtio-net-pci,macc=1"),
    Row(.refused, "mq of the device virtio-net does not take \"1\"", "-device", "virtio-net,mq=1"),
    Row(.refused, "does not take \"65536\"", "-device", "virtio-net,tx_queue_size=65536"),
    Row(.refused, "does not take \"x\"", "-device", "virtio-net,tx_queue_size=x"),
    Row(.refused, "mq of the device", "-device", #"{"driver":"virtio-net","mq":"on"}"#),
    Row(.refused, "no driver is named", "-device", "id=x"),
    Row(.refused, "\"1\" is no id", "-device", "virtio-net,id=1"),
    Row(
      .refused, "is taken by an earlier -device", "-device", "virtio-net,id=a", "-device", "virtio-net,id=a"),
    Row(.refused, "netdev=n refers to nothing", "-device", "virtio-net,netdev=n"),
    Row(.refused, "no type \"usr\"", "-netdev", "usr,id=n"),
    Row(.refused, "no member \"restrickt\"", "-netdev", "user,id=n,restrickt=on"),
    Row(.deprecated, "\"tftp\" of -netdev is deprecated", "-netdev", "user,id=n,tftp=/x"),
    Row(.refused, "no device \"r\" before", "-set", "device.r.mac=1"),
    Row(.refused, "mem-lock of -overcommit", "-overcommit", "mem-lock=on-fault"),
    Row(.refused, "either driver or file", "-drive", "what=ever"),
    Row(.refused, "exactly one of", "-fw_cfg", "name=opt/a,string=x,file=y"),
    Row(.refused, "standard stream", "-add-fd", "fd=2,set=1"),
    Row(.refused, "knows no channels", "-incoming", "main,addr.transport=socket,addr.type=unix,addr.path=x"),
    Row(.refused, "no log item \"innt\"", "-d", "innt"),
    Row(
      .refused, "before this one", "-blockdev", "raw,node-name=a,file=b", "-blockdev", "null-co,node-name=b"),
    Row(.refused, "mq of the device", "-global", "virtio-net-pci.mq=perhaps"),
  ])
  func whatTheBinaryHasNotIsTold(row: Row) throws {
    let findings = try QEMUConfiguration(arguments: row.arguments, unknownNames: .kept).findings(
      for: Self.binary)
    let finding = try #require(findings.first { $0.weight == row.weight }, "\(findings)")
    #expect(finding.error.description.contains(row.words), "\(findings)")
    #expect(!finding.error.remedy.isEmpty)
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
  ])
  func whatItHasIsNoFinding(arguments: [String]) throws {
    let configuration = try QEMUConfiguration(arguments: arguments, unknownNames: .kept)
    #expect(configuration.findings(for: Self.binary) == [])
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
