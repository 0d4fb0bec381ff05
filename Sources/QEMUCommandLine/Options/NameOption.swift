/// The names that the virtual machine goes by.
///
/// QEMU: `-name [guest=]NAME[,process=NAME][,debug-threads=on|off]`
public struct NameOption: OptionSchema {
  /// The option's name.
  public static let option = "name"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "guest"

  /// QEMU: `guest=NAME`
  public let guest = Key<String>("guest", "the guest's name")
  /// QEMU: `process=NAME`
  public let process = Key<String>("process", "the name of QEMU's process")
  /// QEMU: `debug-threads=on|off`
  public let debugThreads = Key<Bool>("debug-threads", "name QEMU's threads after their work")

  /// The one instance, whose constants are the declarations.
  public static let schema = NameOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
