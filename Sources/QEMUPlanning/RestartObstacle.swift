public import QEMUJSON

/// An obstacle to a restart, found while the old QEMU is still running.
public struct RestartObstacle: Sendable, Hashable {
  /// The option's name without its dash.
  public let option: String
  /// The option's id, or its index among the option's occurrences.
  public let instance: String
  /// The reason, with the file, the port or the process.
  public let reason: String
  /// The remedy; never empty.
  public let remedy: String
  /// A Boolean value that indicates whether a restart is certain to fail; otherwise it may fail.
  public let isCertain: Bool

  package init(option: String, instance: String, reason: String, remedy: String, isCertain: Bool) {
    (self.option, self.instance) = (option, instance)
    (self.reason, self.remedy, self.isCertain) = (reason, remedy, isCertain)
  }

  /// The obstacle as a part of the plan's JSON document.
  public var json: JSON {
    [
      "option": .string(option), "instance": .string(instance), "reason": .string(reason),
      "remedy": .string(remedy), "certain": .bool(isCertain),
    ]
  }
}
