/// Which clock drives the real time clock.
public enum RTCClock: String, PropertyWord {
  /// The host's, adjustments included.
  case host
  /// The host's, without adjustments.
  case rt
  /// The guest's own, which stands while the guest stands.
  case vm
}

/// How ticks that were missed are made up for.
public enum RTCDriftFix: String, PropertyWord {
  /// Not at all.
  case none
  /// They are repeated.
  case slew
}

/// The real time clock of the guest.
///
/// QEMU: `-rtc [base=utc|localtime|DATE][,clock=host|rt|vm][,driftfix=none|slew]`
public struct RTCOption: OptionSchema {
  /// The option's name.
  public static let option = "rtc"

  /// QEMU: `base=utc|localtime|DATE`
  public let base = Key<RTCBase>("base", "what it shows at the start")
  /// QEMU: `clock=host|rt|vm`
  public let clock = Key<RTCClock>("clock", "which clock drives it")
  /// QEMU: `driftfix=none|slew`
  public let driftFix = Key<RTCDriftFix>("driftfix", "how missed ticks are made up for")

  /// The one instance, whose constants are the declarations.
  public static let schema = RTCOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
