import QEMUCommandLine
import QEMUJSON

/// The checks of the properties of `-accel tcg`.
let tcgChecks: [String: Check] = [
  "thread": checkThread,
  "tb-size": checkTBSize,
  "split-wx": checkSplitWX,
  "one-insn-per-tb": checkOneInsnPerTB,
]

/// Checks `one-insn-per-tb` by TCG's statistics, which contain the setting.
private func checkOneInsnPerTB(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let cache = try TranslationCache.read(&reader), let isOn = cache.isOneInstruction else {
    return .unobservable("this QEMU's x-query-jit does not show one-insn-per-tb; QEMU 8.1 and later do")
  }
  let line = cache.line("one-insn-per-tb:").map(String.init) ?? ""
  return .compare(
    Bool(propertyText: wanted) == isOn, observed: isOn.propertyText, [Evidence(cache.source, line)],
    else: Remedy(.live, "change it on the running machine: human-monitor-command 'one-insn-per-tb \(wanted)'")
  )
}

/// Checks `tb-size`: computes the size from the capacity of the translation cache and its number of regions.
private func checkTBSize(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  reader.prefetch([TranslationCache.query, Topology.query])
  guard let cache = try TranslationCache.read(&reader), let capacity = cache.capacity else {
    return .unobservable("this QEMU's x-query-jit does not show the size of the translation cache")
  }
  let regions = try TranslationRegions(
    maximumCPUs: Topology.read(&reader)?["maxcpus"] ?? 1, pageSize: reader.observation.hostPageSize)
  let evidence = [Evidence(cache.source, cache.line("gen code size").map(String.init) ?? "")]
  guard let solution = regions.solve(capacity: capacity) else {
    return .unobservable(
      "no tb-size corresponds to the capacity of \(capacity) bytes that QEMU reports", evidence)
  }
  return judgeTBSize(wanted, taken: solution.mebibytes, evidence)
}

/// QEMU's maximum sizes of the translation cache on different hosts, in MiB. The jump instructions of the host must
/// reach the whole cache.
private let largestCaches: Set = [128, 2048, 3072]

private func judgeTBSize(_ wanted: String, taken: Int, _ evidence: [Evidence]) -> Judgement {
  let size = UInt32(propertyText: wanted).map { Int($0) }
  if size == 0 {
    return .compare(
      true, observed: String(taken), evidence,
      reason: "0 leaves the choice to QEMU, which chose \(taken) MiB",
      else: Remedy(.restart, ""))
  }
  let isClamped = taken < size ?? 0 && largestCaches.contains(taken)
  return .compare(
    size == taken, observed: String(taken), evidence,
    reason: isClamped
      ? "QEMU limits the cache to \(taken) MiB on this host, and reduced the size without a message"
      : nil,
    else: isClamped
      ? Remedy(.impossible, "specify tb-size=\(taken) or less, the maximum on this host")
      : Remedy(.restart, "restart with tb-size=\(wanted)"))
}

/// Checks `split-wx`. With `on` the cache is mapped twice, once writable and once executable.
private func checkSplitWX(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let maps = try reader.text(.maps) else {
    return .unobservable("the memory map of QEMU cannot be read: \(reader.absence(of: .maps))")
  }
  let areas = maps.lines.map(MemoryArea.init)
  let split = areas.first { $0.permissions.hasPrefix("r-x") && $0.name.contains("memfd:tcg-jit") }
  let joined = areas.first { $0.permissions == "rwxp" && $0.name.isEmpty }
  guard let area = split ?? joined else {
    return .unobservable("no translation cache is found in the memory map of QEMU")
  }
  return .compare(
    Bool(propertyText: wanted) == (split != nil), observed: (split != nil).propertyText,
    [Evidence(.maps, area.line)], else: Remedy(.restart, "restart with split-wx=\(wanted)"))
}

/// Checks `thread`: with several CPUs by their thread ids; with one CPU by the regions of the translation cache, or by
/// the name of its thread.
private func checkThread(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  reader.prefetch([VirtualCPUs.query, TranslationCache.query, Topology.query])
  for source in [threadIDs, threadRegions, threadNames] {
    guard let (mode, evidence) = try source(&reader) else { continue }
    return .compare(
      mode.rawValue == wanted, observed: mode.rawValue, [evidence],
      reason: mode.rawValue == wanted ? nil : "QEMU runs its CPUs in \(mode) thread mode",
      else: Remedy(.restart, "restart with thread=\(wanted)"))
  }
  if try VirtualCPUs.read(&reader).isEmpty {
    return .unobservable("the machine has no CPU")
  }
  return .unobservable(
    "with one virtual CPU both modes have one thread; its name would show the mode with -name debug-threads=on"
  )
}

private func threadIDs(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> (ThreadMode, Evidence)? {
  let cpus = try VirtualCPUs.read(&reader)
  guard cpus.count >= 2 else { return nil }
  let distinct = Set(cpus.map(\.threadID)).count
  let ids = cpus.map { String($0.threadID) }.joined(separator: ", ")
  return (
    distinct == 1 ? .single : .multi, Evidence(VirtualCPUs.query, "\(cpus.count) CPUs, thread-id \(ids)")
  )
}

private func threadRegions(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> (ThreadMode, Evidence)?
{
  guard let cache = try TranslationCache.read(&reader), let capacity = cache.capacity else { return nil }
  let regions = try TranslationRegions(
    maximumCPUs: Topology.read(&reader)?["maxcpus"] ?? 1, pageSize: reader.observation.hostPageSize)
  guard let modes = regions.solve(capacity: capacity)?.modes, modes.count == 1, let mode = modes.first else {
    return nil
  }
  return (
    mode,
    Evidence(
      cache.source,
      "\(capacity) usable bytes, divided for \(mode == .single ? "one thread" : "several threads")")
  )
}

private func threadNames(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> (ThreadMode, Evidence)? {
  guard let threads = try reader.text(.threads) else { return nil }
  for line in threads.lines {
    let name = line.drop { $0 != " " }.dropFirst()
    if name == "ALL CPUs/TCG" { return (.single, Evidence(.threads, String(line))) }
    if name.hasPrefix("CPU "), name.hasSuffix("/TCG") { return (.multi, Evidence(.threads, String(line))) }
  }
  return nil
}
