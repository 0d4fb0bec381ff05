/// A capability of the kernel's KVM.
///
/// Its raw value is the number by which KVM_CHECK_EXTENSION is asked.
public enum KVMCapability: Int32, Sendable, Hashable, CaseIterable {
  /// Xen's interfaces for guests.
  case xenHVM = 38
  /// Hyper-V's interfaces for guests.
  case hyperV = 44
  /// System Management Mode.
  case systemManagementMode = 117
  /// Instructions that are left to a guest which has its processor alone: `-overcommit cpu-pm=on`.
  case disableExits = 143
  /// Counters of the processor's events for guests; Linux 5.18 and later.
  case performanceCounters = 212
  /// Guests that hold their processor for too long.
  case notifyVMExit = 219

  /// The kernel's own name of it.
  public var name: String {
    switch self {
    case .xenHVM: "KVM_CAP_XEN_HVM"
    case .hyperV: "KVM_CAP_HYPERV"
    case .systemManagementMode: "KVM_CAP_X86_SMM"
    case .disableExits: "KVM_CAP_X86_DISABLE_EXITS"
    case .performanceCounters: "KVM_CAP_PMU_CAPABILITY"
    case .notifyVMExit: "KVM_CAP_X86_NOTIFY_VMEXIT"
    }
  }

  /// Reads the kernel's answer; nil where it cannot be asked.
  func read(
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> (answer: Int, evidence: Evidence)? {
    let line = try reader.text(.kvmExtensions)?.lines.first { $0.hasPrefix("\(rawValue) ") }
    guard let line, let answer = Int(line.drop { $0 != " " }.dropFirst()) else { return nil }
    return (answer, Evidence(.kvmExtensions, "\(name) \(line)"))
  }
}
