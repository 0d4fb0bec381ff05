import QAPI
import QEMUCommandLine
import QEMUJSON

/// Draws parts of command lines from what a binary says that it has.
struct CapabilityParts: Sendable {
  private let capabilities: BinaryCapabilities
  private let drivers: [String]
  private let models: [String]

  init(_ capabilities: BinaryCapabilities) {
    self.capabilities = capabilities
    drivers = capabilities.devices.filter { name, device in
      device.isUserCreatable && device.properties != nil && Self.buses.keys.contains(device.bus ?? "")
        && !Self.unusable.contains { name.contains($0) }
    }.map(\.key).sorted()
    models = capabilities.models.keys.filter { name in
      capabilities.architecture == "x86_64"
        ? name != "host"
        : ["cortex-a5", "cortex-a7", "max", "neoverse", "a64fx"].contains { name.hasPrefix($0) }
    }.sorted()
  }

  /// The kinds of buses that there is a part for, each with the words that make one and its name.
  private static let buses: [String: (words: [String], name: String)] = [
    "PCI": ([], ""), "ISA": ([], ""),
    "usb-bus": (["-device", "qemu-xhci,id=bus#"], "bus#.0"),
    "SCSI": (["-device", "virtio-scsi-pci,id=bus#"], "bus#.0"),
    "virtio-serial-bus": (["-device", "virtio-serial-pci,id=bus#"], "bus#.0"),
    "HDA": (["-device", "intel-hda,id=bus#"], "bus#.0"),
    "IDE": (["-device", "ich9-ahci,id=bus#"], "bus#.1"),
  ]

  /// Devices that need hardware, a peer, or another device of their own.
  private static let unusable = [
    "vfio", "vhost", "xen", "doorbell", "passthru", "emulated", "host", "redir", "u2f", "mtp", "bot",
    "vmmouse", "-generic", "block", "tpm", "x3130", "xio3130", "cxl", "rocker", "npcm", "pnv", "sgx",
    "virtio-pmem", "ivshmem", "nvdimm", "ipmi", "pc-testdev", "virtio-mem", "crypto", "nvme-", "iommu",
    "ufs", "xen", "piix4-ide", "can", "pci-bridge", "adlib", "kvaser", "mioe3680", "pcm3680",
    "remote", "proxy", "amd-", "pxb", "igd", "acpi", "hyperv", "vmbus", "smbus", "virtio-md", "hotplug",
    "uefi",
  ]
}

// MARK: - Devices

extension CapabilityParts {
  /// The words of a device with some of its properties, and of what these refer to.
  func device(number: Int, _ spelling: inout Spelling) -> [String] {
    guard let driver = drivers.randomElement(using: &spelling.random),
      let device = capabilities.devices[driver],
      let properties = device.properties, let bus = Self.buses[device.bus ?? ""]
    else { return [] }
    var words = bus.words
    var members = Self.references(properties, &words, driver, &spelling)
    if !bus.name.isEmpty { members.append(("bus", .text(bus.name))) }
    if spelling.chance(2) { members.append(("id", .text("dev#"))) }
    for name in properties.keys.sorted().filter(Self.isPlain).shuffled(using: &spelling.random).prefix(
      spelling.random.upTo(4))
    {
      guard !members.contains(where: { $0.0 == name }) else { continue }
      if let value = value(name, properties[name] ?? "", &spelling) { members.append((name, value)) }
    }
    members.shuffle(using: &spelling.random)
    words += [
      "-device", spelling.chance(4) ? Self.json(driver, members) : Self.text(driver, members, &spelling),
    ]
    return words.map { $0.replacing("#", with: "\(number)") }
  }

  /// The backends without which a device is refused, or does nothing.
  private static func references(
    _ properties: BinaryCapabilities.Properties, _ words: inout [String], _ driver: String,
    _ spelling: inout Spelling
  ) -> [(String, DrawnValue)] {
    var members: [(String, DrawnValue)] = []
    if properties["drive"] != nil {
      words += ["-blockdev", "null-co,node-name=node#,size=1048576"]
      members.append(("drive", .text("node#")))
    }
    if properties["chardev"] != nil {
      words += ["-chardev", "null,id=char#"]
      members.append(("chardev", .text("char#")))
    }
    if properties["netdev"] != nil, !spelling.chance(4) {
      words += ["-netdev", spelling.one(of: ["user,id=net#", "hubport,id=net#,hubid=0"])]
      members.append(("netdev", .text("net#")))
    }
    if properties["audiodev"] != nil {
      words += ["-audiodev", "none,id=audio#"]
      members.append(("audiodev", .text("audio#")))
    }
    if driver.contains("9p") {
      words += ["-fsdev", "local,id=fsd#,path=DIR/,security_model=none"]
      members += [("fsdev", .text("fsd#")), ("mount_tag", .text("tag#"))]
    }
    if driver == "nvme" { members.append(("serial", .text("serial#"))) }
    return members
  }

  /// Properties that name nothing else, and that stay away from the host.
  private static func isPlain(_ name: String) -> Bool {
    let others: Set<String> = [
      "attached", "hotplugged", "usb_version", "secs", "vgamem", "big-endian-framebuffer", "channel",
      "drive", "chardev", "netdev", "audiodev", "bus", "romfile", "fsdev", "mount_tag", "failover_pair_id",
      "loadvm", "vhost", "type", "acpi-index", "filename", "file", "rombar", "romsize", "cpu-type", "port",
      "busnr", "pcap", "addr", "attached", "hotplugged",
    ]
    return !others.contains(name) && !name.contains("[") && !name.hasPrefix("legacy-")
  }

  private static func text(_ driver: String, _ members: [(String, DrawnValue)], _ spelling: inout Spelling)
    -> String
  {
    ([spelling.chance(5) ? "driver=\(driver)" : driver] + members.map { "\($0.0)=\($0.1.text)" }).joined(
      separator: ",")
  }

  private static func json(_ driver: String, _ members: [(String, DrawnValue)]) -> String {
    let object = JSONObject([("driver", .string(driver))] + members.map { ($0.0, $0.1.json) })
    return (try? JSON.object(object).serialized()) ?? driver
  }
}

// MARK: - Machines and CPUs

extension CapabilityParts {
  /// Properties of a machine, each with its comma.
  func machineProperties(of type: String, _ spelling: inout Spelling) -> String {
    guard let properties = capabilities.machine(type)?.properties else { return "" }
    let names = properties.keys.sorted().filter { !Self.otherMachineProperties.contains($0) }
    return names.shuffled(using: &spelling.random).prefix(spelling.random.upTo(3)).compactMap { name in
      value(name, properties[name] ?? "", &spelling).map { ",\(name)=\($0.text)" }
    }.joined()
  }

  private static let otherMachineProperties: Set<String> = [
    "type", "kernel", "initrd", "append", "dtb", "dumpdtb", "firmware", "memory-backend", "accel", "shim",
    "confidential-guest-support", "pflash0", "pflash1", "memory-encryption", "phandle-start", "append",
    "kvm-type", "secure", "virtualization", "kernel-irqchip", "ras", "highmem-mmio-size", "max-fw-size",
    "x-oem-id", "x-oem-table-id",
    // Another name of dtb-randomness: of two names of one property the last counts.
    "dtb-kaslr-seed",
  ]

  /// A CPU model with some features.
  func cpu(_ spelling: inout Spelling) -> String? {
    guard let model = models.randomElement(using: &spelling.random) else { return nil }
    let features = (capabilities.features(of: model) ?? [:]).filter {
      $0.value == "bool" && !$0.key.hasPrefix("hv-") && !$0.key.hasPrefix("kvm") && !$0.key.hasPrefix("xen")
        && !["realized", "hotplugged", "hotpluggable", "start-powered-off", "enforce", "x-force-features"]
          .contains($0.key)
    }.keys.sorted()
    let drawn = features.shuffled(using: &spelling.random).prefix(spelling.random.upTo(3)).map { name in
      capabilities.architecture == "x86_64" && spelling.chance(2)
        ? spelling.one(of: ["-", "-", "+"]) + name : name + "=" + spelling.boolean(spelling.chance(3))
    }
    return ([model] + drawn).joined(separator: ",")
  }

  /// A value of QEMU's type; nil where there is none to draw.
  private func value(_ name: String, _ type: String, _ spelling: inout Spelling) -> DrawnValue? {
    if name.contains("mac") && type == "str" { return .text(spelling.mac()) }
    if let kind = QAPISchema.type(named: type)?.kind, case .enumeration(let values) = kind {
      return values.map(\.name).randomElement(using: &spelling.random).map(DrawnValue.text)
    }
    if type.hasPrefix("uint") || type.hasPrefix("int") {
      let number = [0, 1, 2, 3, 4, 8, 16, 32, 64].randomElement(using: &spelling.random) ?? 1
      return .integer(number, spelling.integer(UInt64(number)))
    }
    switch type {
    case "bool":
      let value = Bool.random(using: &spelling.random)
      return .boolean(value, spelling.boolean(value))
    case "size":
      let bytes: UInt64 = spelling.chance(2) ? 1 << 20 : 1 << 16
      return .integer(Int(bytes), spelling.size(bytes, unit: 1))
    case "str"
    where name.contains("serial") || name.contains("name") || name.contains("vendor")
      || name.contains("product"):
      return .text(spelling.one(of: ["abc", "ABC-1", "a b", "x"]))
    case "on/off/auto", "OnOffAuto": return .text(spelling.one(of: ["on", "off", "auto"]))
    default: return nil
    }
  }
}

/// A value, and one of its spellings in a text.
private enum DrawnValue {
  case text(String)
  case boolean(Bool, String)
  case integer(Int, String)

  var text: String {
    switch self {
    case .text(let text), .boolean(_, let text), .integer(_, let text): text
    }
  }

  var json: JSON {
    switch self {
    case .text(let text): .string(text)
    case .boolean(let value, _): .bool(value)
    case .integer(let value, _): .integer(Int64(value))
    }
  }
}

extension RandomNumberGenerator {
  /// A number from 0 up to a limit.
  mutating func upTo(_ limit: Int) -> Int { Int.random(in: 0...limit, using: &self) }
}
