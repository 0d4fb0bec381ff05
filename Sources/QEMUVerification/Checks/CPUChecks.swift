import QEMUCommandLine
import QEMUJSON

/// Checks the CPU's model by its class, `MODEL-ARCHITECTURE-cpu`.
func checkCPUModel(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let cpu = try VirtualCPUs.read(&reader).first else { return noCPU }
  let query = QueryRequest.property("type", of: cpu.path)
  let dropped = QueryRequest.property("unavailable-features", of: cpu.path)
  reader.prefetch([query, dropped])
  guard let type = try reader.value(query)?.stringValue else {
    return .unobservable("QEMU does not show the type of its CPU")
  }
  let missing = (try reader.value(dropped)?.arrayValue ?? []).compactMap(\.stringValue)
  let remark =
    missing.isEmpty ? nil : "QEMU dropped features of the model: \(missing.joined(separator: ", "))"
  if isClass(type, of: wanted) {
    return .compare(
      true, observed: wanted, [Evidence(query, type)] + missingEvidence(dropped, missing), reason: remark,
      else: Remedy(.restart, "restart with -cpu \(wanted)"))
  }
  return try judgeAlias(wanted, type, query, &reader)
}

private func missingEvidence(_ query: QueryRequest, _ missing: [String]) -> [Evidence] {
  missing.isEmpty ? [] : [Evidence(query, missing.joined(separator: ", "))]
}

/// Returns whether a class name is that of the model, followed by the architecture and `cpu`.
///
/// Some architectures ignore the case of a model (`POWER9`), and replace a space in it by a dash.
private func isClass(_ type: String, of model: String) -> Bool {
  let (type, model) = (spelledAsClass(type), spelledAsClass(model))
  if type == model { return true }
  guard type.hasPrefix(model + "-"), type.hasSuffix("-cpu") else { return false }
  let architecture = type.dropFirst(model.count + 1).dropLast("-cpu".count)
  return !architecture.isEmpty && !architecture.contains("-")
}

private func spelledAsClass(_ name: String) -> String { name.lowercased().replacing(" ", with: "-") }

/// Judges a model that may be an alias, by QEMU's list of models and their classes.
private func judgeAlias(
  _ wanted: String, _ type: String, _ query: QueryRequest, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let list = QueryRequest("query-cpu-definitions")
  let definition = try reader.list(list).first {
    $0["name"]?.stringValue.map(spelledAsClass) == spelledAsClass(wanted)
  }
  // PowerPC also accepts the version register, in eight hexadecimal digits.
  let isRegister = wanted.count == 8 && wanted.allSatisfy(\.isHexDigit)
  if definition == nil, isRegister || UInt64(propertyText: wanted) != nil {
    return .unobservable(
      "the request has the model's number, but QEMU shows only its name", [Evidence(query, type)])
  }
  let target = definition?["alias-of"]?.stringValue
  let names = [definition?["typename"]?.stringValue, target].compactMap(\.self).filter { !$0.isEmpty }
  let isAlias = names.contains { $0 == type || isClass(type, of: $0) }
  let live = type.hasSuffix("-cpu") ? String(type.dropLast("-cpu".count)) : type
  return .compare(
    isAlias, observed: live, [Evidence(query, type)] + names.map { Evidence(list, "\(wanted) is \($0)") },
    reason: isAlias ? "\(wanted) is an alias of \(live)" : nil,
    else: Remedy(.restart, "restart with -cpu \(wanted) as the last -cpu"))
}

/// Returns the check of one CPU feature, by the object of the first CPU, which shows its actual features.
func cpuFeatureCheck(_ feature: String) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let cpu = try VirtualCPUs.read(&reader).first else { return noCPU }
    let property = propertyName(of: feature, cpu)
    let query = QueryRequest.property(property, of: cpu.path)
    let dropped = QueryRequest.property("unavailable-features", of: cpu.path)
    reader.prefetch([query, dropped])
    var judgement = try judgeProperty(
      plainNumber(wanted, property), property, of: cpu.path, &reader,
      remedy: Remedy(
        .restart, "restart with a model or an accelerator that has \(feature), or without \(feature)"))
    if isLeftToQEMU(wanted, property) { return judgement.leftToQEMU }
    judgement = try CPUEffects.judge(judgement, property, wanted, cpu, subject, &reader)
    guard judgement.verdict == .drifted, judgement.remedy?.kind == .restart else { return judgement }
    let missing = (try reader.value(dropped)?.arrayValue ?? []).compactMap(\.stringValue)
    if missing.contains(property) || missing.contains(feature) {
      judgement.reason = "QEMU dropped \(feature): the accelerator cannot offer it"
      judgement.evidence.append(Evidence(dropped, missing.joined(separator: ", ")))
    }
    return judgement
  }
}

/// Returns the name of a feature's property. QEMU for x86 replaces underscores by dashes, and has an alias for one
/// feature; other architectures use the name unchanged.
private func propertyName(of feature: String, _ cpu: VirtualCPU) -> String {
  guard cpu.isX86 else { return feature }
  let name = String(feature.map { $0 == "_" ? "-" : $0 })
  return name == "tsc-freq" ? "tsc-frequency" : name
}

/// Returns the value without a unit. Only one feature has one: a frequency in Hz, whose suffixes are powers of 1000.
private func plainNumber(_ wanted: String, _ property: String) -> String {
  let powers: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "G": 1e9, "g": 1e9]
  guard property == "tsc-frequency", let suffix = wanted.last, let power = powers[suffix],
    let number = Double(wanted.dropLast()), let hertz = Int64(exactly: (number * power).rounded())
  else { return wanted }
  return String(hertz)
}

private func isLeftToQEMU(_ wanted: String, _ property: String) -> Bool {
  property == "phys-bits" && UInt64(propertyText: wanted) == 0
}

extension Judgement {
  /// The judgement if the request leaves the choice to QEMU.
  fileprivate var leftToQEMU: Judgement {
    guard let observed else { return self }
    return Judgement(
      verdict: .confirmed, observed: observed, evidence: evidence,
      reason: "0 leaves the choice to QEMU, which chose \(observed)")
  }
}

private let noCPU = Judgement.unobservable("the machine has no CPU")
