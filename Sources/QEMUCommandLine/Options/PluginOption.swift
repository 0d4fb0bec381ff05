/// Loads a plugin that follows the translated code; what is not declared are its own arguments.
///
/// QEMU: `-plugin [file=]FILE[,NAME=VALUE…]`
public struct PluginOption: OptionSchema {
  /// The option's name.
  public static let option = "plugin"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "file"
  /// The plugin decides which arguments there are.
  public static let isOpen = true

  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "the plugin")
  /// QEMU: `arg=TEXT`
  public let arguments = ListKey<String>("arg", "an argument of the plugin, as it was written before 6.1")

  /// The one instance, whose constants are the declarations.
  public static let schema = PluginOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
