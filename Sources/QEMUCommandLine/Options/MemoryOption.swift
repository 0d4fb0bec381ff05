/// The initial and the maximum memory of the guest.
///
/// QEMU: `-m [size=]SIZE[,slots=N,maxmem=SIZE]`
public struct MemoryOption: OptionSchema {
  /// The option's name.
  public static let option = "m"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "size"

  /// QEMU: `size=SIZE`
  public let size = Key<MemorySize>("size", "initial memory")
  /// QEMU: `slots=N`
  public let slots = Key<UInt64>("slots", "slots for hotpluggable memory")
  /// QEMU: `maxmem=SIZE`
  public let maximum = Key<ByteCount>("maxmem", "maximum memory, including hotpluggable memory")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = MemoryOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
