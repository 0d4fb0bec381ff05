public import QEMUJSON

/// Something in the way of a new start, found while the old QEMU still runs.
public struct RestartObstacle: Sendable, Hashable {
  /// The option's name without its dash.
  public let option: String
  /// The option's id, or its index among the option's occurrences.
  public let instance: String
  /// What is in the way, with the file, the port or the process.
  public let reason: String
  /// What to do about it.
  public let remedy: String
  /// Whether a new start fails for sure; else it may.
  public let isCertain: Bool

  /// The obstacle as a part of the plan's JSON document.
  public var json: JSON {
    [
      "option": .string(option), "instance": .string(instance), "reason": .string(reason),
      "remedy": .string(remedy), "certain": .bool(isCertain),
    ]
  }
}
