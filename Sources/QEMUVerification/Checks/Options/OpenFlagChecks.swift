import QEMUCommandLine
import QEMUJSON

/// What block nodes and shared folders were opened with, by name: QEMU keeps it in lists that no query shows.
struct OpenFlags: Sendable {
  /// The function that walks the list.
  let variable: GlobalVariable

  /// What one bit, or one of several, says of a property.
  struct Word: Sendable {
    let mask: UInt32
    /// What is written for the bits that are set.
    let words: [UInt32: String]
    /// Other words for the same.
    var synonyms: [String: String] = [:]
  }

  static let nodes = OpenFlags(variable: GlobalVariable("bdrv_next_node", .list))
  static let folders = OpenFlags(variable: GlobalVariable("get_fsdev_fsentry", .list))

  /// The bit of a block node that may be written to; the list of nodes shows it, too.
  static let writable: UInt32 = 0x2

  /// A block node's properties.
  static let ofNode: [String: Word] = [
    "discard": Word(
      mask: 0x4000, words: [0: "ignore", 0x4000: "unmap"], synonyms: ["off": "ignore", "on": "unmap"]),
    "auto-read-only": Word(mask: 0x20000, words: [0: "off", 0x20000: "on"]),
  ]

  /// A shared folder's properties.
  static let ofFolder: [String: Word] = [
    "readonly": Word(mask: 0x40, words: [0: "off", 0x40: "on"]),
    "multidevs": Word(mask: 0x600, words: [0: "warn", 0x200: "remap", 0x400: "forbid"]),
    "writeout": Word(mask: 0x1, words: [1: "immediate"]),
    "security_model": Word(
      mask: 0x3C, words: [0x4: "passthrough", 0x8: "mapped", 0x10: "none", 0x20: "mapped-file"],
      synonyms: ["mapped-xattr": "mapped"]),
  ]

  /// The flags of one of them.
  /// - Returns: nil where they cannot be read, or it is not in the list.
  func read(_ name: String, _ reader: inout EvidenceReader) throws(EvidenceMissing) -> UInt32? {
    guard let list = try reader.global(variable) else { return nil }
    // A name may hold blanks; the flags do not.
    return list.lines.first { $0.hasPrefix(name + " ") && !$0.dropFirst(name.count + 1).contains(" ") }
      .flatMap { UInt32($0.dropFirst(name.count + 1)) }
  }

  /// Judges a property by the flags of what has this name.
  func judge(
    _ wanted: String, _ word: Word, of name: String, _ remedy: Remedy, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement {
    guard let flags = try read(name, &reader) else {
      return .unobservable(
        try reader.global(variable) == nil ? reader.absence(of: variable) : "\(name) is not in QEMU's list")
    }
    let evidence = Evidence(variable, "\(name): 0x\(String(flags, radix: 16))")
    guard let live = word.words[flags & word.mask] else {
      return .unobservable("these flags are not what this library knows", [evidence])
    }
    let meant = Bool(propertyText: wanted)?.propertyText ?? wanted
    return .compare(
      [wanted, meant, word.synonyms[wanted] ?? wanted].contains(live), observed: live, [evidence],
      else: remedy)
  }
}

/// A property of a block node that only the flags tell which it was opened with.
func judgeOpenFlags(
  _ wanted: String, _ property: String, ofNode name: String, isReadOnly: Bool?, _ remedy: Remedy,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let word = OpenFlags.ofNode[property] else {
    return .unobservable("QEMU does not show \(property) of a block node")
  }
  let flags = try OpenFlags.nodes.read(name, &reader)
  if let flags, let isReadOnly, isReadOnly == (flags & OpenFlags.writable != 0) {
    return .unobservable(
      "the flags contradict the list of nodes: they are not what this library knows",
      [Evidence(OpenFlags.nodes.variable, "\(name): 0x\(String(flags, radix: 16))")])
  }
  return try OpenFlags.nodes.judge(wanted, word, of: name, remedy, &reader)
}
