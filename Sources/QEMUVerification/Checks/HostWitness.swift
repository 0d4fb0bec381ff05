import QEMUCommandLine

/// Evidence that the host alone shows of a property, for a QEMU whose monitor is missing or held by another client.
enum HostWitness {
  /// Judges by the host; nil where it shows nothing of it.
  static func judge(
    _ property: RequestedProperty, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    switch (property.option, property.property) {
    case ("smp", "cpus"): try judgeThreads(property.wanted, &reader)
    case ("m", "size"): try judgeMemory(MemorySize(propertyText: property.wanted)?.bytes, &reader)
    case ("object", "size"): try judgeMemory(ByteCount(propertyText: property.wanted)?.bytes, &reader)
    case ("accel", "kernel-irqchip"), ("machine", "kernel-irqchip"):
      try HeldIRQChip.judge(property.wanted, &reader)
    case ("object", "mem-path"): try judgeMapping(property.wanted, &reader)
    case ("blockdev", "filename"), ("blockdev", "file.filename"), ("drive", "file"),
      ("drive", "file.filename"),
      ("hda", "hda"), ("hdb", "hdb"), ("hdc", "hdc"), ("hdd", "hdd"), ("cdrom", "cdrom"):
      try judgeFile(property.wanted, &reader)
    default: nil
    }
  }

  /// Virtual CPUs have a thread each, which may be named after its work.
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

  /// The guest's memory is one area of its size. None of that size proves nothing: areas are split, and lie side by side.
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
      else: Remedy(.restart, "restart with it"))
  }

  private static func judgeMapping(
    _ path: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let maps = try reader.text(.maps),
      let area = maps.lines.lazy.map(MemoryArea.init).first(where: { isFile($0.name, path) })
    else { return nil }
    return .compare(
      true, observed: String(area.name), [Evidence(.maps, area.line)],
      else: Remedy(.restart, "restart with it"))
  }

  /// An image that is a file is open.
  private static func judgeFile(
    _ path: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let descriptors = try reader.text(.descriptors),
      let name = descriptors.lines.lazy.map({ $0.split(separator: " ", maxSplits: 2).last ?? "" })
        .first(where: { isFile($0, path) })
    else { return nil }
    return .compare(
      true, observed: String(name), [Evidence(.descriptors, String(name))],
      else: Remedy(.restart, "restart with it"))
  }

  /// A path that is not absolute begins where QEMU was started, and a memory directory's file has a name that QEMU gave.
  private static func isFile(_ shown: Substring, _ wanted: String) -> Bool {
    wanted.hasPrefix("/")
      ? shown == wanted || shown.hasPrefix(wanted + "/") : !wanted.isEmpty && shown.hasSuffix("/" + wanted)
  }
}
