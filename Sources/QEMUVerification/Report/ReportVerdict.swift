/// The verdict of a whole report.
public enum ReportVerdict: String, Sendable, Hashable, CaseIterable {
  /// Nothing that was seen contradicts the request, and everything that could be seen was.
  case confirmed
  /// A later accelerator of the request's own list took effect.
  case fellBack = "fell-back"
  /// Something could be shown but was not visible to this caller, or the accelerator could not be told.
  case unproven
  /// The live virtual machine contradicts the request, or a strict comparison failed.
  case drifted
}

/// The rules by which verdicts count.
public struct VerificationPolicy: Sendable, Hashable {
  /// Findings that the user waives: `OPTION` or `OPTION.PROPERTY`. They stay visible and do not count.
  public var accepted: [String]
  /// A Boolean value that indicates whether a fallback, an unobservable and an unobserved property count as failures.
  public var isStrict: Bool

  /// Creates a policy.
  /// - Parameters:
  ///   - accepted: the findings that the user waives.
  ///   - isStrict: whether everything that is not confirmed is a failure.
  public init(accepted: [String] = [], isStrict: Bool = false) {
    self.accepted = accepted
    self.isStrict = isStrict
  }

  /// Returns whether a finding is waived: by its option, by its property, or by a property that contains it.
  func accepts(_ option: String, _ property: String) -> Bool {
    accepted.contains { $0 == option || "\(option).\(property).".hasPrefix($0 + ".") }
  }

  /// Returns whether a verdict fails the comparison.
  func isFailure(_ verdict: Verdict) -> Bool {
    verdict == .drifted || (isStrict && verdict != .confirmed)
  }
}
