import QEMUCommandLine
import QEMUJSON

/// How each property of `-accel tcg` is proved.
let tcgChecks: [String: Check] = [
  "thread": checkThread,
  "tb-size": checkTBSize,
  "split-wx": checkSplitWX,
  "one-insn-per-tb": checkOneInsnPerTB,
]

/// The text in which TCG reports on itself names the setting.
private func checkOneInsnPerTB(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let cache = try TranslationCache.read(&reader), let isOn = cache.isOneInstruction else {
    return .unobservable("this QEMU's x-query-jit does not name one-insn-per-tb; QEMU 8.1 and later do")
  }
  let line = cache.line("one-insn-per-tb:").map(String.init) ?? ""
  return .compare(
    Bool(propertyText: wanted) == isOn, observed: isOn.propertyText, [Evidence(cache.source, line)],
    else: Remedy(.live, "switch it on the running machine: human-monitor-command 'one-insn-per-tb \(wanted)'")
  )
}

/// The capacity of the translation cache gives the size that was taken, by the way it is divided.
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
    return .unobservable("no size divides into the \(capacity) usable bytes that QEMU shows", evidence)
  }
  return judgeTBSize(wanted, taken: solution.mebibytes, evidence)
}

/// The largest caches that QEMU makes on any host, in MiB: the host's code must be able to jump across all of it.
private let largestCaches: Set = [128, 2048, 3072]

private func judgeTBSize(_ wanted: String, taken: Int, _ evidence: [Evidence]) -> Judgement {
  let size = UInt32(propertyText: wanted).map { Int($0) }
  if size == 0 {
    return .compare(
      true, observed: String(taken), evidence, reason: "0 leaves the choice to QEMU, which took \(taken) MiB",
      else: Remedy(.restart, ""))
  }
  let isClamped = taken < size ?? 0 && largestCaches.contains(taken)
  return .compare(
    size == taken, observed: String(taken), evidence,
    reason: isClamped
      ? "QEMU's code cache ends at \(taken) MiB on this host, and it reduced the size without a message"
      : nil,
    else: isClamped
      ? Remedy(.impossible, "ask for tb-size=\(taken) or less: that is the most on this host")
      : Remedy(.restart, "restart with tb-size=\(wanted)"))
}

/// With `on` the kernel shows one piece of memory mapped twice, writable here and executable there.
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

/// Two virtual CPUs show it by their thread ids, one by its thread's name or by how the translation cache is divided.
private func checkThread(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  reader.prefetch([VirtualCPUs.query, TranslationCache.query, Topology.query])
  for witness in [threadIDs, threadRegions, threadNames] {
    guard let (mode, evidence) = try witness(&reader) else { continue }
    return .compare(
      mode.rawValue == wanted, observed: mode.rawValue, [evidence],
      reason: mode.rawValue == wanted ? nil : "QEMU runs its CPUs in \(mode) thread mode",
      else: Remedy(.restart, "restart with thread=\(wanted)"))
  }
  if try VirtualCPUs.read(&reader).isEmpty {
    return .unobservable("the machine has no CPU, and thus no CPU thread")
  }
  return .unobservable(
    "one virtual CPU has one thread either way, and its thread is not named after its work; -name debug-threads=on would name it"
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
      cache.source, "\(capacity) usable bytes, divided for \(mode == .single ? "one thread" : "several")")
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
