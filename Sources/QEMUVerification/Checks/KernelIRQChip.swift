import QEMUCommandLine
import QEMUJSON

/// Checks `kernel-irqchip` by the types of the interrupt controllers.
func checkKernelIRQChip(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let cpu = try VirtualCPUs.read(&reader).first else {
    return try judgeStored(
      wanted, [], &reader, "the machine has no CPU, and so no local interrupt controller")
  }
  if cpu.isX86 { return try checkX86(wanted, cpu, &reader) }
  return try checkOther(wanted, &reader)
}

/// Checks an x86 machine. The type of the CPU's APIC shows whether the value is `off`; the type of the machine's I/O
/// APIC shows whether it is `on` or `split`.
private func checkX86(
  _ wanted: String, _ cpu: VirtualCPU, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  reader.prefetch([.children(of: "/machine"), .children(of: cpu.path)], [], StoredIRQChip.variables)
  var evidence: [Evidence] = []
  let local = try childTypes(of: cpu.path, &reader).first { $0.name == "lapic" }
  if let local {
    evidence.append(Evidence(.children(of: cpu.path), "lapic: \(local.type)"))
    if local.type != "kvm-apic" { return irqChip("off", wanted, evidence) }
  }
  if let (chip, path) = try inputOutputController(&reader) {
    evidence.append(Evidence(.children(of: path), "\(chip.name): \(chip.type)"))
    if chip.type == "kvm-ioapic" { return irqChip("on", wanted, evidence) }
    return local == nil
      ? try judgeWithoutLocal(wanted, evidence, &reader) : irqChip("split", wanted, evidence)
  }
  return try checkISA(wanted, hasLocal: local != nil, evidence, &reader)
}

/// Returns the machine's I/O controller, a child of the machine or of its host bridge. A second one, which some
/// machines have among the unattached objects, is never the kernel's.
private func inputOutputController(
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> (chip: (name: String, type: String), path: String)? {
  let machine = try childTypes(of: "/machine", &reader)
  let bridges = machine.filter { $0.type.hasSuffix("pcihost") }.map { "/machine/\($0.name)" }
  reader.prefetch(bridges.map(QueryRequest.children))
  for path in ["/machine"] + bridges {
    if let chip = try childTypes(of: path, &reader).first(where: { $0.type.hasSuffix("ioapic") }) {
      return (chip, path)
    }
  }
  return nil
}

/// Checks a machine with ISA only, which has only the two i8259 controllers.
private func checkISA(
  _ wanted: String, hasLocal: Bool, _ evidence: [Evidence], _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.children(of: "/machine/unattached")
  guard
    let chip = try childTypes(of: "/machine/unattached", &reader).first(where: { $0.type.hasSuffix("i8259") })
  else { return .unobservable("no interrupt controller is found among the machine's objects", evidence) }
  let evidence = evidence + [Evidence(query, "\(chip.name): \(chip.type)")]
  if chip.type == "kvm-i8259" { return irqChip("on", wanted, evidence) }
  return hasLocal
    ? irqChip("split", wanted, evidence) : try judgeWithoutLocal(wanted, evidence, &reader)
}

/// Judges a machine whose CPU has no APIC: the types of its controllers are the same with `split` and with `off`.
private func judgeWithoutLocal(
  _ wanted: String, _ evidence: [Evidence], _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  if wanted == "on" { return irqChip("off or split", wanted, evidence) }
  return try judgeStored(
    wanted, evidence, &reader,
    "without an APIC in the CPU, split and off cannot be distinguished; use a CPU model with an APIC"
  )
}

/// Judges the value that QEMU stores, if no object shows it.
private func judgeStored(
  _ wanted: String, _ evidence: [Evidence], _ reader: inout EvidenceReader, _ reason: String
) throws(EvidenceMissing) -> Judgement {
  if let stored = try StoredIRQChip.read(&reader) {
    return irqChip(stored.word, wanted, evidence + stored.evidence)
  }
  return .unobservable("\(reason); \(reader.absence(of: StoredIRQChip.isInKernel))", evidence)
}

/// The location of the interrupt controllers, which QEMU stores as two flags: in the kernel, and split.
enum StoredIRQChip {
  static let isInKernel = GlobalVariable("kvm_kernel_irqchip")
  static let variables = [isInKernel, isSplit]
  private static let isSplit = GlobalVariable("kvm_split_irqchip")
  private static let words = ["01 00": "on", "01 01": "split", "00 00": "off"]

  /// Reads the flags; returns nil if they cannot be read or have unknown values.
  static func read(
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> (word: String, evidence: [Evidence])? {
    guard let kernel = try reader.global(isInKernel), let split = try reader.global(isSplit),
      let word = words["\(kernel) \(split)"]
    else { return nil }
    return (word, [Evidence(isInKernel, kernel), Evidence(isSplit, split)])
  }

  /// Judges by the flags only, if QEMU cannot be queried; returns nil if they cannot be read.
  static func judge(
    _ wanted: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement? {
    guard let stored = try read(&reader) else { return nil }
    return irqChip(stored.word, wanted, stored.evidence)
  }
}

private func checkOther(_ wanted: String, _ reader: inout EvidenceReader) throws(EvidenceMissing)
  -> Judgement
{
  let types = try childTypes(of: "/machine/unattached", &reader) + childTypes(of: "/machine", &reader)
  let kernel = types.first {
    $0.type.hasPrefix("kvm-") && ($0.type.contains("gic") || $0.type.contains("its"))
  }
  let user = types.first { $0.type.contains("gic") }
  guard let chip = kernel ?? user else {
    return .unobservable("no interrupt controller is found among the machine's objects")
  }
  return irqChip(
    kernel == nil ? "off" : "on", wanted,
    [Evidence(.children(of: "/machine/unattached"), "\(chip.name): \(chip.type)")])
}

private func irqChip(_ observed: String, _ wanted: String, _ evidence: [Evidence]) -> Judgement {
  .compare(
    observed == wanted, observed: observed, evidence,
    else: Remedy(
      .restart,
      "restart with kernel-irqchip=\(wanted), and remove any other kernel-irqchip= from -machine and -accel"))
}
