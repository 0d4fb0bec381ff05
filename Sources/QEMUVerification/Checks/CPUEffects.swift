import QEMUCommandLine
import QEMUJSON

/// Features that the CPU repeats as they were asked for, whatever the guest gets of them.
///
/// All others are what the guest gets: QEMU takes away what the accelerator does not offer before it shows them.
enum CPUEffects {
  /// Judges a feature that was requested and that QEMU shows as on.
  ///
  /// A feature that is not confirmed or switched off stays as it was judged.
  static func judge(
    _ judgement: Judgement, _ feature: String, _ wanted: String, _ cpu: VirtualCPU, _ subject: Subject,
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement {
    guard judgement.verdict == .confirmed, Bool(propertyText: wanted) != false,
      cpu.isX86
    else { return judgement }
    let effect: Effect? =
      switch subject.liveAccelerator {
      case "kvm": try underKVM(feature, cpu, subject, &reader)
      case "tcg": underTCG(feature)
      default: nil
      }
    guard let effect else { return judgement }
    var result = judgement
    result.evidence += effect.evidence
    result.reason = effect.reason
    result.verdict = effect.isAbsent ? .drifted : .unobservable
    result.observed = effect.isAbsent ? "held by QEMU, not offered to the guest" : nil
    result.remedy = effect.isAbsent ? Remedy(.impossible, effect.remedy(feature)) : nil
    return result
  }

  /// The reason why the guest lacks a feature that QEMU holds, or why that is unobservable.
  private struct Effect {
    let isAbsent: Bool
    let reason: String
    var evidence: [Evidence] = []
    var needed = ""

    static func absent(_ reason: String, _ evidence: [Evidence], needs needed: String) -> Effect {
      Effect(
        isAbsent: true, reason: "QEMU holds it, but the guest does not have it: \(reason)",
        evidence: evidence, needed: needed)
    }

    static func unknown(_ reason: String) -> Effect { Effect(isAbsent: false, reason: reason) }

    func remedy(_ feature: String) -> String { "remove \(feature), or use \(needed)" }
  }

  /// Those that tcg has nothing of.
  private static func underTCG(_ feature: String) -> Effect? {
    let interfaces =
      feature.hasPrefix("hv-") ? "Hyper-V's interfaces" : feature.hasPrefix("xen-") ? "Xen's" : nil
    if let interfaces {
      return .unknown(
        "the CPU repeats what was asked for; tcg does not offer \(interfaces), so no guest sees it")
    }
    return inertUnderTCG.contains(feature)
      ? .unknown("the CPU repeats what was asked for; tcg does not offer \(feature), so no guest sees it")
      : nil
  }

  /// The features with and without which a guest under tcg reads the same of CPUID.
  private static let inertUnderTCG: Set = [
    "pmu", "kvm", "tsc-frequency", "vmware-cpuid-freq", "host-phys-bits", "host-phys-bits-limit",
    "kvm-pv-enforce-cpuid",
  ]

  private static func underKVM(
    _ feature: String, _ cpu: VirtualCPU, _ subject: Subject, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Effect? {
    switch feature {
    case "pmu": try performanceCounters(&reader)
    case "xen-vapic": try xen(&reader)
    case _ where feature.hasPrefix("hv-"): try hyperV(&reader)
    case "tcg-cpuid": .unknown("it is a leaf that tcg alone has, so no guest under kvm sees it")
    case "kvm", "kvm-pv-enforce-cpuid": nil
    case _ where feature.hasPrefix("kvm"): try signature(cpu, &reader)
    default: nil
    }
  }

  /// Finds the effect of a Hyper-V feature. If the kernel has any, QEMU refuses to start with one that is missing.
  private static func hyperV(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> Effect? {
    guard let capability = try KVMCapability.hyperV.read(&reader) else { return unasked(reader) }
    if capability.answer > 0 { return nil }
    return .absent(
      "this host's KVM has none of Hyper-V's interfaces", [capability.evidence],
      needs: "a host whose kernel has CONFIG_KVM_HYPERV")
  }

  /// Kernels before 5.18 do not answer for the capability, and those before 5.17 have another parameter.
  private static func performanceCounters(
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Effect? {
    let capability = try KVMCapability.performanceCounters.read(&reader)
    if let capability, capability.answer > 0 { return nil }
    let parameter = try reader.text(.kvmExtensions)?.lines.first { $0.hasPrefix("enable_pmu ") }
    guard let parameter else { return unasked(reader) }
    if parameter.hasSuffix(" Y") { return nil }
    return .absent(
      "this host's KVM counts no events for guests",
      [capability?.evidence, Evidence(.kvmExtensions, String(parameter))].compactMap(\.self),
      needs: "a host whose module kvm has the parameter enable_pmu set, and a processor that counts")
  }

  /// QEMU offers Xen's interfaces with the accelerator's `xen-version=` alone.
  private static func xen(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> Effect? {
    let capability = try KVMCapability.xenHVM.read(&reader)
    if let capability, capability.answer == 0 {
      return .absent(
        "this host's KVM has none of Xen's interfaces", [capability.evidence],
        needs: "a host whose kernel has CONFIG_KVM_XEN, with -accel kvm,xen-version=")
    }
    let version = GlobalVariable("xen-version", .property(of: "kvm_state"))
    guard let held = try reader.global(version) else {
      return .unknown("the guest gets it with -accel kvm,xen-version= alone; \(reader.absence(of: version))")
    }
    if held.contains(where: { $0 != "0" }) { return nil }
    return .absent(
      "QEMU offers no Xen without xen-version=", [Evidence(version, held)],
      needs: "-accel kvm,xen-version=")
  }

  /// Finds the effect of a paravirtual feature in the CPUID leaves that begin with the signature of KVM.
  private static func signature(
    _ cpu: VirtualCPU, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Effect? {
    let query = QueryRequest.property("kvm", of: cpu.path)
    guard try reader.value(query)?.boolValue == false else { return nil }
    return .absent(
      "with kvm=off the CPU has none of KVM's leaves", [Evidence(query, "off")], needs: "it without kvm=off")
  }

  private static func unasked(_ reader: EvidenceReader) -> Effect {
    .unknown(
      "the CPU repeats what was asked for, and this host's KVM does not tell whether it has it: "
        + reader.absence(of: .kvmExtensions))
  }
}
