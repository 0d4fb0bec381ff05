/// An item of the guest's firmware configuration: exactly one of a file, a string and a generator gives its content.
///
/// QEMU: `-fw_cfg [name=]NAME,file=FILE|string=TEXT|gen_id=ID`
public struct FirmwareConfigurationOption: OptionSchema {
  /// The option's name.
  public static let option = "fw_cfg"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "name"

  /// QEMU: `name=NAME`
  public let name = Key<String>("name", "the path of the item, such as opt/org.example/x")
  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "a file with its content")
  /// QEMU: `string=TEXT`
  public let string = Key<String>("string", "its content")
  /// QEMU: `gen_id=ID`
  public let generator = Key<String>("gen_id", "the object that makes its content")

  /// The one instance, whose constants are the declarations.
  public static let schema = FirmwareConfigurationOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
