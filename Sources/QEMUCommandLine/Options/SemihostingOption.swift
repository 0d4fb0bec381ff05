/// The handler of semihosting calls.
public enum SemihostingTarget: String, PropertyWord {
  /// QEMU.
  case native
  /// The debugger.
  case gdb
  /// The debugger if one is connected, else QEMU.
  case auto
}

/// Semihosting, with which the guest calls services of the host.
///
/// QEMU: `-semihosting-config enable=on|off[,target=native|gdb|auto][,chardev=ID][,userspace=on|off][,arg=TEXT…]`
public struct SemihostingOption: OptionSchema {
  /// The option's name.
  public static let option = "semihosting-config"

  /// QEMU: `enable=on|off`
  public let enable = Key<Bool>("enable", "whether semihosting is enabled")
  /// QEMU: `target=native|gdb|auto`
  public let target = Key<SemihostingTarget>("target", "the handler of the calls")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the character device for its output")
  /// QEMU: `userspace=on|off`
  public let userspace = Key<Bool>("userspace", "also allow calls from user space", since: "8.0")
  /// QEMU: `arg=TEXT`
  public let arguments = ListKey<String>("arg", "arguments of the guest's command line")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = SemihostingOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
