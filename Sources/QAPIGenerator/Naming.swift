/// How a name of the wire is spelled in Swift.
///
/// A name is taken apart into words at `-`, `_`, `.` and at a capital after a small letter; each word is spelled by the
/// table of field acronyms, and the words are joined again. Two digits never meet: an underscore stays between them.
enum Naming {
  /// Words that are not just capitalised. As the first word of a member or case they are written small.
  private static let spellings: [String: String] = {
    let acronyms = """
      acpi arp api blkio bps cbc cfi cid cpu crc cxl dimm dma dns ebpf fd fdt ftp gic gid gpu gtk guid \
      hmat hmp http https hvf id ide io iops ip irq iso iv json jit ksm kvm lba lun luks mac mptcp nbd \
      nfs nmi numa nvdimm nvme nvmm oob os pci pcie pid pmu psk pty qapi qed qmp qom ram rbd rdma rng \
      rom rtc sasl scsi sdl sev sgx smbios smp snp spdm ssh tcg tcp tdx tls tpm ttl udp uefi uid uri url \
      usb uuid vcpu vfio vm vnc whpx xbzrle xdp
      """
    var table: [String: String] = [:]
    for word in acronyms.split(separator: " ") { table[String(word)] = word.uppercased() }
    let others = [
      "addfd": "AddFD", "getfd": "GetFD", "closefd": "CloseFD", "fdset": "FDSet", "fdsets": "FDSets",
      "cpus": "CPUs", "vcpus": "VCPUs", "ids": "IDs", "fds": "FDs", "ipv4": "IPv4", "ipv6": "IPv6",
      "dbus": "DBus", "iothread": "IOThread", "iothreads": "IOThreads", "ioport": "IOPort",
      "virtio": "VirtIO", "iommufd": "IOMMUFD", "iommu": "IOMMU", "mmio": "MMIO",
    ]
    return table.merging(others) { _, other in other }
  }()

  private static let keywords: Set<String> = [
    "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
    "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if",
    "import",
    "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private",
    "protocol",
    "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch",
    "throw",
    "throws", "true", "try", "typealias", "var", "where", "while",
  ]

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
