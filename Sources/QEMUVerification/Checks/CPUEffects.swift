import QEMUCommandLine
import QEMUJSON

/// The CPU features whose property repeats the request, even if the guest does not get them.
///
/// All other properties show what the guest gets: QEMU clears features that the accelerator does not offer.
enum CPUEffects {
  /// Judges a feature that was requested and that QEMU shows as on.
  ///
  /// The judgement of a feature that is not confirmed, or that was switched off, is not changed.
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
    result.observed = effect.isAbsent ? "stored by QEMU, not offered to the guest" : nil
    result.remedy = effect.isAbsent ? Remedy(.impossible, effect.remedy(feature)) : nil
    return result
  }

  /// The reason why the guest lacks a feature that QEMU stores, or why that is unobservable.
  private struct Effect {
    let isAbsent: Bool
    let reason: String
    var evidence: [Evidence] = []
    var needed = ""

    static func absent(_ reason: String, _ evidence: [Evidence], needs needed: String) -> Effect {
      Effect(
        isAbsent: true, reason: "QEMU stores the value, but the guest does not have the feature: \(reason)",
        evidence: evidence, needed: needed)
    }

    static func unknown(_ reason: String) -> Effect { Effect(isAbsent: false, reason: reason) }

    func remedy(_ feature: String) -> String { "remove \(feature), or use \(needed)" }
  }

  /// Returns the effect of a feature that tcg does not offer; nil for any other.
  private static func underTCG(_ feature: String) -> Effect? {
    let interfaces =
      feature.hasPrefix("hv-") ? "Hyper-V's interfaces" : feature.hasPrefix("xen-") ? "Xen's" : nil
    if let interfaces {
      return .unknown(
        "the CPU's property repeats the request; tcg does not offer \(interfaces), so no guest sees it")
    }
    return inertUnderTCG.contains(feature)
      ? .unknown("the CPU's property repeats the request; tcg does not offer \(feature), so no guest sees it")
      : nil
  }

  /// The features that do not change CPUID for a guest under tcg.
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
    case "tcg-cpuid": .unknown("only tcg has this leaf, so no guest under kvm sees it")
    case "kvm", "kvm-pv-enforce-cpuid": nil
    case _ where feature.hasPrefix("kvm"): try signature(cpu, &reader)
    default: nil
    }
  }

  /// Returns the effect of a Hyper-V feature. If the kernel has any of them, QEMU refuses to start with a missing one.
  private static func hyperV(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> Effect? {
    guard let capability = try KVMCapability.hyperV.read(&reader) else { return unasked(reader) }
    if capability.answer > 0 { return nil }
    return .absent(
      "this host's KVM has none of Hyper-V's interfaces", [capability.evidence],
      needs: "a host whose kernel has CONFIG_KVM_HYPERV")
  }

  /// Returns the effect of the performance counters. Kernels before 5.18 do not have the capability, and those before
  /// 5.17 have another parameter.
  private static func performanceCounters(
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Effect? {
    let capability = try KVMCapability.performanceCounters.read(&reader)
    if let capability, capability.answer > 0 { return nil }
    let parameter = try reader.text(.kvmExtensions)?.lines.first { $0.hasPrefix("enable_pmu ") }
    guard let parameter else { return unasked(reader) }
    if parameter.hasSuffix(" Y") { return nil }
    return .absent(
      "this host's KVM has no performance counters for guests",
      [capability?.evidence, Evidence(.kvmExtensions, String(parameter))].compactMap(\.self),
      needs: "a host whose kvm module has enable_pmu=Y and whose processor has performance counters")
  }

  /// Returns the effect of a Xen feature. QEMU offers Xen's interfaces only with the accelerator's `xen-version=`.
  private static func xen(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> Effect? {
    let capability = try KVMCapability.xenHVM.read(&reader)
    if let capability, capability.answer == 0 {
      return .absent(
        "this host's KVM has none of Xen's interfaces", [capability.evidence],
        needs: "a host whose kernel has CONFIG_KVM_XEN, with -accel kvm,xen-version=")
    }
    let version = GlobalVariable("xen-version", .property(of: "kvm_state"))
    guard let held = try reader.global(version) else {
      return .unknown("the guest gets it only with -accel kvm,xen-version=; \(reader.absence(of: version))")
    }
    if held.contains(where: { $0 != "0" }) { return nil }
    return .absent(
      "QEMU does not offer Xen's interfaces without xen-version=", [Evidence(version, held)],
      needs: "-accel kvm,xen-version=")
  }

  /// Returns the effect of a paravirtual feature of the CPUID leaves that begin with KVM's signature.
  private static func signature(
    _ cpu: VirtualCPU, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Effect? {
    let query = QueryRequest.property("kvm", of: cpu.path)
    guard try reader.value(query)?.boolValue == false else { return nil }
    return .absent(
      "with kvm=off the CPU has none of KVM's leaves", [Evidence(query, "off")],
      needs: "the feature without kvm=off")
  }

  private static func unasked(_ reader: EvidenceReader) -> Effect {
    .unknown(
      "the CPU's property repeats the request, and this host's KVM does not report whether it has the feature: "
        + reader.absence(of: .kvmExtensions))
  }
}
