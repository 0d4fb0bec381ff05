public import QAPI

/// What QEMU does when something happens to the guest.
///
/// QEMU: `-action reboot=…,shutdown=…,panic=…,watchdog=…`
public struct ActionOption: OptionSchema {
  /// The option's name.
  public static let option = "action"

  /// QEMU: `reboot=reset|shutdown`
  public let reboot = Key<RebootAction>("reboot", "at a reset")
  /// QEMU: `shutdown=poweroff|pause`
  public let shutdown = Key<ShutdownAction>("shutdown", "at a shutdown")
  /// QEMU: `panic=pause|shutdown|exit-failure|none`
  public let panic = Key<PanicAction>("panic", "at a crash")
  /// QEMU: `watchdog=ACTION`
  public let watchdog = Key<WatchdogAction>("watchdog", "the action when a watchdog expires")

  /// The one instance, whose constants are the declarations.
  public static let schema = ActionOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
