/// How headers are checked.
public enum HeaderDigest: String, PropertyWord {
  /// By a CRC.
  case crc32c
  /// Not.
  case none
  /// By a CRC rather than not.
  case crc32cNone = "crc32c-none"
  /// Not, rather than by a CRC.
  case noneCRC32C = "none-crc32c"
}

/// How QEMU speaks to iSCSI targets.
///
/// QEMU: `-iscsi [id=TARGET][,user=…][,password=…]…`
public struct ISCSIOption: OptionSchema {
  /// The option's name.
  public static let option = "iscsi"

  /// QEMU: `id=TARGET`
  public let id = Key<String>("id", "the target; all where it is not named")
  /// QEMU: `user=NAME`
  public let user = Key<String>("user", "the user")
  /// QEMU: `password=TEXT`
  public let password = Key<String>("password", "the password, for all to see; use password-secret")
  /// QEMU: `password-secret=ID`
  public let passwordSecret = Key<String>("password-secret", "the secret object that holds the password")
  /// QEMU: `header-digest=DIGEST`
  public let headerDigest = Key<HeaderDigest>("header-digest", "how headers are checked")
  /// QEMU: `initiator-name=NAME`
  public let initiatorName = Key<String>("initiator-name", "the name of the host")
  /// QEMU: `timeout=SECONDS`
  public let timeout = Key<UInt64>("timeout", "how long an answer may take")

  /// The one instance, whose constants are the declarations.
  public static let schema = ISCSIOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
