/// The releases and builds of QEMU that have a command, an event, a type or a member.
public struct QAPIAvailability: Sendable, Hashable {
  /// The releases whose schemas are known, which ``presentIn`` refers to.
  public static let knownReleases = ["7.2", "10.0", "10.2", "11.1"]

  /// The release that added it, `0.14`; nil if QEMU does not document it.
  public let since: String?
  /// Those of ``knownReleases`` that have it.
  public let presentIn: [String]
  /// The schema features: `deprecated`, `unstable`, or one that indicates a behavior.
  public let features: [String]
  /// The build condition of QEMU, `CONFIG_TCG`; nil if every build has it.
  public let condition: String?

  /// A Boolean value that indicates whether it is deprecated.
  public var isDeprecated: Bool { features.contains("deprecated") }

  /// A Boolean value that indicates whether QEMU may change it in any release.
  public var isUnstable: Bool { features.contains("unstable") }

  /// Creates an availability; by default, all of ``knownReleases`` have it.
  public init(
    since: String? = nil, presentIn: [String] = knownReleases, features: [String] = [],
    condition: String? = nil
  ) {
    self.since = since
    self.presentIn = presentIn
    self.features = features
    self.condition = condition
  }
}
