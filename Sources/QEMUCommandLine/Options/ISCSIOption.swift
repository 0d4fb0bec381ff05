/// The check of an iSCSI header. QEMU reads the word in either case, and only when it connects to a target.
public struct HeaderDigest: OpenWord {
  /// The word, in lower case.
  public let rawValue: String
  /// Takes any word.
  public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

  /// By a CRC.
  public static let crc32c: Self = "crc32c"
  /// None.
  public static let none: Self = "none"
  /// By a CRC rather than not.
  public static let crc32cNone: Self = "crc32c-none"
  /// Rather not than by a CRC.
  public static let noneCRC32C: Self = "none-crc32c"

  /// The words that have names here.
  public static let known: [Self] = [.crc32c, .none, .crc32cNone, .noneCRC32C]
}

/// The parameters of sessions with iSCSI targets.
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
  public let password = Key<String>(
    "password", "the password, for all to see; use password-secret", isSecret: true)
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
