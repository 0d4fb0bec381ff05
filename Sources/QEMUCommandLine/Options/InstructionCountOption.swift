/// The mode of deterministic record and replay.
public enum RecordReplay: String, PropertyWord {
  /// Record the run.
  case record
  /// Replay a recorded run.
  case replay
}

/// A virtual clock that counts the instructions of the guest.
///
/// QEMU: `-icount [shift=]N|auto[,align=on|off][,sleep=on|off][,rr=record|replay,rrfile=FILE[,rrsnapshot=TAG]]`
public struct InstructionCountOption: OptionSchema {
  /// The option's name.
  public static let option = "icount"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "shift"

  /// QEMU: `shift=N|auto`
  public let shift = Key<InstructionShift>("shift", "the time of an instruction: 2^N nanoseconds")
  /// QEMU: `align=on|off`
  public let align = Key<Bool>("align", "slow the guest down to real time")
  /// QEMU: `sleep=on|off`
  public let sleep = Key<Bool>("sleep", "let time pass while the guest is idle")
  /// QEMU: `rr=record|replay`
  public let recordReplay = Key<RecordReplay>("rr", "record or replay a run")
  /// QEMU: `rrfile=FILE`
  public let file = Key<String>("rrfile", "the file of the run")
  /// QEMU: `rrsnapshot=TAG`
  public let snapshot = Key<String>("rrsnapshot", "the snapshot that the run starts from")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = InstructionCountOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
