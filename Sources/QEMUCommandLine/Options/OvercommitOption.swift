/// The locking of the guest's memory.
public enum MemoryLock: String, PropertyWord {
  /// All of it at once.
  case on
  /// Not.
  case off
  /// Each page when it is first used.
  case onFault = "on-fault"

  /// Reads a word; before QEMU 10.0 it was a switch with all the words of one.
  public init?(propertyText: String) {
    guard let word = Self(rawValue: propertyText) ?? Bool(propertyText: propertyText).map({ $0 ? .on : .off })
    else { return nil }
    self = word
  }
}

/// What of the host QEMU holds for the guest.
///
/// QEMU: `-overcommit [mem-lock=on|off|on-fault][,cpu-pm=on|off]`
public struct OvercommitOption: OptionSchema {
  /// The option's name.
  public static let option = "overcommit"

  /// QEMU: `mem-lock=on|off|on-fault`
  public let memoryLock = Key<MemoryLock>("mem-lock", "lock the guest's memory; on-fault since 10.0")
  /// QEMU: `cpu-pm=on|off`
  public let cpuPowerManagement = Key<Bool>("cpu-pm", "let the guest put host CPUs to sleep")

  /// The one instance, whose constants are the declarations.
  public static let schema = OvercommitOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
