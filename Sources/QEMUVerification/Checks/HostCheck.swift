import QEMUCommandLine

/// Judges properties by the host's evidence, for a QEMU whose monitor is missing or held by another client.
enum HostCheck {
  /// Judges a property; returns nil if the host does not show it.
  static func judge(
    _ property: RequestedProperty, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    switch (property.option, property.property) {
    case ("smp", "cpus"): try judgeThreads(property.wanted, &reader)
    case ("m", "size"): try judgeMemory(MemorySize(propertyText: property.wanted)?.bytes, &reader)
    case ("object", "size"): try judgeMemory(ByteCount(propertyText: property.wanted)?.bytes, &reader)
    case ("accel", "kernel-irqchip"), ("machine", "kernel-irqchip"):
      try StoredIRQChip.judge(property.wanted, &reader)
    case ("object", "mem-path"): try judgeMapping(property.wanted, &reader)
    case ("blockdev", "filename"), ("blockdev", "file.filename"), ("drive", "file"),
      ("drive", "file.filename"),
      ("hda", "hda"), ("hdb", "hdb"), ("hdc", "hdc"), ("hdd", "hdd"), ("cdrom", "cdrom"):
      try judgeFile(property.wanted, &reader)
    default: nil
    }
  }

  /// Judges the number of CPUs by their threads, which QEMU may name.
  private static func judgeThreads(
    _ wanted: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let number = Int(wanted), number > 0, let threads = try reader.text(.threads) else { return nil }
    let names = threads.lines.map { $0.drop { $0 != " " }.dropFirst() }
      .filter { $0.contains(#/^CPU [0-9]+\/[A-Z]+$/#) }
    if names.isEmpty { return nil }
    return .compare(
      names.count == number, observed: String(names.count),
      [Evidence(.threads, names.joined(separator: ", "))],
      else: Remedy(.restart, "restart with -smp \(wanted)"))
  }

  /// Judges a size of memory by an area of that size. If there is none, nothing is known: areas may be split or merged.
  private static func judgeMemory(
    _ wanted: UInt64?, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let wanted, wanted >= 1 << 20, let maps = try reader.text(.maps) else { return nil }
    let area = maps.lines.lazy.map(MemoryArea.init).first {
      $0.size == wanted && $0.permissions.hasPrefix("rw")
    }
    guard let area else { return nil }
    return .compare(
      true, observed: ByteCount(bytes: wanted).propertyText, [Evidence(.maps, area.line)],
      else: Remedy(.restart, "restart with the requested value"))
  }

  private static func judgeMapping(
    _ path: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let maps = try reader.text(.maps),
      let area = maps.lines.lazy.map(MemoryArea.init).first(where: { isFile($0.name, path) })
    else { return nil }
    return .compare(
      true, observed: String(area.name), [Evidence(.maps, area.line)],
      else: Remedy(.restart, "restart with the requested value"))
  }

  /// Judges an image file by the open descriptors.
  private static func judgeFile(
    _ path: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let descriptors = try reader.text(.descriptors),
      let name = descriptors.lines.lazy.map({ $0.split(separator: " ", maxSplits: 2).last ?? "" })
        .first(where: { isFile($0, path) })
    else { return nil }
    return .compare(
      true, observed: String(name), [Evidence(.descriptors, String(name))],
      else: Remedy(.restart, "restart with the requested value"))
  }

  /// Returns whether a file is the requested one. A relative path starts in QEMU's working directory, and QEMU chooses
  /// the file name in a directory for memory.
  private static func isFile(_ shown: Substring, _ wanted: String) -> Bool {
    wanted.hasPrefix("/")
      ? shown == wanted || shown.hasPrefix(wanted + "/") : !wanted.isEmpty && shown.hasSuffix("/" + wanted)
  }
}
