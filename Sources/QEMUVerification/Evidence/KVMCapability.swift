/// A capability of the kernel's KVM.
///
/// The raw value is the argument of KVM_CHECK_EXTENSION.
public enum KVMCapability: Int32, Sendable, Hashable, CaseIterable {
  /// Xen's interfaces for guests.
  case xenHVM = 38
  /// Hyper-V's interfaces for guests.
  case hyperV = 44
  /// System Management Mode.
  case systemManagementMode = 117
  /// Idle instructions without a VM exit, for a guest with its own processor: `-overcommit cpu-pm=on`.
  case disableExits = 143
  /// Performance counters for guests; Linux 5.18 and later.
  case performanceCounters = 212
  /// A VM exit for a guest that blocks its processor for too long.
  case notifyVMExit = 219

  /// The kernel's name.
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

  /// Reads the kernel's answer; returns nil if it cannot be queried.
  func read(
    _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> (answer: Int, evidence: Evidence)? {
    let line = try reader.text(.kvmExtensions)?.lines.first { $0.hasPrefix("\(rawValue) ") }
    guard let line, let answer = Int(line.drop { $0 != " " }.dropFirst()) else { return nil }
    return (answer, Evidence(.kvmExtensions, "\(name) \(line)"))
  }
}
