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
  /// The guest architectures that have it; nil for all.
  public let architectures: [String]?
  /// The first of the known versions that has it; nil if all have it.
  public let since: String?
  /// The version that removed it.
  public let removedIn: String?
  /// The replacement in newer versions.
  public let replacement: String?

  /// Returns the type of its argument. The type of an option that is not used is never created: for all options, that
  /// takes a millisecond.
  private let argumentType: @Sendable () -> (any OptionArgument.Type)?
  private let statedRepetition: Repetition?

  /// The type of its argument; nil if it takes none.
  public var argument: (any OptionArgument.Type)? { argumentType() }
  /// QEMU's handling of a repetition.
  public var repetition: Repetition { statedRepetition ?? (takesArgument ? .lastWins : .idempotent) }
  /// A Boolean value that indicates whether it takes an argument.
  public var takesArgument: Bool { argument != nil }

  init(
    _ name: String, _ argument: @autoclosure @escaping @Sendable () -> (any OptionArgument.Type)?,
    _ summary: String,
    _ repetition: Repetition? = nil, aliases: [String] = [], architectures: [String]? = nil,
    since: String? = nil, removedIn: String? = nil, replacement: String? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    argumentType = argument
    statedRepetition = repetition
    self.architectures = architectures
    self.since = since
    self.removedIn = removedIn
    self.replacement = replacement
  }
}
