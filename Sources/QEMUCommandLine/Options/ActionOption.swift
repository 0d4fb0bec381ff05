public import QAPI

/// QEMU's actions for events of the guest.
///
/// QEMU: `-action reboot=…,shutdown=…,panic=…,watchdog=…`
public struct ActionOption: OptionSchema {
  /// The option's name.
  public static let option = "action"

  /// QEMU: `reboot=reset|shutdown`
  public let reboot = Key<RebootAction>("reboot", "the action when the guest resets")
  /// QEMU: `shutdown=poweroff|pause`
  public let shutdown = Key<ShutdownAction>("shutdown", "the action when the guest shuts down")
  /// QEMU: `panic=pause|shutdown|exit-failure|none`
  public let panic = Key<PanicAction>("panic", "the action when the guest panics")
  /// QEMU: `watchdog=ACTION`
  public let watchdog = Key<WatchdogAction>("watchdog", "the action when a watchdog expires")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = ActionOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
