public import QAPI

/// A monitor on a character device.
///
/// QEMU: `-mon [chardev=]ID[,mode=readline|control][,pretty=on|off]`
public struct MonitorOption: OptionSchema {
  /// The option's name.
  public static let option = "mon"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "chardev"

  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id of the monitor")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the character device")
  /// QEMU: `mode=readline|control`
  public let mode = Key<MonitorMode>("mode", "HMP or QMP")
  /// QEMU: `pretty=on|off`
  public let pretty = Key<Bool>("pretty", "indent QMP")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = MonitorOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
