/// An item of the guest's firmware configuration, with its content from exactly one of a file, a string and a
/// generator.
///
/// QEMU: `-fw_cfg [name=]NAME,file=FILE|string=TEXT|gen_id=ID`
public struct FirmwareConfigurationOption: OptionSchema {
  /// The option's name.
  public static let option = "fw_cfg"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "name"

  /// QEMU: `name=NAME`
  public let name = Key<String>("name", "the path of the item, such as opt/org.example/x")
  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "a file with the content")
  /// QEMU: `string=TEXT`
  public let string = Key<String>("string", "the content")
  /// QEMU: `gen_id=ID`
  public let generator = Key<String>("gen_id", "the object that generates the content")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = FirmwareConfigurationOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
