/// An open descriptor that is added to a set, from which the path `/dev/fdset/SET` opens it.
///
/// QEMU: `-add-fd fd=N,set=N[,opaque=TEXT]`
public struct AddFDOption: OptionSchema {
  /// The option's name.
  public static let option = "add-fd"

  /// QEMU: `fd=N`
  public let fd = Key<UInt32>("fd", "the descriptor")
  /// QEMU: `set=N`
  public let set = Key<UInt32>("set", "the set")
  /// QEMU: `opaque=TEXT`
  public let opaque = Key<String>("opaque", "a description")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = AddFDOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
