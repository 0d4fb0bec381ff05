/// What QEMU's newer option language takes as a key: a dotted path of names and of indices.
enum KeyvalKey {
  /// The longest part of a path.
  private static let longest = 127

  /// What is wrong with a key; nil where nothing is.
  static func fault(in key: String) -> String? {
    var parts = key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[...]
    if key.hasPrefix("__") {
      // A vendor's name holds the vendor's domain, dots included.
      guard parts.allSatisfy({ isWord($0) }) else { return "a vendor's name is __DOMAIN_NAME" }
      return key.utf8.count > longest ? "it is too long" : nil
    }
    guard let first = parts.popFirst(), isName(first) else { return "it does not begin with a letter" }
    guard parts.allSatisfy({ isName($0) || isIndex($0) }) else {
      return "each part of a path is a name or an index"
    }
    return first.count > longest || parts.contains { $0.count > longest } ? "it is too long" : nil
  }

  private static func isName(_ part: Substring.UTF8View) -> Bool {
    part.first.map(isLetter) ?? false && isWord(part)
  }

  private static func isWord(_ part: Substring.UTF8View) -> Bool {
    !part.isEmpty
      && part.allSatisfy {
        isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }

  static func isIndex(_ part: Substring.UTF8View) -> Bool { !part.isEmpty && part.allSatisfy(isDigit) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
