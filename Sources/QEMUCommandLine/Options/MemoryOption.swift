/// How much memory the guest has, and how much may be plugged in later.
///
/// QEMU: `-m [size=]SIZE[,slots=N,maxmem=SIZE]`
public struct MemoryOption: OptionSchema {
  /// The option's name.
  public static let option = "m"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "size"

  /// QEMU: `size=SIZE`
  public let size = Key<MemorySize>("size", "memory at the start")
  /// QEMU: `slots=N`
  public let slots = Key<UInt64>("slots", "slots for memory that is plugged in later")
  /// QEMU: `maxmem=SIZE`
  public let maximum = Key<ByteCount>("maxmem", "most memory, plugged memory included")

  /// The one instance, whose constants are the declarations.
  public static let schema = MemoryOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
