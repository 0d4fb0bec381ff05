/// How a name of the wire is spelled in Swift.
///
/// A name is taken apart into words at `-`, `_`, `.` and at a capital after a small letter; each word is spelled by the
/// table of field acronyms, and the words are joined again. Two digits never meet: an underscore stays between them.
enum Naming {
  /// Words that are not just capitalised. As the first word of a member or case they are written small.
  private static let spellings: [String: String] = {
    let words = """
      ACPI AddFD AIO ALSA AML API APIC ARP ATA AuthZ BIOS BLKIO BPS CBC CBW CFI CID CloseFD COLO CoreAudio \
      CPI CPR CPU CPUs CRC CXL DBus DIMM DMA DNS DRAM DSound DTB DumpDTB EBPF EvtChn FD FDs FDSet FDSets \
      FDT FTP FTPS GetFD GHES GIC GID GPU GTK GUID HMAT HMP HTTP HTTPS HV HVF HyperV ID IDE IDs IGVM IO \
      IOMMU IOMMUFD IOPort IOPS IOThread IOThreads IP IPv4 IPv6 IRQ ISCSI ISO IV JIT JSON KSM KVM LBA LUKS \
      LUKS2 LUN MAC Mem MemDev MemSave MMIO MPTCP NBD NFS NIC NMI NUMA NVDIMM NVMe NVRAM OOB OS OSPM OSS \
      PAC PAM PCI PCIE PID PipeWire PIT PMem PMemSave PMU PR PSK PTY QAPI Qcow Qcow2 QED QMP QOM QTest RAM \
      RBD RDMA RNG ROM RTC RX SASL SCLP SCSI SDL SEV SGX SHA1 SHA224 SHA256 SHA384 SHA512 SMBIOS SMI SMP \
      SNP SPDM SSH TCG TCP TDX TLS TPM TTL UDP UEFI UI UID URI URL USB UUID VCPU VCPUs VDE VDI VDPA VFIO \
      VHDX VirtIO VM VMDK VNC VPC WHPX XBZRLE XDP
      """
    return Dictionary(uniqueKeysWithValues: words.split(separator: " ").map { ($0.lowercased(), String($0)) })
  }()

  private static let keywords = Set(
    """
    as associatedtype break case catch class continue default defer deinit do else enum extension \
    fallthrough false fileprivate for func guard if import in init inout internal is let nil operator \
    precedencegroup private protocol public repeat rethrows return self static struct subscript super \
    switch throw throws true try typealias var where while
    """.split(separator: " ").map(String.init))

  /// Cases that would be taken for something else: for `Optional.none`, or for what every enumeration has.
  private static let takenCases: Set<String> = [
    "none", "some", "unknown", "other", "self", "init", "text", "json",
  ]
  /// Members that every generated type has.
  private static let takenMembers: Set<String> = [
    "json", "unrecognised", "variant", "arguments", "self", "init",
  ]

  /// Types whose own names are those of Swift or of this package's other modules.
  private static let takenTypes: Set<String> = ["Accelerator", "OnOffAuto", "String"]

  /// The name of a type.
  static func type(_ wire: String) -> String {
    let name = upperCamel(wire)
    return takenTypes.contains(name) ? "QAPI" + name : name
  }

  /// The name of a command's type.
  static func command(_ wire: String) -> String { upperCamel(wire) }

  /// The name of an event's type.
  static func event(_ wire: String) -> String { upperCamel(wire.lowercased()) + "Event" }

  /// The name of a member, without the quotes that a keyword needs.
  static func member(_ wire: String) -> String {
    let name = lowerCamel(wire)
    return takenMembers.contains(name) ? name + "Member" : name
  }

  /// The name of an enumeration's or a union's case, without the quotes that a keyword needs.
  static func enumCase(_ wire: String) -> String {
    let name = lowerCamel(wire)
    return takenCases.contains(name) ? name + "Value" : name
  }

  /// The name as it stands in a declaration or an expression without a dot before it.
  static func quoted(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  /// The name of a file for a schema module.
  static func file(_ module: String) -> String {
    upperCamel(String(module.prefix { $0 != "." })) + ".swift"
  }

  /// The words of a name as text, acronyms in capitals.
  static func phrase(_ wire: String) -> String {
    let words = words(of: wire).map { word in
      spellings[word.lowercased()] ?? (word.contains(where: \.isLowercase) ? word.lowercased() : word)
    }
    let text = words.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  private static func upperCamel(_ wire: String) -> String {
    join(words(of: wire).map(capitalised))
  }

  private static func lowerCamel(_ wire: String) -> String {
    let words = words(of: wire)
    let first = words.prefix(1).map { $0.lowercased() }
    return join(first + words.dropFirst().map(capitalised))
  }

  private static func capitalised(_ word: String) -> String {
    spellings[word.lowercased()] ?? word.prefix(1).uppercased() + word.dropFirst()
  }

  private static func join(_ words: [String]) -> String {
    var result = ""
    for word in words {
      if result.last?.isNumber == true && word.first?.isNumber == true { result += "_" }
      result += word
    }
    return result.first?.isNumber == true ? "_" + result : result
  }

  private static func words(of wire: String) -> [String] {
    var words: [String] = []
    for chunk in wire.split(whereSeparator: { "-_. ".contains($0) }) {
      words += camelWords(of: Array(chunk))
    }
    return words
  }

  /// Cuts before a capital that follows a small letter or a digit, or that begins a word after a run of capitals.
  private static func camelWords(of characters: [Character]) -> [String] {
    var words: [String] = []
    var word = ""
    for (index, character) in characters.enumerated() {
      if character.isUppercase, let last = word.last {
        let next = index + 1 < characters.count ? characters[index + 1] : nil
        if !last.isUppercase || next?.isLowercase == true {
          words.append(word)
          word = ""
        }
      }
      word.append(character)
    }
    return words + [word]
  }
}
