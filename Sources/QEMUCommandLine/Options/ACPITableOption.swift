/// An ACPI table that is added to the guest's.
///
/// QEMU: `-acpitable data=FILE[:FILE…][,sig=…]`
public struct ACPITableOption: OptionSchema {
  /// The option's name.
  public static let option = "acpitable"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "data"

  /// QEMU: `sig=TEXT`
  public let signature = Key<String>("sig", "the signature: four letters for the kind of table")
  /// QEMU: `rev=N`
  public let revision = Key<UInt8>("rev", "the revision")
  /// QEMU: `oem_id=TEXT`
  public let oemID = Key<String>("oem_id", "the OEM's name")
  /// QEMU: `oem_table_id=TEXT`
  public let oemTableID = Key<String>("oem_table_id", "the OEM's name of the table")
  /// QEMU: `oem_rev=N`
  public let oemRevision = Key<UInt32>("oem_rev", "the OEM's revision")
  /// QEMU: `asl_compiler_id=TEXT`
  public let compilerID = Key<String>("asl_compiler_id", "the compiler's name")
  /// QEMU: `asl_compiler_rev=N`
  public let compilerRevision = Key<UInt32>("asl_compiler_rev", "the compiler's revision")
  /// QEMU: `file=FILE[:FILE…]`
  public let file = Key<String>("file", "files with the whole table, including its header")
  /// QEMU: `data=FILE[:FILE…]`
  public let data = Key<String>("data", "files with the table's body")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = ACPITableOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
