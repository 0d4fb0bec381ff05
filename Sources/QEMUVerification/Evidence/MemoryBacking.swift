import QEMUCommandLine

/// A writable area of QEMU's memory with its kernel properties: a line of ``HostSource/memoryAreas``.
struct MemoryBacking: Sendable {
  let line: String
  /// The address of its first byte.
  let start: UInt64
  /// Its size in bytes.
  let size: UInt64
  /// A Boolean value that indicates whether the mapping is shared.
  let isShared: Bool
  /// The size of its pages in bytes.
  let pageSize: UInt64
  /// The number of bytes that are in memory or swapped out.
  let populated: UInt64
  /// The kernel's flags, such as `mg` for an area whose pages may be merged.
  let flags: Set<Substring>
  /// A Boolean value that indicates whether fork does not copy it.
  var isLeftOutByFork: Bool { flags.contains("dc") }
  /// The NUMA policy: `default`, `bind:0-1`, `prefer(many):0`.
  let policy: Substring
  let name: Substring

  private init?(_ line: Substring) {
    let fields = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false)
    let bounds = fields[0].split(separator: "-").map { UInt64($0, radix: 16) }
    guard fields.count > 5, bounds.count == 2, let start = bounds[0], let end = bounds[1], start < end,
      let page = UInt64(fields[2]), let populated = UInt64(fields[3])
    else { return nil }
    self.line = String(line)
    self.start = start
    size = end - start
    isShared = fields[1].hasSuffix("s")
    (pageSize, self.populated) = (page &<< 10, populated &<< 10)
    (flags, policy) = (Set(fields[4].split(separator: ",")), fields[5])
    name = fields.count > 6 ? fields[6] : ""
  }

  /// Reads all areas; returns nil if the host does not show them.
  static func all(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [MemoryBacking]? {
    try reader.text(.memoryAreas)?.lines.compactMap(MemoryBacking.init)
  }

  /// Returns whether the area is mapped from a file, or from a file in a directory. A relative path starts in QEMU's
  /// working directory.
  func isOf(_ path: String) -> Bool {
    if path.hasPrefix("/") { return name == path || name.hasPrefix(path.hasSuffix("/") ? path : path + "/") }
    return !path.isEmpty && name.cut(atPath: path)
  }
}

extension Substring {
  fileprivate func cut(atPath path: String) -> Bool {
    hasSuffix("/" + path) || firstRange(of: "/\(path)/") != nil
  }
}
