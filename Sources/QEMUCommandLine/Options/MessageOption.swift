/// The format of QEMU's messages.
///
/// QEMU: `-msg [timestamp=on|off][,guest-name=on|off]`
public struct MessageOption: OptionSchema {
  /// The option's name.
  public static let option = "msg"

  /// QEMU: `timestamp=on|off`
  public let timestamp = Key<Bool>("timestamp", "prefix each message with the time")
  /// QEMU: `guest-name=on|off`
  public let guestName = Key<Bool>("guest-name", "prefix each message with the guest's name")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = MessageOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
