/// Who serves the calls.
public enum SemihostingTarget: String, PropertyWord {
  /// QEMU.
  case native
  /// The debugger.
  case gdb
  /// The debugger where one is connected, else QEMU.
  case auto
}

/// Lets the guest call services of the host.
///
/// QEMU: `-semihosting-config enable=on|off[,target=native|gdb|auto][,chardev=ID][,userspace=on|off][,arg=TEXT…]`
public struct SemihostingOption: OptionSchema {
  /// The option's name.
  public static let option = "semihosting-config"

  /// QEMU: `enable=on|off`
  public let enable = Key<Bool>("enable", "whether it does")
  /// QEMU: `target=native|gdb|auto`
  public let target = Key<SemihostingTarget>("target", "who serves the calls")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the character device that its output goes to")
  /// QEMU: `userspace=on|off`
  public let userspace = Key<Bool>("userspace", "let the programs of the guest call, too", since: "8.0")
  /// QEMU: `arg=TEXT`
  public let arguments = ListKey<String>("arg", "words of the guest's command line")

  /// The one instance, whose constants are the declarations.
  public static let schema = SemihostingOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
