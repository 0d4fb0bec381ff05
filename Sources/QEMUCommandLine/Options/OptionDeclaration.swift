/// An option of QEMU: its name, where it exists, and how its argument is read. One row of ``OptionTable`` declares one.
public final class OptionDeclaration: Sendable {
  /// What QEMU makes of an option that stands there more than once.
  public enum Repetition: Sendable, Hashable {
    /// Once is as good as twice.
    case idempotent
    /// The last one counts.
    case lastWins
    /// All add up to one; the last value of a property counts.
    case merges
    /// Each counts, in no order that matters.
    case accumulates
    /// Each counts, and their order matters.
    case accumulatesInOrder
    /// QEMU refuses a second one.
    case refused
  }

  /// The name without its dash.
  public let name: String
  /// Its other names.
  public let aliases: [String]
  /// What it is for, in one line.
  public let summary: String
  /// The type of its argument; nil where it takes none.
  public let argument: (any OptionArgument.Type)?
  /// What QEMU makes of several.
  public let repetition: Repetition
  /// The guest architectures that have it; nil for all.
  public let architectures: [String]?
  /// The first of the known versions that has it; nil where all do.
  public let since: String?
  /// The version that no longer has it.
  public let removedIn: String?
  /// What does its work in newer versions.
  public let replacement: String?

  /// Whether it takes an argument.
  public var takesArgument: Bool { argument != nil }

  init(
    _ name: String, _ argument: (any OptionArgument.Type)?, _ summary: String,
    _ repetition: Repetition? = nil, aliases: [String] = [], architectures: [String]? = nil,
    since: String? = nil, removedIn: String? = nil, replacement: String? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.argument = argument
    self.repetition = repetition ?? (argument == nil ? .idempotent : .lastWins)
    self.architectures = architectures
    self.since = since
    self.removedIn = removedIn
    self.replacement = replacement
  }
}
