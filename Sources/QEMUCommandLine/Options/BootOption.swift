/// From where the guest boots, and what its firmware shows.
///
/// QEMU: `-boot [order=]DRIVES[,once=DRIVES][,menu=on|off]…`
public struct BootOption: OptionSchema {
  /// The option's name.
  public static let option = "boot"
  /// The language of the newer options.
  public static let language = ValueLanguage.keyval
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "order"

  /// QEMU: `order=DRIVES`
  public let order = Key<BootOrder>("order", "drives in the order in which they are tried")
  /// QEMU: `once=DRIVES`
  public let once = Key<BootOrder>("once", "the order of the first boot alone")
  /// QEMU: `menu=on|off`
  public let menu = Key<Bool>("menu", "show a boot menu")
  /// QEMU: `splash=FILE`
  public let splash = Key<String>("splash", "picture that is shown beside the menu")
  /// QEMU: `splash-time=MS`
  public let splashTime = Key<UInt64>("splash-time", "how long the picture is shown, in milliseconds")
  /// QEMU: `reboot-timeout=MS`
  public let rebootTimeout = Key<Int64>(
    "reboot-timeout", "how long a failed boot waits before the next try, in milliseconds; -1 for ever")
  /// QEMU: `strict=on|off`
  public let strict = Key<Bool>("strict", "boot from nothing but what has a boot index")

  /// The one instance, whose constants are the declarations.
  public static let schema = BootOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
