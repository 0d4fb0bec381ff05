/// The declaration of a QEMU option: its name, the type of its argument, and the architectures and versions that have
/// it. Each is a row of ``OptionTable``.
public final class OptionDeclaration: Sendable {
  /// QEMU's handling of a repeated option.
  public enum Repetition: Sendable, Hashable {
    /// The repetition has no effect.
    case idempotent
    /// The last one has effect.
    case lastWins
    /// They are merged; the last value of a property has effect.
    case merges
    /// Each has effect, and their order does not matter.
    case accumulates
    /// Each has effect, and their order matters.
    case accumulatesInOrder
    /// QEMU refuses a second one.
    case refused
  }

  /// The name without its dash.
  public let name: String
  /// The aliases.
  public let aliases: [String]
  /// The purpose of the option, in one line.
  public let summary: String
  /// The type of its argument; nil if it takes none.
  public let argument: (any OptionArgument.Type)?
  /// QEMU's handling of a repetition.
  public let repetition: Repetition
  /// The guest architectures that have it; nil for all.
  public let architectures: [String]?
  /// The first of the known versions that has it; nil if all have it.
  public let since: String?
  /// The version that removed it.
  public let removedIn: String?
  /// The replacement in newer versions.
  public let replacement: String?

  /// A Boolean value that indicates whether it takes an argument.
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
