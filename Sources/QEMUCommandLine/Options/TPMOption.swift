public import QAPI

/// What a TPM device of the guest stands on.
///
/// QEMU: `-tpmdev [type=]passthrough|emulator,id=ID[,…]`
public struct TPMOption: OptionSchema {
  /// The option's name.
  public static let option = "tpmdev"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "type"

  /// QEMU: `type=passthrough|emulator`
  public let type = Key<TPMType>("type", "what it is")
  /// QEMU: `id=ID`
  public let id = Key<String>("id", "its name")
  /// QEMU: `path=PATH`
  public let path = Key<String>("path", "the host's device")
  /// QEMU: `cancel-path=PATH`
  public let cancelPath = Key<String>("cancel-path", "the file that cancels a command of the host's device")
  /// QEMU: `chardev=ID`
  public let chardev = Key<String>("chardev", "the character device that is connected to the TPM emulator")

  /// The one instance, whose constants are the declarations.
  public static let schema = TPMOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
