/// The Swift names of wire names.
///
/// A name is split into words at `-`, `_`, `.` and at a capital letter after a small one; each word is looked up in the
/// table of acronyms, and the words are joined. An underscore stays between two digits.
enum Naming {
  /// The words that are not just capitalized. As the first word of a member or case, they are in lower case.
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

  /// The names of cases that would conflict with `Optional.none`, or with members of every enumeration.
  private static let takenCases: Set<String> = [
    "none", "some", "unknown", "other", "self", "init", "text", "json",
  ]
  /// The names of members that every generated type has.
  private static let takenMembers: Set<String> = [
    "json", "unrecognised", "variant", "arguments", "self", "init",
  ]

  /// The types whose names are those of types in Swift or in other modules of this package.
  private static let takenTypes: Set<String> = ["Accelerator", "OnOffAuto", "String"]

  /// Returns the name of a type.
  static func type(_ wire: String) -> String {
    let name = upperCamel(wire)
    return takenTypes.contains(name) ? "QAPI" + name : name
  }

  /// Returns the name of a command's type.
  static func command(_ wire: String) -> String { upperCamel(wire) }

  /// Returns the name of an event's type.
  static func event(_ wire: String) -> String { upperCamel(wire.lowercased()) + "Event" }

  /// Returns the name of a member, without the backquotes of a keyword.
  static func member(_ wire: String) -> String {
    let name = lowerCamel(wire)
    return takenMembers.contains(name) ? name + "Member" : name
  }

  /// Returns the name of an enumeration's or a union's case, without the backquotes of a keyword.
  static func enumCase(_ wire: String) -> String {
    let name = lowerCamel(wire)
    return takenCases.contains(name) ? name + "Value" : name
  }

  /// Returns the name for a declaration, or for an expression without a dot before it.
  static func quoted(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

  /// Returns the name of the file for a schema module.
  static func file(_ module: String) -> String {
    upperCamel(String(module.prefix { $0 != "." })) + ".swift"
  }

  /// Returns the words of a name as text, with acronyms in capital letters.
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

  /// Splits before a capital letter that follows a small letter or a digit, or that begins a word after several
  /// capitals.
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
