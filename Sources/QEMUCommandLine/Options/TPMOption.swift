public import QAPI

/// The backend of a TPM device of the guest.
///
/// QEMU: `-tpmdev [type=]passthrough|emulator,id=ID[,…]`
public struct TPMOption: OptionSchema {
  /// The option's name.
  public static let option = "tpmdev"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "type"

  /// QEMU: `type=passthrough|emulator`
  public let type = Key<TPMType>("type", "the type of backend")
  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id")
  /// QEMU: `path=PATH`
  public let path = Key<String>("path", "the host's TPM device")
  /// QEMU: `cancel-path=PATH`
  public let cancelPath = Key<String>("cancel-path", "the file that cancels a command of the host's device")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the character device that is connected to the TPM emulator")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = TPMOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
