/// The names of the virtual machine and of QEMU's process.
///
/// QEMU: `-name [guest=]NAME[,process=NAME][,debug-threads=on|off]`
public struct NameOption: OptionSchema {
  /// The option's name.
  public static let option = "name"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "guest"

  /// QEMU: `guest=NAME`
  public let guest = Key<String>("guest", "the guest's name")
  /// QEMU: `process=NAME`
  public let process = Key<String>("process", "the name of QEMU's process")
  /// QEMU: `debug-threads=on|off`
  public let debugThreads = Key<Bool>("debug-threads", "name QEMU's threads by their function")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = NameOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
