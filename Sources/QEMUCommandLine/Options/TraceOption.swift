/// The enabled trace events.
///
/// QEMU: `-trace [[enable=]PATTERN][,events=FILE][,file=FILE]`
public struct TraceOption: OptionSchema {
  /// The option's name.
  public static let option = "trace"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "enable"

  /// QEMU: `enable=PATTERN`
  public let enable = Key<String>("enable", "the events")
  /// QEMU: `events=FILE`
  public let events = Key<String>("events", "a file with a list of events")
  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "the file that the events are written to")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = TraceOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
