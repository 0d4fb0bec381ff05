/// Whether the run is written down, or one is repeated.
public enum RecordReplay: String, PropertyWord {
  /// It is written down.
  case record
  /// One is repeated.
  case replay
}

/// Makes time go by the instructions that the guest executes.
///
/// QEMU: `-icount [shift=]N|auto[,align=on|off][,sleep=on|off][,rr=record|replay,rrfile=FILE[,rrsnapshot=TAG]]`
public struct InstructionCountOption: OptionSchema {
  /// The option's name.
  public static let option = "icount"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "shift"

  /// QEMU: `shift=N|auto`
  public let shift = Key<InstructionShift>("shift", "an instruction takes 2^N nanoseconds")
  /// QEMU: `align=on|off`
  public let align = Key<Bool>("align", "slow the guest down to real time")
  /// QEMU: `sleep=on|off`
  public let sleep = Key<Bool>("sleep", "let time pass while the guest sleeps")
  /// QEMU: `rr=record|replay`
  public let recordReplay = Key<RecordReplay>("rr", "write the run down, or repeat one")
  /// QEMU: `rrfile=FILE`
  public let file = Key<String>("rrfile", "the file of the run")
  /// QEMU: `rrsnapshot=TAG`
  public let snapshot = Key<String>("rrsnapshot", "the snapshot that the run begins with")

  /// The one instance, whose constants are the declarations.
  public static let schema = InstructionCountOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
