/// The file system driver of a shared directory.
public enum DirectoryDriver: String, PropertyWord {
  /// QEMU accesses the directory.
  case local
  /// A helper accesses the directory; removed in 9.0.
  case proxy
  /// Synthetic files for tests.
  case synth
}

/// The storage of the guest's file ownership and permissions.
public enum SecurityModel: String, PropertyWord {
  /// In the ownership and permissions of the host's files.
  case passthrough
  /// In extended attributes of the files.
  case mappedXattr = "mapped-xattr"
  /// In extended attributes of the files.
  case mapped
  /// In separate files.
  case mappedFile = "mapped-file"
  /// As with passthrough, but failures to change ownership are ignored.
  case none
}

/// The handling of a directory that spans file systems.
public enum MultipleDevices: String, PropertyWord {
  /// Remap inode numbers.
  case remap
  /// Deny access to all but one file system.
  case forbid
  /// Print a warning.
  case warn
}

/// A directory of the host that a device can share with the guest.
///
/// QEMU: `-fsdev [fsdriver=]local,id=ID,path=PATH,security_model=MODEL…`
public struct FileSystemDeviceOption: OptionSchema {
  /// The option's name.
  public static let option = "fsdev"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "fsdriver"

  /// QEMU: `fsdriver=DRIVER`
  public let driver = Key<DirectoryDriver>("fsdriver", "the file system driver")
  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id, to which the device refers")
  /// QEMU: `path=PATH`
  public let path = Key<String>("path", "the directory")
  /// QEMU: `security_model=MODEL`
  public let securityModel = Key<SecurityModel>(
    "security_model", "the storage of the guest's file ownership and permissions")
  /// QEMU: `writeout=immediate`
  public let writeOut = Key<String>("writeout", "write through immediately")
  /// QEMU: `readonly=on|off`
  public let readOnly = Key<Bool>("readonly", "the guest may not write")
  /// QEMU: `multidevs=remap|forbid|warn`
  public let multipleDevices = Key<MultipleDevices>(
    "multidevs", "the handling of a directory that spans file systems")
  /// QEMU: `socket=PATH`
  public let socket = Key<String>("socket", "the helper's socket")
  /// QEMU: `sock_fd=N`
  public let socketDescriptor = Key<Int64>("sock_fd", "the helper's socket as a descriptor")
  /// QEMU: `fmode=MODE`
  public let fileMode = Key<UInt32>("fmode", "the mode of new files, in octal with a leading zero")
  /// QEMU: `dmode=MODE`
  public let directoryMode = Key<UInt32>(
    "dmode", "the mode of new directories, in octal with a leading zero")
  /// QEMU: `max_xattr=BYTES`
  public let maximumXattr = Key<UInt64>(
    "max_xattr", "maximum size of an extended attribute, in bytes", since: "10.0")
  /// QEMU: `throttling.bps-total=N`
  public let throttleBytesTotal = Key<UInt64>("throttling.bps-total", "maximum bytes per second")
  /// QEMU: `throttling.bps-total-max=N`
  public let throttleBytesTotalBurst = Key<UInt64>(
    "throttling.bps-total-max", "maximum bytes per second during a burst")
  /// QEMU: `throttling.bps-total-max-length=N`
  public let throttleBytesTotalBurstLength = Key<UInt64>(
    "throttling.bps-total-max-length", "maximum duration of a burst of bytes, in seconds")
  /// QEMU: `throttling.bps-read=N`
  public let throttleBytesRead = Key<UInt64>("throttling.bps-read", "maximum bytes read per second")
  /// QEMU: `throttling.bps-read-max=N`
  public let throttleBytesReadBurst = Key<UInt64>(
    "throttling.bps-read-max", "maximum bytes read per second during a burst")
  /// QEMU: `throttling.bps-read-max-length=N`
  public let throttleBytesReadBurstLength = Key<UInt64>(
    "throttling.bps-read-max-length", "maximum duration of a read burst of bytes, in seconds")
  /// QEMU: `throttling.bps-write=N`
  public let throttleBytesWrite = Key<UInt64>("throttling.bps-write", "maximum bytes written per second")
  /// QEMU: `throttling.bps-write-max=N`
  public let throttleBytesWriteBurst = Key<UInt64>(
    "throttling.bps-write-max", "maximum bytes written per second during a burst")
  /// QEMU: `throttling.bps-write-max-length=N`
  public let throttleBytesWriteBurstLength = Key<UInt64>(
    "throttling.bps-write-max-length", "maximum duration of a write burst of bytes, in seconds")
  /// QEMU: `throttling.iops-total=N`
  public let throttleRequestsTotal = Key<UInt64>("throttling.iops-total", "maximum requests per second")
  /// QEMU: `throttling.iops-total-max=N`
  public let throttleRequestsTotalBurst = Key<UInt64>(
    "throttling.iops-total-max", "maximum requests per second during a burst")
  /// QEMU: `throttling.iops-total-max-length=N`
  public let throttleRequestsTotalBurstLength = Key<UInt64>(
    "throttling.iops-total-max-length", "maximum duration of a burst of requests, in seconds")
  /// QEMU: `throttling.iops-read=N`
  public let throttleRequestsRead = Key<UInt64>("throttling.iops-read", "maximum read requests per second")
  /// QEMU: `throttling.iops-read-max=N`
  public let throttleRequestsReadBurst = Key<UInt64>(
    "throttling.iops-read-max", "maximum read requests per second during a burst")
  /// QEMU: `throttling.iops-read-max-length=N`
  public let throttleRequestsReadBurstLength = Key<UInt64>(
    "throttling.iops-read-max-length", "maximum duration of a read burst of requests, in seconds")
  /// QEMU: `throttling.iops-write=N`
  public let throttleRequestsWrite = Key<UInt64>("throttling.iops-write", "maximum write requests per second")
  /// QEMU: `throttling.iops-write-max=N`
  public let throttleRequestsWriteBurst = Key<UInt64>(
    "throttling.iops-write-max", "maximum write requests per second during a burst")
  /// QEMU: `throttling.iops-write-max-length=N`
  public let throttleRequestsWriteBurstLength = Key<UInt64>(
    "throttling.iops-write-max-length", "maximum duration of a write burst of requests, in seconds"
  )
  /// QEMU: `throttling.iops-size=BYTES`
  public let throttleRequestSize = Key<UInt64>(
    "throttling.iops-size", "the request size in bytes: a larger request counts as several")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = FileSystemDeviceOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}

/// A directory of the host that is shared with the guest, with its device.
///
/// QEMU: `-virtfs [fsdriver=]local,path=PATH,mount_tag=TAG,security_model=MODEL…`
public struct VirtFSOption: OptionSchema {
  /// The option's name.
  public static let option = "virtfs"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "fsdriver"

  /// QEMU: `fsdriver=DRIVER`
  public let driver = Key<DirectoryDriver>("fsdriver", "the file system driver")
  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id")
  /// QEMU: `mount_tag=TAG`
  public let mountTag = Key<String>("mount_tag", "the name by which the guest mounts it")
  /// QEMU: `path=PATH`
  public let path = Key<String>("path", "the directory")
  /// QEMU: `security_model=MODEL`
  public let securityModel = Key<SecurityModel>(
    "security_model", "the storage of the guest's file ownership and permissions")
  /// QEMU: `writeout=immediate`
  public let writeOut = Key<String>("writeout", "write through immediately")
  /// QEMU: `readonly=on|off`
  public let readOnly = Key<Bool>("readonly", "the guest may not write")
  /// QEMU: `multidevs=remap|forbid|warn`
  public let multipleDevices = Key<MultipleDevices>(
    "multidevs", "the handling of a directory that spans file systems")
  /// QEMU: `socket=PATH`
  public let socket = Key<String>("socket", "the helper's socket")
  /// QEMU: `sock_fd=N`
  public let socketDescriptor = Key<Int64>("sock_fd", "the helper's socket as a descriptor")
  /// QEMU: `fmode=MODE`
  public let fileMode = Key<UInt32>("fmode", "the mode of new files, in octal with a leading zero")
  /// QEMU: `dmode=MODE`
  public let directoryMode = Key<UInt32>(
    "dmode", "the mode of new directories, in octal with a leading zero")
  /// QEMU: `max_xattr=BYTES`
  public let maximumXattr = Key<UInt64>(
    "max_xattr", "maximum size of an extended attribute, in bytes", since: "10.0")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = VirtFSOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
