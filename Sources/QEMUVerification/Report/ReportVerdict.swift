/// The verdict of a whole report.
public enum ReportVerdict: String, Sendable, Hashable, CaseIterable {
  /// No property differs from the request, and every property that this QEMU and this host show was read.
  case confirmed
  /// A later accelerator in the request's list took effect.
  case fellBack = "fell-back"
  /// No property differs from the request, but one is unobserved, or the accelerator could not be determined.
  case unproven
  /// The running virtual machine differs from the request, or a strict comparison failed.
  case drifted
}

/// The policy that decides which findings are failures.
public struct VerificationPolicy: Sendable, Hashable {
  /// The findings that the user accepts: `OPTION` or `OPTION.PROPERTY`. They are reported but are not failures.
  public var accepted: [String]
  /// A Boolean value that indicates whether a fallback, an unobservable and an unobserved property count as failures.
  public var isStrict: Bool

  /// Creates a policy.
  /// - Parameters:
  ///   - accepted: the findings that the user accepts.
  ///   - isStrict: whether everything that is not confirmed is a failure.
  public init(accepted: [String] = [], isStrict: Bool = false) {
    self.accepted = accepted
    self.isStrict = isStrict
  }

  /// Returns whether a finding is accepted: by its option, by its property, or by a property that contains it.
  func accepts(_ option: String, _ property: String) -> Bool {
    accepted.contains { $0 == option || "\(option).\(property).".hasPrefix($0 + ".") }
  }

  /// Returns whether a verdict is a failure.
  func isFailure(_ verdict: Verdict) -> Bool {
    verdict == .drifted || (isStrict && verdict != .confirmed)
  }
}
