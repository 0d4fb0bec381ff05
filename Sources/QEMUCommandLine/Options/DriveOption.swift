public import QAPI

/// The interface of a drive to the guest.
public enum DriveInterface: String, PropertyWord {
  /// IDE.
  case ide
  /// SCSI.
  case scsi
  /// A floppy drive.
  case floppy
  /// Flash memory for the firmware.
  case pflash
  /// Flash memory.
  case mtd
  /// An SD card.
  case sd
  /// Virtio.
  case virtio
  /// Xen.
  case xen
  /// No device; a `-device` refers to the drive.
  case none
}

/// The kind of medium in a drive.
public enum DriveMedium: String, PropertyWord {
  /// A disk.
  case disk
  /// A CD.
  case cdrom
}

/// The cache mode of a drive.
public enum DriveCache: String, PropertyWord {
  /// Bypass the host's page cache.
  case none
  /// Use the host's page cache, and write back later.
  case writeback
  /// Use the host's page cache, and ignore flushes.
  case unsafe
  /// Bypass the host's page cache, and write through.
  case directsync
  /// Use the host's page cache, and write through.
  case writethrough
}

/// The interface for asynchronous I/O on the host.
public enum DriveAIO: String, PropertyWord {
  /// A thread pool.
  case threads
  /// Linux native AIO.
  case native
  /// io_uring.
  case ioUring = "io_uring"
}

/// The handling of discard requests.
public enum DriveDiscard: String, PropertyWord {
  /// Ignore discard requests.
  case ignore
  /// Ignore discard requests.
  case off
  /// Pass discard requests to the host.
  case unmap
  /// Pass discard requests to the host.
  case on
}

/// The handling of written zeroes.
public enum DetectZeroes: String, PropertyWord {
  /// Write zeroes.
  case off
  /// Write zeroes without allocating space if possible.
  case on
  /// Discard the blocks.
  case unmap
}

/// The action on a write error.
public enum WriteErrorAction: String, PropertyWord {
  /// Report the error to the guest.
  case report
  /// Ignore the error.
  case ignore
  /// Stop the guest if there is no space, else report the error to the guest.
  case enospc
  /// Stop the guest.
  case stop
  /// The default of the device.
  case auto
}

/// The action on a read error.
public enum ReadErrorAction: String, PropertyWord {
  /// Report the error to the guest.
  case report
  /// Ignore the error.
  case ignore
  /// The same as for a write error.
  case enospc
  /// Stop the guest.
  case stop
  /// The default of the device.
  case auto
}

/// A drive with its image; undeclared properties are passed to the drivers of its format and protocol.
///
/// QEMU: `-drive [file=FILE][,if=INTERFACE][,…]`
public struct DriveOption: OptionSchema {
  /// The option's name.
  public static let option = "drive"
  /// Always true: the drivers of the format and the protocol have more properties.
  public static let isOpen = true

  /// QEMU: `id=ID`
  public let id = Key<String>("id", "the id")
  /// QEMU: `file=FILE`
  public let file = Key<String>("file", "the file, or a URL")
  /// QEMU: `if=INTERFACE`
  public let interface = Key<DriveInterface>("if", "the interface to the guest")
  /// QEMU: `bus=N`
  public let bus = Key<UInt64>("bus", "the bus of the interface")
  /// QEMU: `unit=N`
  public let unit = Key<UInt64>("unit", "the unit on the bus")
  /// QEMU: `index=N`
  public let index = Key<UInt64>("index", "the index on the interface")
  /// QEMU: `media=disk|cdrom`
  public let medium = Key<DriveMedium>("media", "the kind of medium")
  /// QEMU: `format=FORMAT`
  public let format = Key<String>("format", "the format of the file")
  /// QEMU: `driver=DRIVER`
  public let driver = Key<String>("driver", "the driver of the format")
  /// QEMU: `node-name=NAME`
  public let nodeName = Key<String>("node-name", "the name of the block node")
  /// QEMU: `snapshot=on|off`
  public let snapshot = Key<Bool>("snapshot", "write to a temporary file")
  /// QEMU: `cache=MODE`
  public let cache = Key<DriveCache>("cache", "the cache mode")
  /// QEMU: `cache.writeback=on|off`
  public let cacheWriteback = Key<Bool>("cache.writeback", "use a write-back cache")
  /// QEMU: `cache.direct=on|off`
  public let cacheDirect = Key<Bool>("cache.direct", "bypass the host's page cache")
  /// QEMU: `cache.no-flush=on|off`
  public let cacheNoFlush = Key<Bool>("cache.no-flush", "ignore flushes")
  /// QEMU: `aio=threads|native|io_uring`
  public let aio = Key<DriveAIO>("aio", "the interface for asynchronous I/O")
  /// QEMU: `discard=ignore|unmap`
  public let discard = Key<DriveDiscard>("discard", "the handling of discard requests")
  /// QEMU: `detect-zeroes=off|on|unmap`
  public let detectZeroes = Key<DetectZeroes>("detect-zeroes", "the handling of written zeroes")
  /// QEMU: `read-only=on|off`
  public let readOnly = Key<Bool>("read-only", "the guest may not write")
  /// QEMU: `readonly=on|off`
  public let readOnlyAlias = Key<Bool>("readonly", "the guest may not write")
  /// QEMU: `auto-read-only=on|off`
  public let autoReadOnly = Key<Bool>("auto-read-only", "open it read-only if it cannot be written")
  /// QEMU: `active=on|off`
  public let active = Key<Bool>("active", "whether it is active during an incoming migration", since: "10.0")
  /// QEMU: `force-share=on|off`
  public let forceShare = Key<Bool>("force-share", "allow other processes to write it")
  /// QEMU: `copy-on-read=on|off`
  public let copyOnRead = Key<Bool>("copy-on-read", "copy data that is read from the backing file")
  /// QEMU: `werror=ACTION`
  public let writeError = Key<WriteErrorAction>("werror", "the action on a write error")
  /// QEMU: `rerror=ACTION`
  public let readError = Key<ReadErrorAction>("rerror", "the action on a read error")
  /// QEMU: `stats-account-invalid=on|off`
  public let statsAccountInvalid = Key<Bool>("stats-account-invalid", "count invalid requests")
  /// QEMU: `stats-account-failed=on|off`
  public let statsAccountFailed = Key<Bool>("stats-account-failed", "count failed requests")
  /// QEMU: `throttling.group=ID`
  public let throttleGroup = Key<String>(
    "throttling.group", "the throttle group, whose members share the limits")
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
  /// QEMU: `bps=N`
  public let throttleBytesTotalAlias = Key<UInt64>("bps", "older name of throttling.bps-total")
  /// QEMU: `bps_max=N`
  public let throttleBytesTotalBurstAlias = Key<UInt64>("bps_max", "older name of throttling.bps-total-max")
  /// QEMU: `bps_rd=N`
  public let throttleBytesReadAlias = Key<UInt64>("bps_rd", "older name of throttling.bps-read")
  /// QEMU: `bps_rd_max=N`
  public let throttleBytesReadBurstAlias = Key<UInt64>("bps_rd_max", "older name of throttling.bps-read-max")
  /// QEMU: `bps_wr=N`
  public let throttleBytesWriteAlias = Key<UInt64>("bps_wr", "older name of throttling.bps-write")
  /// QEMU: `bps_wr_max=N`
  public let throttleBytesWriteBurstAlias = Key<UInt64>(
    "bps_wr_max", "older name of throttling.bps-write-max")
  /// QEMU: `iops=N`
  public let throttleRequestsTotalAlias = Key<UInt64>("iops", "older name of throttling.iops-total")
  /// QEMU: `iops_max=N`
  public let throttleRequestsTotalBurstAlias = Key<UInt64>(
    "iops_max", "older name of throttling.iops-total-max")
  /// QEMU: `iops_rd=N`
  public let throttleRequestsReadAlias = Key<UInt64>("iops_rd", "older name of throttling.iops-read")
  /// QEMU: `iops_rd_max=N`
  public let throttleRequestsReadBurstAlias = Key<UInt64>(
    "iops_rd_max", "older name of throttling.iops-read-max")
  /// QEMU: `iops_wr=N`
  public let throttleRequestsWriteAlias = Key<UInt64>("iops_wr", "older name of throttling.iops-write")
  /// QEMU: `iops_wr_max=N`
  public let throttleRequestsWriteBurstAlias = Key<UInt64>(
    "iops_wr_max", "older name of throttling.iops-write-max")
  /// QEMU: `iops_size=N`
  public let throttleRequestSizeAlias = Key<UInt64>("iops_size", "older name of throttling.iops-size")
  /// QEMU: `group=ID`
  public let throttleGroupAlias = Key<String>("group", "older name of throttling.group")
  /// QEMU: `encrypt.format=aes|luks`
  public let encryptionFormat = Key<BlockdevQcow2EncryptionFormat>(
    "encrypt.format", "the encryption format of the image")
  /// QEMU: `encrypt.key-secret=ID`
  public let encryptionKey = Key<String>("encrypt.key-secret", "the secret object that holds the image's key")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = DriveOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
