/// The number of virtual CPUs, and their topology.
///
/// QEMU: `-smp [[cpus=]N][,maxcpus=N][,sockets=N]…`
public struct SMPTopology: OptionSchema {
  /// The option's name.
  public static let option = "smp"
  /// QEMU's newer option syntax.
  public static let language = ValueLanguage.keyval
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "cpus"

  /// QEMU: `cpus=N`
  public let cpus = Key<UInt64>("cpus", "initial virtual CPUs")
  /// QEMU: `maxcpus=N`
  public let maxCPUs = Key<UInt64>("maxcpus", "maximum virtual CPUs, including hotpluggable CPUs")
  /// QEMU: `drawers=N`
  public let drawers = Key<UInt64>(
    "drawers", "drawers of the machine", architectures: ["s390x"], since: "8.2")
  /// QEMU: `books=N`
  public let books = Key<UInt64>("books", "books of a drawer", architectures: ["s390x"], since: "8.2")
  /// QEMU: `sockets=N`
  public let sockets = Key<UInt64>("sockets", "sockets of the machine or of a book")
  /// QEMU: `dies=N`
  public let dies = Key<UInt64>("dies", "dies of a socket")
  /// QEMU: `clusters=N`
  public let clusters = Key<UInt64>("clusters", "clusters of a die")
  /// QEMU: `modules=N`
  public let modules = Key<UInt64>("modules", "modules of a cluster", since: "9.1")
  /// QEMU: `cores=N`
  public let cores = Key<UInt64>("cores", "cores of a module")
  /// QEMU: `threads=N`
  public let threads = Key<UInt64>("threads", "threads of a core")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = SMPTopology()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
