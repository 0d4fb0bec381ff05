/// Gives an open descriptor to a set, from which a path `/dev/fdset/SET` opens it.
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
  public let opaque = Key<String>("opaque", "words that describe it")

  /// The one instance, whose constants are the declarations.
  public static let schema = AddFDOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
