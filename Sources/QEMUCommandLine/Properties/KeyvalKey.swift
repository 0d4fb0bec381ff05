/// A key in QEMU's newer option syntax: a dotted path of names and indices.
enum KeyvalKey {
  /// The length limit of a part of a path, in bytes.
  private static let longest = 127

  /// Returns the error in a key; nil if the key is valid.
  static func fault(in key: String) -> String? { fault(in: key.utf8Span.span) }

  /// Returns the error in a key; nil if the key is valid.
  static func fault(in key: Span<UInt8>) -> String? {
    if key.count > 1, key[0] == UInt8(ascii: "_"), key[1] == UInt8(ascii: "_") { return vendorFault(in: key) }
    var length = 0
    var (isFirst, beginsAsIndex, isLong) = (true, false, false)
    for index in key.indices {
      let byte = key[index]
      if byte == UInt8(ascii: ".") {
        if length == 0 { break }
        (length, isFirst) = (0, false)
        continue
      }
      if length == 0 { beginsAsIndex = isDigit(byte) }
      let isIndexed = beginsAsIndex && isDigit(byte) && !isFirst
      guard isIndexed || (!beginsAsIndex && isPart(byte, isStart: length == 0)) else {
        return faultOfPart(isFirst)
      }
      length += 1
      isLong = isLong || length > longest
    }
    if length == 0 { return faultOfPart(isFirst) }
    return isLong ? "it is too long" : nil
  }

  private static func faultOfPart(_ isFirst: Bool) -> String {
    isFirst ? "it does not begin with a letter" : "each part of a path must be a name or an index"
  }

  /// Returns the error in a vendor's key, which has the vendor's domain with its dots.
  private static func vendorFault(in key: Span<UInt8>) -> String? {
    var length = 0
    for index in key.indices {
      let byte = key[index]
      let isDot = byte == UInt8(ascii: ".")
      if isDot ? length == 0 : !isWord(byte) { return "a vendor's name must be __DOMAIN_NAME" }
      length = isDot ? 0 : length + 1
    }
    if length == 0 { return "a vendor's name must be __DOMAIN_NAME" }
    return key.count > longest ? "it is too long" : nil
  }

  private static func isPart(_ byte: UInt8, isStart: Bool) -> Bool {
    if isLetter(byte) { return true }
    return !isStart && (isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_"))
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  static func isIndex(_ part: Substring.UTF8View) -> Bool { !part.isEmpty && part.allSatisfy(isDigit) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
