/// How many virtual CPUs there are, and how they are grouped.
///
/// QEMU: `-smp [[cpus=]N][,maxcpus=N][,sockets=N]…`
public struct SMPTopology: PropertySchema {
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

/// How much memory the guest has, and how much may be plugged in later.
///
/// QEMU: `-m [size=]SIZE[,slots=N,maxmem=SIZE]`
public struct MemoryOption: PropertySchema {
  /// QEMU: `size=SIZE`
  public let size = Key<MemorySize>("size", "memory at the start")
  /// QEMU: `slots=N`
  public let slots = Key<UInt64>("slots", "slots for memory that is plugged in later")
  /// QEMU: `maxmem=SIZE`
  public let maximum = Key<ByteCount>("maxmem", "most memory, plugged memory included")

  /// The one instance, whose constants are the declarations.
  public static let schema = MemoryOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}

/// The names that the virtual machine goes by.
///
/// QEMU: `-name [guest=]NAME[,process=NAME][,debug-threads=on|off]`
public struct NameOption: PropertySchema {
  /// QEMU: `guest=NAME`
  public let guest = Key<String>("guest", "the guest's name")
  /// QEMU: `process=NAME`
  public let process = Key<String>("process", "the name of QEMU's process")
  /// QEMU: `debug-threads=on|off`
  public let debugThreads = Key<Bool>("debug-threads", "name QEMU's threads after their work")

  /// The one instance, whose constants are the declarations.
  public static let schema = NameOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
