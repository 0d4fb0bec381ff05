/// The clock that drives the real time clock.
public enum RTCClock: String, PropertyWord {
  /// The host's clock, with its adjustments.
  case host
  /// The host's monotonic clock.
  case rt
  /// The guest's virtual clock, which stops while the guest is stopped.
  case vm
}

/// The handling of missed timer ticks.
public enum RTCDriftFix: String, PropertyWord {
  /// Ignore them.
  case none
  /// Reinject them.
  case slew
}

/// The real time clock of the guest.
///
/// QEMU: `-rtc [base=utc|localtime|DATE][,clock=host|rt|vm][,driftfix=none|slew]`
public struct RTCOption: OptionSchema {
  /// The option's name.
  public static let option = "rtc"

  /// QEMU: `base=utc|localtime|DATE`
  public let base = Key<RTCBase>("base", "the initial time")
  /// QEMU: `clock=host|rt|vm`
  public let clock = Key<RTCClock>("clock", "the clock that drives it")
  /// QEMU: `driftfix=none|slew`
  public let driftFix = Key<RTCDriftFix>("driftfix", "the handling of missed timer ticks")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = RTCOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
