/// The boot order of the guest, and the settings of its firmware.
///
/// QEMU: `-boot [order=]DRIVES[,once=DRIVES][,menu=on|off]…`
public struct BootOption: OptionSchema {
  /// The option's name.
  public static let option = "boot"
  /// QEMU's newer option syntax.
  public static let language = ValueLanguage.keyval
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "order"

  /// QEMU: `order=DRIVES`
  public let order = Key<BootOrder>("order", "drives in the order in which they are tried")
  /// QEMU: `once=DRIVES`
  public let once = Key<BootOrder>("once", "the order of the first boot only")
  /// QEMU: `menu=on|off`
  public let menu = Key<Bool>("menu", "show a boot menu")
  /// QEMU: `splash=FILE`
  public let splash = Key<String>("splash", "picture that is shown with the menu")
  /// QEMU: `splash-time=MS`
  public let splashTime = Key<UInt64>("splash-time", "time for which the picture is shown, in milliseconds")
  /// QEMU: `reboot-timeout=MS`
  public let rebootTimeout = Key<Int64>(
    "reboot-timeout", "time before a failed boot is retried, in milliseconds; -1 for never")
  /// QEMU: `strict=on|off`
  public let strict = Key<Bool>("strict", "boot only from devices with a boot index")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = BootOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
