import Foundation
import QEMUJSON
import Testing

@testable import QEMUCommandLine

/// The table of options, compared with what was found in QEMU's own tables and sources.
@Suite struct OptionTableTests {
  static let facts: JSON = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Facts/options.json")
    guard let data = try? Data(contentsOf: path), let facts = try? JSON.parse(Array(data)) else { return nil }
    return facts
  }()

  static let options = ["options", "removed"].flatMap { facts[$0]?.arrayValue ?? [] }
  static let groups = facts["qemuopts_groups"]?.objectValue ?? [:]

  private static let architectures = [
    "I386": ["i386", "x86_64"], "ARM": ["arm", "aarch64"], "MIPS": ["mips", "mipsel", "mips64", "mips64el"],
    "PPC": ["ppc", "ppc64"], "RISCV": ["riscv32", "riscv64"], "S390X": ["s390x"], "M68K": ["m68k"],
    "XTENSA": ["xtensa", "xtensaeb"], "SPARC": ["sparc", "sparc64"], "LOONGARCH": ["loongarch64"],
  ]

  @Test func everyOptionOfEveryReleaseIsDeclaredOnce() {
    let known = Set(Self.options.compactMap { $0["name"]?.stringValue }).subtracting(["M"])
    #expect(known.count == 124)
    #expect(Set(OptionTable.all.map(\.name)) == known)
    #expect(OptionTable.all.count == known.count)
  }

  @Test(arguments: options)
  func eachTakesWhatQEMUTakes(option: JSON) throws {
    let name = try #require(option["name"]?.stringValue)
    let declaration = try #require(OptionTable.declaration(name))
    #expect(declaration.takesArgument == option["takes_argument"]?.boolValue)
    for alias in option["aliases"]?.arrayValue ?? [] {
      #expect(OptionTable.declaration(alias.stringValue ?? "")?.name == name)
    }
    let wanted = (option["arch"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(
      Set(declaration.architectures ?? [])
        == (wanted == ["ALL"] ? [] : Set(wanted.flatMap { Self.architectures[$0] ?? ["?"] })))
    let versions = (option["versions"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect((declaration.since != nil) == !versions.contains("7.2"))
    #expect((declaration.removedIn != nil) == !versions.contains("11.1"))
  }

  @Test(arguments: options)
  func eachRepeatsAsInQEMU(option: JSON) throws {
    guard let rule = option["repeat"]?.stringValue else { return }
    let declaration = try #require(OptionTable.declaration(option["name"]?.stringValue ?? ""))
    let expected: [String: OptionDeclaration.Repetition] = [
      "idempotent": .idempotent, "terminates": .idempotent, "last-wins": .lastWins, "merge": .merges,
      "accumulate": .accumulates, "accumulate-ordered": .accumulatesInOrder, "error-if-repeated": .refused,
      "last-wins per channel-type": .lastWins,
    ]
    #expect(declaration.repetition == expected[rule])
  }

  /// QEMU's own names of the groups.
  static let schemas: [(group: String, schema: any OptionSchema.Type)] = [
    ("drive", DriveOption.self), ("trace", TraceOption.self), ("semihosting-config", SemihostingOption.self),
    ("vnc", VNCOption.self), ("spice", SpiceOption.self), ("iscsi", ISCSIOption.self),
    ("mon", MonitorOption.self),
    ("fsdev", FileSystemDeviceOption.self), ("virtfs", VirtFSOption.self),
    ("chardev", CharacterDeviceOption.self),
    ("rtc", RTCOption.self), ("option-rom", OptionROMOption.self), ("boot-opts", BootOption.self),
    ("add-fd", AddFDOption.self), ("overcommit", OvercommitOption.self), ("msg", MessageOption.self),
    ("name", NameOption.self), ("memory", MemoryOption.self), ("icount", InstructionCountOption.self),
    ("fw_cfg", FirmwareConfigurationOption.self), ("action", ActionOption.self),
    ("smp-opts", SMPTopology.self),
    ("run-with", RunWithOption.self), ("sandbox", SandboxOption.self), ("plugin", PluginOption.self),
    ("tpmdev", TPMOption.self), ("acpi", ACPITableOption.self), ("smbios", SMBIOSOption.self),
  ]

  @Test(arguments: schemas.map(\.group))
  func eachPropertyOfAGroupIsDeclaredWithItsType(group: String) throws {
    let schema = try #require(Self.schemas.first { $0.group == group }?.schema)
    let about = try #require(Self.groups[group])
    #expect(schema.impliedKey == about["implied_key"]?.stringValue)
    for key in (about["keys_from_source"]?.arrayValue ?? []) + (about["keys_11_1"]?.arrayValue ?? []) {
      let name = try #require(key["name"]?.stringValue)
      let declaration = try #require(schema.declarations[name], "\(group) has \(name)")
      switch key["type"]?.stringValue {
      case "bool", "boolean": #expect(declaration.judge("on") == .valid, "\(name)")
      case "number": #expect(declaration.judge("1") == .valid, "\(name)")
      case "size": #expect(declaration.judge("1M") == .valid, "\(name)")
      default: break
      }
    }
  }

  @Test func everyGroupIsTypedSomewhere() {
    let elsewhere: Set = ["netdev", "nic", "net", "numa", "accel", "object", "device", "global"]
    #expect(Set(Self.groups.map(\.name)) == Set(Self.schemas.map(\.group)).union(elsewhere))
  }

  @Test func everyDeclarationSaysWhatItIsFor() {
    for option in OptionTable.all {
      #expect(!option.summary.isEmpty, "\(option.name)")
      #expect(
        option.removedIn == nil || option.replacement != nil
          || ["rotate", "portrait", "old-param"].contains(option.name))
    }
    for (_, schema) in Self.schemas {
      for declaration in schema.declarations.all { #expect(!declaration.summary.isEmpty) }
    }
  }
}
