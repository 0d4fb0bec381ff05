/// The locking of the guest's memory.
public enum MemoryLock: String, PropertyWord {
  /// Lock all of it at the start.
  case on
  /// Do not lock it.
  case off
  /// Lock each page when it is first used.
  case onFault = "on-fault"

  /// Creates a value from a word. Before QEMU 10.0, it was a Boolean, so all words of a Boolean are accepted.
  public init?(propertyText: String) {
    guard let word = Self(rawValue: propertyText) ?? Bool(propertyText: propertyText).map({ $0 ? .on : .off })
    else { return nil }
    self = word
  }
}

/// The host resources that QEMU reserves for the guest.
///
/// QEMU: `-overcommit [mem-lock=on|off|on-fault][,cpu-pm=on|off]`
public struct OvercommitOption: OptionSchema {
  /// The option's name.
  public static let option = "overcommit"

  /// QEMU: `mem-lock=on|off|on-fault`
  public let memoryLock = Key<MemoryLock>("mem-lock", "lock the guest's memory; on-fault since 10.0")
  /// QEMU: `cpu-pm=on|off`
  public let cpuPowerManagement = Key<Bool>("cpu-pm", "let the guest put host CPUs to sleep")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = OvercommitOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
