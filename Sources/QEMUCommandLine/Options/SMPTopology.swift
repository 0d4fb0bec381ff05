/// How many virtual CPUs there are, and how they are grouped.
///
/// QEMU: `-smp [[cpus=]N][,maxcpus=N][,sockets=N]…`
public struct SMPTopology: OptionSchema {
  /// The option's name.
  public static let option = "smp"
  /// The language of the newer options.
  public static let language = ValueLanguage.keyval
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "cpus"

  /// QEMU: `cpus=N`
  public let cpus = Key<UInt64>("cpus", "virtual CPUs at the start")
  /// QEMU: `maxcpus=N`
  public let maxCPUs = Key<UInt64>("maxcpus", "most virtual CPUs, those plugged later included")
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

  /// The one instance, whose constants are the declarations.
  public static let schema = SMPTopology()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
