/// An option ROM, which extends the firmware.
///
/// QEMU: `-option-rom [romfile=]FILE[,bootindex=N]`
public struct OptionROMOption: OptionSchema {
  /// The option's name.
  public static let option = "option-rom"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "romfile"

  /// QEMU: `romfile=FILE`
  public let file = Key<String>("romfile", "the file")
  /// QEMU: `bootindex=N`
  public let bootIndex = Key<Int64>("bootindex", "the position in the boot order")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = OptionROMOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
