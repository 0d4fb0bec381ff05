/// Adds an ACPI table.
///
/// QEMU: `-acpitable data=FILE[:FILE…][,sig=…]`
public struct ACPITableOption: OptionSchema {
  /// The option's name.
  public static let option = "acpitable"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "data"

  /// QEMU: `sig=TEXT`
  public let signature = Key<String>("sig", "four letters that tell its kind")
  /// QEMU: `rev=N`
  public let revision = Key<UInt8>("rev", "its revision")
  /// QEMU: `oem_id=TEXT`
  public let oemID = Key<String>("oem_id", "the maker's name")
  /// QEMU: `oem_table_id=TEXT`
  public let oemTableID = Key<String>("oem_table_id", "the maker's name of the table")
  /// QEMU: `oem_rev=N`
  public let oemRevision = Key<UInt32>("oem_rev", "the maker's revision")
  /// QEMU: `asl_compiler_id=TEXT`
  public let compilerID = Key<String>("asl_compiler_id", "the compiler's name")
  /// QEMU: `asl_compiler_rev=N`
  public let compilerRevision = Key<UInt32>("asl_compiler_rev", "the compiler's revision")
  /// QEMU: `file=FILE[:FILE…]`
  public let file = Key<String>("file", "files of the whole table, header included")
  /// QEMU: `data=FILE[:FILE…]`
  public let data = Key<String>("data", "files of the table's body")

  /// The one instance, whose constants are the declarations.
  public static let schema = ACPITableOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
