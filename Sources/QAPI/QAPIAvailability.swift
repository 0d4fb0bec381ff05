/// Which QEMU has a command, an event, a type or a member of one.
public struct QAPIAvailability: Sendable, Hashable {
  /// The releases whose schemas ``presentIn`` speaks about.
  public static let knownReleases = ["7.2", "10.0", "10.2", "11.1"]

  /// The release that brought it, `0.14`; nil where QEMU does not say.
  public let since: String?
  /// Which of ``knownReleases`` have it.
  public let presentIn: [String]
  /// The schema features: `deprecated`, `unstable`, or one that tells of a behaviour.
  public let features: [String]
  /// The build condition of QEMU, `CONFIG_TCG`; nil where every build has it.
  public let condition: String?

  /// Whether QEMU warns that it will go away.
  public var isDeprecated: Bool { features.contains("deprecated") }

  /// Whether QEMU may change it in any release.
  public var isUnstable: Bool { features.contains("unstable") }

  /// Makes an availability; without releases it is in all of ``knownReleases``.
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
