/// One line of /proc/PID/maps.
struct MemoryArea {
  let line: String
  let permissions: Substring
  let name: Substring
  private let fields: [Substring]

  init(_ line: Substring) {
    self.line = String(line)
    // The name is the sixth field and may contain spaces.
    fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    permissions = fields.count > 1 ? fields[1] : ""
    name = fields.count > 5 ? fields[5].drop { $0 == " " } : ""
  }

  /// The area's size in bytes.
  var size: UInt64? {
    guard let bounds = fields.first?.split(separator: "-"), bounds.count == 2,
      let start = UInt64(bounds[0], radix: 16), let end = UInt64(bounds[1], radix: 16), end >= start
    else { return nil }
    return end - start
  }

  /// The offset of the area in its file or object, in bytes.
  var offset: UInt64? { fields.count > 2 ? UInt64(fields[2], radix: 16) : nil }
}
