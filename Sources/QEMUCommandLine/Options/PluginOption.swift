/// A TCG plugin; undeclared properties are its own arguments.
///
/// QEMU: `-plugin [file=]FILE[,NAME=VALUE…]`
public struct PluginOption: OptionSchema {
  /// The option's name.
  public static let option = "plugin"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "file"
  /// Always true: the plugin has its own arguments.
  public static let isOpen = true

  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "the plugin")
  /// QEMU: `arg=TEXT`
  public let arguments = ListKey<String>("arg", "an argument of the plugin, in the syntax before 6.1")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = PluginOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
