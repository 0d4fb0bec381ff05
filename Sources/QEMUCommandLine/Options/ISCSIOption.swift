/// The digest of iSCSI headers. QEMU reads the word case-insensitively, and only when it connects to a target.
public struct HeaderDigest: OpenWord {
  /// The word, in lower case.
  public let rawValue: String
  /// Creates a value from any word.
  public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

  /// CRC32C.
  public static let crc32c: Self = "crc32c"
  /// No digest.
  public static let none: Self = "none"
  /// CRC32C is preferred to no digest.
  public static let crc32cNone: Self = "crc32c-none"
  /// No digest is preferred to CRC32C.
  public static let noneCRC32C: Self = "none-crc32c"

  /// The known words.
  public static let known: [Self] = [.crc32c, .none, .crc32cNone, .noneCRC32C]
}

/// The parameters of sessions with iSCSI targets.
///
/// QEMU: `-iscsi [id=TARGET][,user=…][,password=…]…`
public struct ISCSIOption: OptionSchema {
  /// The option's name.
  public static let option = "iscsi"

  /// QEMU: `id=TARGET`
  public let id = Key<String>("id", "the target; all targets if it is not set")
  /// QEMU: `user=NAME`
  public let user = Key<String>("user", "the user")
  /// QEMU: `password=TEXT`
  public let password = Key<String>(
    "password", "the password, visible to all users; use password-secret", isSecret: true)
  /// QEMU: `password-secret=ID`
  public let passwordSecret = Key<String>("password-secret", "the secret object that holds the password")
  /// QEMU: `header-digest=DIGEST`
  public let headerDigest = Key<HeaderDigest>("header-digest", "the digest of headers")
  /// QEMU: `initiator-name=NAME`
  public let initiatorName = Key<String>("initiator-name", "the name of the initiator")
  /// QEMU: `timeout=SECONDS`
  public let timeout = Key<UInt64>("timeout", "the timeout for a reply, in seconds")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = ISCSIOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
