import QEMUCommandLine
import QEMUJSON

/// The flags that block nodes, drives and shared directories were opened with, by name. QEMU stores them in lists that
/// no query shows.
struct OpenFlags: Sendable {
  /// The function that walks the list.
  let variable: GlobalVariable
  /// The number of values per element.
  var count = 1

  /// The bits of a property.
  struct Word: Sendable {
    /// The index of the value.
    var number = 0
    let mask: UInt32
    /// The texts of the property, by the bits.
    let words: [UInt32: String]
    /// Synonyms of the texts.
    var synonyms: [String: String] = [:]
  }

  static let nodes = OpenFlags(variable: GlobalVariable("bdrv_next_node", .list))
  static let directories = OpenFlags(variable: GlobalVariable("get_fsdev_fsentry", .list))
  static let drives = OpenFlags(variable: GlobalVariable("blk_all_next", .list), count: 2)

  /// The bit of a writable block node; the list of nodes also shows it.
  static let writable: UInt32 = 0x2

  /// The properties of a block node.
  static let ofNode: [String: Word] = [
    "discard": Word(
      mask: 0x4000, words: [0: "ignore", 0x4000: "unmap"], synonyms: ["off": "ignore", "on": "unmap"]),
    "auto-read-only": Word(mask: 0x20000, words: [0: "off", 0x20000: "on"]),
    "copy-on-read": Word(mask: 0x400, words: [0: "off", 0x400: "on"]),
  ]

  /// The properties of a drive, which its device may override.
  static let ofDrive: [String: Word] = [
    "werror": Word(number: 0, mask: .max, words: errorActions),
    "rerror": Word(number: 1, mask: .max, words: errorActions),
  ]

  private static let errorActions: [UInt32: String] = [
    0: "report", 1: "ignore", 2: "enospc", 3: "stop", 4: "auto",
  ]

  /// The properties of a shared directory.
  static let ofDirectory: [String: Word] = [
    "readonly": Word(mask: 0x40, words: [0: "off", 0x40: "on"]),
    "multidevs": Word(mask: 0x600, words: [0: "warn", 0x200: "remap", 0x400: "forbid"]),
    "writeout": Word(mask: 0x1, words: [1: "immediate"]),
    "security_model": Word(
      mask: 0x3C, words: [0x4: "passthrough", 0x8: "mapped", 0x10: "none", 0x20: "mapped-file"],
      synonyms: ["mapped-xattr": "mapped"]),
  ]

  /// Returns the values of an element; nil if they cannot be read, or it is not in the list.
  func read(_ name: String, _ reader: inout EvidenceReader) throws(EvidenceMissing) -> [UInt32]? {
    guard let list = try reader.global(variable) else { return nil }
    for line in list.lines where line.hasPrefix(name + " ") {
      // A name may contain spaces; the values do not.
      let words = line.dropFirst(name.count + 1).split(separator: " ", omittingEmptySubsequences: false)
      let numbers = words.compactMap { UInt32($0) }
      if words.count == count, numbers.count == count { return numbers }
    }
    return nil
  }

  /// Judges a property by the values of the element with a name.
  func judge(
    _ wanted: String, _ word: Word, of name: String, _ remedy: Remedy, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement {
    guard let numbers = try read(name, &reader), word.number < numbers.count else {
      return .unobservable(
        try reader.global(variable) == nil ? reader.absence(of: variable) : "\(name) is not in QEMU's list")
    }
    let flags = numbers[word.number]
    let evidence = Evidence(variable, "\(name): 0x\(String(flags, radix: 16))")
    guard let live = word.words[flags & word.mask] else {
      return .unobservable("the flags have an unknown form", [evidence])
    }
    let meant = Bool(propertyText: wanted)?.propertyText ?? wanted
    return .compare(
      [wanted, meant, word.synonyms[wanted] ?? wanted].contains(live), observed: live, [evidence],
      else: remedy)
  }
}

/// Judges a property of a block node that only its open flags show.
func judgeOpenFlags(
  _ wanted: String, _ property: String, ofNode name: String, isReadOnly: Bool?, _ remedy: Remedy,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let word = OpenFlags.ofNode[property] else {
    return .unobservable("QEMU does not show \(property) of a block node")
  }
  let flags = try OpenFlags.nodes.read(name, &reader)
  if let flags = flags?.first, let isReadOnly, isReadOnly == (flags & OpenFlags.writable != 0) {
    return .unobservable(
      "the flags contradict the list of nodes: this library does not know this version of QEMU",
      [Evidence(OpenFlags.nodes.variable, "\(name): 0x\(String(flags, radix: 16))")])
  }
  return try OpenFlags.nodes.judge(wanted, word, of: name, remedy, &reader)
}
